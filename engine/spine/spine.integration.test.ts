/** The spine over real sockets: relays get ranges from its thread, and books by way of it. */

import { afterEach, expect, test } from 'vitest';
import { Dealer } from 'zeromq';
import {
  decodeRepairAnswer,
  encodeRepairRequest,
  type PacketSink,
  RejectCode,
  RepairType,
  StreamLevel,
} from '../../feed/index.ts';
import { FeedPublisher, Relay } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { Engine } from '../engine.ts';
import { ReportRows } from '../testing/engine-fixture.ts';
import { until } from '../testing/entry-fixture.ts';
import { RANDOM_LISTINGS, RANDOM_OWNERS, randomCommand } from '../testing/random-commands.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { rows } from '../testing/stream-replica.ts';
import { Spine } from './spine.ts';

const EPOCH = { seconds: 1_700_000_000, random: 7 };
const PORTS = { crc32, wallClock, nowMs: monotonicMs };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An engine whose relays hear of nothing but by its spine, when `isDeaf`. */
async function startMarket(relays: readonly string[] = []) {
  const levels = [StreamLevel.L2, StreamLevel.L3];
  const log = { info: () => {}, warn: () => {} };
  const spine = new Spine({ epoch: EPOCH, levels, relays, ringBytes: 1, log, ...PORTS });
  const sink = (level: StreamLevel): PacketSink => {
    const keep = spine.sink(level);
    return (packet, first, count) => {
      keep(packet, first, count);
      publisher.send(packet);
    };
  };
  const engine = new Engine({
    epoch: EPOCH,
    ...PORTS,
    sink: sink(StreamLevel.L2),
    orderSink: sink(StreamLevel.L3),
    reports: new ReportRows(),
  });
  const publisher = new FeedPublisher({ heartbeat: () => engine.heartbeat() });
  closers.push(() => publisher.close());
  const random = seededRandom(testSeed());
  let step = 0;
  for (const command of RANDOM_LISTINGS) engine.sequencer.submit(1, 0, command);
  engine.flush();
  const serve = spine.bind('tcp://127.0.0.1:*', [engine.levels, engine.orders]);
  closers.push(() => spine.close());
  return {
    engine,
    spine,
    feed: await publisher.bind('tcp://127.0.0.1:*'),
    serve: await serve,
    act(commands: number): void {
      for (let i = 0; i < commands; i += 1) {
        step += 1;
        engine.sequencer.submit(1 + random(RANDOM_OWNERS), 0, randomCommand(random, step));
        if (step % 5 === 0) engine.flush();
      }
      engine.flush();
    },
  };
}

type Market = Awaited<ReturnType<typeof startMarket>>;

async function startRelay({ feed, serve }: Market, name = 'r1'): Promise<Relay> {
  const relay = new Relay({ feed: [feed], spine: [serve], name, ...PORTS });
  await relay.start('tcp://127.0.0.1:*');
  closers.push(() => relay.close());
  return relay;
}

function isWhole({ engine }: Market, { levels, orders }: Relay): boolean {
  const isLevels = levels.isReady && levels.snapshots.nextSequence === engine.levels.nextSequence;
  return isLevels && orders.isReady && orders.snapshots.nextSequence === engine.orders.nextSequence;
}

function expectEqualBooks({ engine }: Market, { levels, orders }: Relay): void {
  expect(engine.market.openOrders).toBeGreaterThan(0);
  for (const { id } of engine.market.instruments) {
    const listed = engine.market.instrument(id)!;
    expect(rows(levels.subscriber.instruments.get(id)!.book)).toEqual(rows(listed.levelBook()));
    expect(orders.subscriber.instruments.get(id)?.book.hash.laneA).toBe(
      listed.orderBook().hash.laneA,
    );
  }
}

test('gives a relay the whole history, also what was never sent', async () => {
  const market = await startMarket();
  market.act(300);
  const relay = await startRelay(market);
  await until(() => isWhole(market, relay), 'the relay has everything');
  expect(relay.oldestSequence).toBe(1);
  expect(relay.subscriber.stats.snapshots).toBe(0);
  expectEqualBooks(market, relay);
});

test('gives books, piece by piece, to a relay that comes when the beginning has gone', async () => {
  const market = await startMarket();
  market.act(6000);
  const relay = await startRelay(market);
  await until(() => isWhole(market, relay), 'the relay has everything');
  expect(relay.subscriber.stats.snapshots).toBe(1);
  expectEqualBooks(market, relay);
  market.act(100);
  await until(() => isWhole(market, relay), 'the relay has followed');
  expectEqualBooks(market, relay);
});

test('is overloaded until the relays have acknowledged, whatever the others say', async () => {
  const market = await startMarket(['r1']);
  market.act(6000);
  expect(market.spine.isOverloaded).toBe(true);
  const other = await startRelay(market, 'r2');
  await until(() => isWhole(market, other), 'a stranger has everything');
  expect(market.spine.isOverloaded).toBe(true);
  await startRelay(market, 'r1');
  await until(() => !market.spine.isOverloaded, 'it has been acknowledged');
});

test('refuses books of an instrument that is not there, or of a time to come', async () => {
  const market = await startMarket();
  const socket = new Dealer({ linger: 0 });
  closers.push(() => socket.close());
  socket.connect(market.serve);
  const header = { level: StreamLevel.L2, shard: 0, epoch: EPOCH };
  const named = { type: RepairType.Snapshot, credit: 8, minimumSequence: 0, symbols: [] } as const;
  const codes: unknown[] = [];
  for (const [request, more] of [{ ids: [1, 99] }, { ids: [1], minimumSequence: 1e9 }].entries()) {
    await socket.send(encodeRepairRequest({ ...header, request, ...named, ...more }));
    const [message] = await socket.receive();
    const answer = decodeRepairAnswer(message!);
    codes.push(answer.type === RepairType.Reject ? answer.code : answer.type);
  }
  expect(codes).toEqual([RejectCode.UNKNOWN_INSTRUMENT, RejectCode.AHEAD_OF_ME]);
});

test('says what an endpoint is that cannot be bound, and still closes', async () => {
  const { serve } = await startMarket();
  const log = { info: () => {}, warn: () => {} };
  const common = { epoch: EPOCH, relays: [], ringBytes: 1, log, ...PORTS };
  const spine = new Spine({ levels: [StreamLevel.L2], ...common });
  await expect(spine.bind(serve, [])).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await spine.close();
  const unused = new Spine({ levels: [StreamLevel.L2], ...common });
  await unused.close();
});
