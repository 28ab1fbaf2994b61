/** The past out of a relay's archive, over real sockets: any book, what came next, and typed refusals. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nanosToBigInt } from '../../nanos.ts';
import type { PastMoment } from '../../streams/past-player.ts';
import { Random } from '../../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  isWhole,
  Market,
  PORTS,
  until,
} from '../../testing/socket-market.ts';
import { wordsOf } from '../../testing/toy-engine.ts';
import { StreamLevel } from '../../wire/topic.ts';
import { HistoryClient } from '../../zmq/history-client.ts';
import { Relay } from '../relay.ts';

const SILENT = { info: () => {}, error: () => {} };
const SEGMENT_RECORDS = 1000;
const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-past-'));
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

/** The engine's books, in words, behind each transaction. */
class Chronicle {
  readonly moments: { sequence: number; transaction: number; books: Map<number, string> }[] = [];

  note({ engine }: Market): void {
    const books = new Map(engine.instruments.map(({ id, words }) => [id, words.join('\n')]));
    const { nextSequence: sequence, transaction } = engine;
    this.moments.push({ sequence, transaction, books });
  }

  /** The last one at or before a position. */
  at(sequence: number) {
    return this.moments.findLast((moment) => moment.sequence <= sequence);
  }
}

async function startRelay(
  market: Market,
  { keeps = true, maxBytes = Infinity } = {},
): Promise<[Relay, string]> {
  const limits = {
    segmentRecords: SEGMENT_RECORDS,
    segmentBytes: 1 << 20,
    maxBytes,
    maxAgeMs: Infinity,
  };
  const archive = keeps ? { directory, limits, log: SILENT } : undefined;
  const { feed, repair } = market;
  const relay = new Relay({ feed: [feed], spine: [repair], archive, ringBytes: 1 << 16, ...PORTS });
  const endpoint = await bindAgain(() => relay.start('tcp://127.0.0.1:*'));
  cleanUps.push(() => relay.close());
  return [relay, endpoint];
}

async function run(market: Market, relay: Relay, chronicle: Chronicle, times: number) {
  const random = new Random(SEED + times);
  for (let i = 0; i < times; i++) {
    market.act(random, 1);
    chronicle.note(market);
    if (i % 50 === 0) await new Promise(setImmediate);
  }
  const followed = market.engine.level === StreamLevel.L3 ? relay.orders : relay.levels;
  await until('the relay has it', () => isWhole(followed.subscriber, market.engine));
}

function clientOf(...relays: string[]): HistoryClient {
  const client = new HistoryClient({ relays, crc32 });
  cleanUps.push(() => client.close());
  return client;
}

function expectBooks(moment: PastMoment, books: ReadonlyMap<number, string> | undefined): void {
  const shown = [...moment.instruments].map(([id, one]) => [
    id,
    wordsOf({ ...one, ...one.definition } as never).join('\n'),
  ]);
  expect(new Map(shown as [number, string][])).toEqual(books);
}

