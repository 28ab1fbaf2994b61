/** An L3 subscriber behind a relay of its own process: joins late, loses packets, and ends with the engine's queues. */

import { afterEach, expect, test } from 'vitest';
import { type OrderBook, type Subscription, subscribe } from '../clients/subscriber/index.ts';
import {
  FeedState,
  PACKET_RING_BYTES,
  PacketRing,
  type PacketSink,
  Side,
  StreamLevel,
} from '../feed/index.ts';
import { FeedPublisher, RepairServer } from '../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../feed/process/index.ts';
import { Engine } from './engine.ts';
import { startRelay } from './journal/testing/relay-process.ts';
import { ReportRows } from './testing/engine-fixture.ts';
import { exitCode, startEngine } from './testing/engine-process.ts';
import { RANDOM_LISTINGS, RANDOM_OWNERS, randomCommand } from './testing/random-commands.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

const cleanUps: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of cleanUps.splice(0).reverse()) await close();
});

/** An engine with publisher and spine, whose packets may be lost on their way. */
async function startMarket() {
  let isLossy = false;
  const sinkInto =
    (ring: PacketRing): PacketSink =>
    (packet, first, count) => {
      ring.add(packet, first, count);
      if (!isLossy || count === 0) publisher.send(packet);
    };
  const [ring, orderRing] = [new PacketRing(PACKET_RING_BYTES), new PacketRing(PACKET_RING_BYTES)];
  const engine: Engine = new Engine({
    epoch: { seconds: 1_700_000_000, random: 7 },
    wallClock,
    crc32,
    sink: sinkInto(ring),
    orderSink: sinkInto(orderRing),
    reports: new ReportRows(),
  });
  const publisher = new FeedPublisher({ heartbeat: () => engine.heartbeat() });
  const spine = new RepairServer({
    streams: [
      { ring, snapshots: engine.levels },
      { ring: orderRing, snapshots: engine.orders, level: StreamLevel.L3 },
    ],
    crc32,
    wallClock,
    nowMs: monotonicMs,
  });
  cleanUps.push(() => publisher.close());
  cleanUps.push(() => spine.close());
  const publish = await publisher.bind('tcp://127.0.0.1:*');
  const random = seededRandom(testSeed());
  let step = 0;
  for (const command of RANDOM_LISTINGS) engine.sequencer.submit(1, 0, command);
  return {
    engine,
    publish,
    spine: await spine.bind('tcp://127.0.0.1:*'),
    act(commands: number): void {
      for (let i = 0; i < commands; i += 1) {
        step += 1;
        engine.sequencer.submit(1 + random(RANDOM_OWNERS), 0, randomCommand(random, step));
        if (step % 5 === 0) engine.flush();
      }
      engine.flush();
    },
    losing(run: () => void): void {
      isLossy = true;
      run();
      isLossy = false;
    },
  };
}

type Market = Awaited<ReturnType<typeof startMarket>>;

/** Price, and each order with what it shows, of both sides of every book of orders. */
function queuesOfEngine({ engine }: Market): string[] {
  return engine.market.instruments.flatMap(({ symbol, orders }) => {
    const lines: string[] = [];
    for (const side of [Side.Bid, Side.Ask]) {
      orders?.forEachLevel(side, (price) => {
        const queue: string[] = [];
        orders.forEachOrder(side, price, (id, _owner, shown) => queue.push(`${id}:${shown}`));
        lines.push(`${symbol} ${side} ${price} ${queue.join(' ')}`);
      });
    }
    return lines;
  });
}

function queuesOfSubscriber(feed: Subscription<OrderBook>): string[] {
  const instruments = [...feed.instruments.values()].sort((a, b) => a.id - b.id);
  return instruments.flatMap(({ symbol, book }) => {
    const lines: string[] = [];
    for (const side of [Side.Bid, Side.Ask]) {
      for (let i = 0; i < book.levelCount(side); i += 1) {
        const price = book.priceAt(side, i);
        const queue = book
          .queue(side, price)
          .map(({ orderId, quantity }) => `${orderId}:${quantity}`);
        // A venue's levels have no orders.
        if (queue.length > 0) lines.push(`${symbol} ${side} ${price} ${queue.join(' ')}`);
      }
    }
    return lines;
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1500; i += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect.fail(`it never came true that ${what}`);
}

test('an L3 subscriber holds the engine’s queues after a late join and a gap', async () => {
  const market = await startMarket();
  market.act(1500);
  const relay = await startRelay(market.publish, market.spine);
  cleanUps.push(() => relay.stop());
  const executed: number[] = [];
  const traded: number[] = [];
  const feed = subscribe({
    level: 'L3',
    feed: market.publish,
    repair: relay.endpoint,
    listener: {
      traded: (_, __, ___, ____, tradeId) => traded.push(tradeId),
      orderExecuted: (_, __, ___, ____, _____, ______, tradeId) => executed.push(tradeId),
    },
  });
  cleanUps.push(() => feed.close());
  const isWhole = (): boolean =>
    feed.state === FeedState.Live && feed.position.sequence === market.engine.orders.nextSequence;

  await until('it has joined', () => {
    market.act(5);
    return isWhole();
  });
  expect(feed.stats.snapshots).toBeGreaterThan(0);
  expect(queuesOfSubscriber(feed)).toEqual(queuesOfEngine(market));
  const first = executed.length;

  market.losing(() => market.act(800));
  market.act(20);
  await until('the gap is repaired', isWhole);
  expect(feed.stats.gaps).toBeGreaterThan(0);
  expect(feed.stats.skippedRecords).toBe(0);
  expect(executed.length - first).toBeGreaterThan(50);
  // Every trade that an order in a queue made was told once, and as a trade as well.
  expect(new Set(executed).size).toBe(executed.length);
  expect(traded).toEqual(expect.arrayContaining(executed));
  expect([...feed.instruments.values()].every(({ state }) => state === FeedState.Live)).toBe(true);
  const queues = queuesOfEngine(market);
  expect(queues.length).toBeGreaterThan(5);
  expect(queuesOfSubscriber(feed)).toEqual(queues);
});

test('an engine that was told to publish price levels only has no L3 stream', async () => {
  const { child, endpoints } = await startEngine('--levels', 'L2');
  cleanUps.push(async () => {
    child.kill('SIGTERM');
    await exitCode(child);
  });
  const ends = { feed: endpoints.publish, repair: endpoints.spine };
  const orders = subscribe({ level: 'L3', ...ends });
  const levels = subscribe(ends);
  cleanUps.push(() => orders.close());
  cleanUps.push(() => levels.close());
  await until('L2 is followed', () => levels.state === FeedState.Live);
  const { heartbeats } = levels.stats;
  await until('time has passed', () => levels.stats.heartbeats >= heartbeats + 5);
  expect(orders.state).toBe(FeedState.Syncing);
  expect([orders.stats.packets, orders.stats.snapshots, orders.instruments.size]).toEqual([
    0, 0, 0,
  ]);
});
