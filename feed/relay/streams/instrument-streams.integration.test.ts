/** A relay's streams of single instruments over real sockets: late joiners, restarts, another relay. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { describeBook } from '../../book/naive-book.ts';
import { FeedState } from '../../market.ts';
import type { StreamedInstrumentView } from '../../streams/instrument-listener.ts';
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
import { TopicKind } from '../../wire/topic.ts';
import { InstrumentSubscriber, type RelayPlace } from '../../zmq/instrument-subscriber.ts';
import { Relay } from '../relay.ts';

const SILENT = { info: () => {}, error: () => {} };
const KINDS = [
  TopicKind.TopOfBook,
  TopicKind.Trades,
  TopicKind.Status,
  TopicKind.ConflatedBook,
  TopicKind.Candles,
  TopicKind.Statistics,
];
const FREE = 'tcp://127.0.0.1:*';
const LIMITS = {
  segmentRecords: 2000,
  segmentBytes: 1 << 20,
  maxBytes: Infinity,
  maxAgeMs: Infinity,
};

afterEach(cleanUp);

async function startRelay(
  market: Market,
  at: RelayPlace = { streams: FREE, repair: FREE },
  directory?: string,
): Promise<[Relay, RelayPlace]> {
  const archive = directory === undefined ? undefined : { directory, limits: LIMITS, log: SILENT };
  const relay = new Relay({ feed: [market.feed], spine: [market.repair], archive, ...PORTS });
  const streams = await bindAgain(() => relay.publish(at.streams));
  const repair = await bindAgain(() => relay.start(at.repair));
  cleanUps.push(() => relay.close());
  return [relay, { streams, repair }];
}

function read(
  relays: readonly [RelayPlace, ...RelayPlace[]],
  told: number[],
): InstrumentSubscriber {
  const { nowMs } = PORTS;
  const options = { relays, symbols: ['TOY2'], kinds: KINDS, nowMs, crc32 };
  const subscriber = new InstrumentSubscriber(options, {
    traded: (_, { tradeId }) => told.push(tradeId),
  });
  subscriber.start();
  cleanUps.push(() => subscriber.close());
  return subscriber;
}

function shows(market: Market, view: StreamedInstrumentView | undefined): boolean {
  const own = market.engine.instruments[1];
  if (view?.book === undefined || view.state !== FeedState.Live || own === undefined) return false;
  return describeBook(view.book).join() === own.words.join();
}

test('one instrument is read alone, by whoever joins late', async () => {
  const random = new Random(1);
  const market = new Market(1);
  await market.start();
  market.act(random, 500);
  const [relay, place] = await startRelay(market);
  await until('the relay has caught up', () => isWhole(relay.subscriber, market.engine));
  const told: number[] = [];
  const subscriber = read([place], told);
  await until('the book is the engine’s', () => shows(market, subscriber.find('TOY2')));
  const before = market.engine.trades;
  for (let i = 0; i < 20; i++) {
    market.act(random, 20);
    await new Promise(setImmediate);
  }
  await until('it follows', () => shows(market, subscriber.find('TOY2')));
  const own = [...market.engine.tradedBy].filter(([id, by]) => id > before && by === 'TOY2');
  await until('every trade was told', () => own.every(([id]) => told.includes(id)));
  expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
  const view = subscriber.find('TOY2');
  // The toy engine's clock says 1970: the candles are of then, and nothing is of these 24 hours.
  const { trading } = relay.marketData;
  const [day] = trading.candles(2, 86_400, 0, Infinity);
  await until('the candles have come', () => {
    return view?.candles.get(86_400)?.trades === day?.trades && (day?.trades ?? 0) > 0;
  });
  await until('the last price has come', () => view?.statistics?.close === day?.close);
  expect(view?.status?.symbol).toBe('TOY2');
  expect(view?.best?.bid.price).toBe(market.engine.instruments[1]?.naive.priceAt(0, 0));
  expect(subscriber.instruments.size).toBe(1);
});

test('over a restart of the relay no trade is told twice, and each counts once in the candles', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-streams-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  const random = new Random(2);
  const market = new Market(1);
  await market.start();
  const [first, place] = await startRelay(market, undefined, directory);
  const told: number[] = [];
  const subscriber = read([place], told);
  market.act(random, 1500);
  await until('it follows', () => shows(market, subscriber.find('TOY2')));
  await first.close();
  market.act(random, 700);
  const [second] = await startRelay(market, place, directory);
  await until('the relay has caught up', () => isWhole(second.subscriber, market.engine));
  await until('the reader goes on', () => shows(market, subscriber.find('TOY2')));
  market.act(random, 300);
  await until('the reader follows', () => shows(market, subscriber.find('TOY2')));
  expect(new Set(told).size).toBe(told.length);
  // Killed: what was saved is older than the archive.
  second.marketData.save = () => {};
  await second.close();
  const [third] = await startRelay(market, place, directory);
  await until('the relay has caught up', () => isWhole(third.subscriber, market.engine));
  const { trading } = third.marketData;
  const counted = [1, 2, 3, 4, 5].map((id) => trading.statistics(id, 0).trades);
  const made = [1, 2, 3, 4, 5].map((id) => {
    return [...market.engine.tradedBy.values()].filter((by) => by === `TOY${id}`).length;
  });
  expect(counted).toEqual(made);
  expect(trading.missed.ranges).toEqual([]);
});

test('a relay that falls silent is left for the next one', async () => {
  const random = new Random(3);
  const market = new Market(1);
  await market.start();
  const [first, one] = await startRelay(market);
  const [second, other] = await startRelay(market);
  market.act(random, 300);
  await until('both have it', () =>
    [first, second].every((relay) => isWhole(relay.subscriber, market.engine)),
  );
  const told: number[] = [];
  const subscriber = read([one, other], told);
  await until('it is read', () => shows(market, subscriber.find('TOY2')));
  await first.close();
  market.act(random, 200);
  await until('the other one is read', () => subscriber.relay === 1);
  await until('the book is right again', () => shows(market, subscriber.find('TOY2')));
  expect(new Set(told).size).toBe(told.length);
});