describe('the past', () => {
  test.each([StreamLevel.L2, StreamLevel.L3])('shows any book of L%i as it was', async (level) => {
    const market = new Market(1, 1 << 20, level);
    await market.start();
    const [relay, endpoint] = await startRelay(market);
    const chronicle = new Chronicle();
    await run(market, relay, chronicle, 600);
    const client = clientOf(endpoint);
    const random = new Random(SEED);
    const first = chronicle.moments[0]?.sequence ?? 0;
    for (let i = 0; i < 12; i++) {
      const sequence = first + random.below(market.engine.nextSequence - first + 1);
      const moment = await client.bookAt({ at: { sequence }, level });
      const expected = chronicle.at(sequence);
      expect(moment.position).toEqual({ epoch: market.engine.epoch, sequence: expected?.sequence });
      expectBooks(moment, expected?.books);
      // A transaction may carry a segment a little beyond its bound.
      expect(moment.recordsRead).toBeLessThan(SEGMENT_RECORDS + 3000);
      expect([moment.oldest, moment.next]).toEqual([1, market.engine.nextSequence]);
    }
    // The toy engine's clock counts transactions.
    for (let i = 0; i < 12; i++) {
      const expected = random.pick(chronicle.moments);
      const moment = await client.bookAt({ at: { time: BigInt(expected.transaction) }, level });
      expect(moment.position.sequence).toBe(expected.sequence);
      expect(nanosToBigInt(moment.time.high, moment.time.low)).toBe(BigInt(expected.transaction));
      expectBooks(moment, expected.books);
    }
  });

  test('goes forward from there, record by record, for some instruments or for all', async () => {
    const market = new Market(1);
    await market.start();
    const [relay, endpoint] = await startRelay(market);
    const chronicle = new Chronicle();
    await run(market, relay, chronicle, 500);
    const client = clientOf(endpoint);
    for (const symbols of [['TOY2'], ['TOY1', 'TOY4'], []]) {
      const from = chronicle.moments[200];
      const to = chronicle.moments[450];
      if (from === undefined || to === undefined) throw new Error('too short');
      const moment = await client.bookAt({ at: { sequence: from.sequence }, symbols });
      const trades: number[] = [];
      let transactions = 0;
      for await (const { transaction, changes } of client.forward(moment, to.sequence)) {
        transactions += 1;
        const { books } = chronicle.moments[200 + transaction - from.transaction] ?? {};
        for (const change of changes) {
          const { instrument } = change;
          const words = wordsOf({ ...instrument, ...instrument.definition } as never).join('\n');
          expect(words).toBe(books?.get(instrument.id));
          trades.push(...change.trades.map(({ tradeId }) => tradeId));
        }
      }
      expect(transactions).toBeGreaterThan(20);
      const names = [...moment.instruments.values()].map(({ definition }) => definition.symbol);
      expect(names).toHaveLength(symbols.length === 0 ? 5 : symbols.length);
      const shown = new Map([...moment.instruments].map(([id]) => [id, to.books.get(id) ?? '']));
      expectBooks(moment, shown);
      expect(new Set(trades).size).toBe(trades.length);
      const told = trades.map((id) => market.engine.tradedBy.get(id));
      expect(told.every((symbol) => names.includes(symbol ?? ''))).toBe(true);
      expect(trades.length).toBeGreaterThan(2);
    }
  });

  test('of an epoch before is there as well, and a time finds its epoch', async () => {
    const market = new Market(1);
    await market.start();
    const [relay, endpoint] = await startRelay(market);
    const before = new Chronicle();
    await run(market, relay, before, 400);
    const { feed, repair } = market;
    await market.stop();
    const next = new Market(2);
    // Its clock goes on behind the one before.
    next.engine.transaction = 10_000;
    await next.start(feed, repair);
    const after = new Chronicle();
    await run(next, relay, after, 400);
    const client = clientOf(endpoint);
    const old = before.moments[300];
    const sequence = old?.sequence ?? 0;
    const moment = await client.bookAt({ at: { sequence }, epoch: market.engine.epoch });
    expectBooks(moment, old?.books);
    const time = BigInt(old?.transaction ?? 0);
    const byTime = await client.bookAt({ at: { time }, epoch: market.engine.epoch });
    expect(byTime.position).toEqual({ epoch: market.engine.epoch, sequence });
    const late = after.moments[200];
    const newer = await client.bookAt({ at: { time: BigInt(late?.transaction ?? 0) } });
    expect(newer.position).toEqual({ epoch: next.engine.epoch, sequence: late?.sequence });
    expectBooks(newer, late?.books);
  });

  test('that is not kept is refused by name, and another relay is asked', async () => {
    const market = new Market(1);
    await market.start();
    const [relay, endpoint] = await startRelay(market, { maxBytes: 100_000 });
    const [, bare] = await startRelay(market, { keeps: false });
    const chronicle = new Chronicle();
    await run(market, relay, chronicle, 1500);
    const client = clientOf(endpoint);
    const { epoch, nextSequence } = market.engine;
    const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'nothing was refused',
        (error: { code: string }) => error.code,
      );
    expect(await codeOf(client.bookAt({ at: { sequence: 2 } }))).toBe('TOO_OLD');
    expect(await codeOf(client.bookAt({ at: { time: 0n } }))).toBe('TOO_OLD');
    expect(await codeOf(client.bookAt({ at: { sequence: nextSequence + 1 } }))).toBe('AHEAD_OF_ME');
    const other = { seconds: 7, random: 7 };
    expect(await codeOf(client.bookAt({ at: { sequence: 2 }, epoch: other }))).toBe('WRONG_EPOCH');
    const at = { sequence: nextSequence };
    expect(await codeOf(client.bookAt({ at, ids: [99] }))).toBe('UNKNOWN_INSTRUMENT');
    expect(await codeOf(client.bookAt({ at, level: 9 as never }))).toBe('TOO_OLD');
    expect(await codeOf(client.range({ epoch, from: 5, to: 5 }).next())).toBe('BAD_REQUEST');
    expect(await codeOf(client.range({ epoch, from: 1 }).next())).toBe('TOO_OLD');
    expect(await codeOf(client.range({ epoch: other, from: 1 }).next())).toBe('WRONG_EPOCH');
    expect(await codeOf(client.range({ epoch, from: nextSequence }).next())).toBe('AHEAD_OF_ME');
    expect(await codeOf(clientOf(bare).bookAt({ at }))).toBe('NO_ARCHIVE');
    const both = await clientOf(bare, endpoint).bookAt({ at, symbols: ['TOY3', 'NONE'] });
    expectBooks(both, new Map([[3, chronicle.at(nextSequence)?.books.get(3) ?? '']]));
    // What is kept is still there, up to the oldest record.
    const oldest = await client.bookAt({ at: { sequence: both.oldest } });
    expectBooks(oldest, chronicle.at(both.oldest)?.books);
  });

  test('has candles of every instrument, and none of what is not one', async () => {
    const market = new Market(1);
    await market.start();
    const [relay, endpoint] = await startRelay(market, { keeps: false });
    await run(market, relay, new Chronicle(), 600);
    const client = clientOf(endpoint);
    const made = [...market.engine.tradedBy.values()].filter((by) => by === 'TOY4').length;
    const [day, ...others] = await client.candles({ symbol: 'TOY4', interval: 86_400 });
    expect([day?.trades, day?.start, others]).toEqual([made, 0, []]);
    expect(await client.candles({ symbol: 'TOY4', interval: 60, from: 60 })).toEqual([]);
    await expect(client.candles({ symbol: 'NONE', interval: 60 })).rejects.toMatchObject({
      code: 'UNKNOWN_INSTRUMENT',
    });
    await expect(client.candles({ symbol: 'TOY4', interval: 61 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
