/** A relay between an engine and consumers, over real sockets. */

import { afterEach, expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { Random } from '../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  expectEqual,
  Heard,
  isWhole,
  Market,
  PORTS,
  subscribe,
  until,
} from '../testing/socket-market.ts';
import { StreamLevel } from '../wire/topic.ts';
import { Relay } from './relay.ts';

afterEach(cleanUp);

async function startRelay(market: Market, serve = 'tcp://127.0.0.1:*'): Promise<[Relay, string]> {
  const relay = new Relay({ feed: [market.feed], spine: [market.repair], ...PORTS });
  const endpoint = await bindAgain(() => relay.start(serve));
  cleanUps.push(() => relay.close());
  return [relay, endpoint];
}

test('holds every record from the first, and serves late joiners', async () => {
  const random = new Random(1);
  const market = new Market(1);
  await market.start();
  market.act(random, 300);
  const [relay, repair] = await startRelay(market);
  await until('the relay has caught up', () => isWhole(relay.subscriber, market.engine));
  expect(relay.oldestSequence).toBe(1);
  expectEqual(relay.subscriber, market.engine);
  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard);
  for (let i = 0; i < 10; i++) {
    market.act(random, 50);
    await new Promise(setImmediate);
  }
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  market.isLossy = true;
  market.act(random, 200);
  market.isLossy = false;
  market.act(random, 10);
  // The relay lost them as well: it repairs from the engine first, and then serves them.
  await until('the gap is repaired', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  expect(heard.count('trades-missed')).toBe(0);
  expect(relay.oldestSequence).toBe(1);
});

test('starts from a snapshot when the engine no longer holds the beginning', async () => {
  const random = new Random(2);
  const market = new Market(1, 5000);
  await market.start();
  market.act(random, 2000);
  const [relay, repair] = await startRelay(market);
  await until('the relay has caught up', () => isWhole(relay.subscriber, market.engine));
  expect(relay.subscriber.stats.snapshots).toBe(1);
  const subscriber = await subscribe({ feed: market.feed, repair }, new Heard());
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
});

test('serves nothing before it has caught up', async () => {
  const market = new Market(1);
  await market.start();
  await market.repairs.close();
  const [relay, repair] = await startRelay(market);
  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard);
  await until('the relay has refused', () => relay.server.service.stats.rejects > 0);
  expect(relay.isReady).toBe(false);
  expect([subscriber.state, subscriber.reason]).toEqual([FeedState.Syncing, 'JOINING']);
});

test('consumers go on over a restart of the relay, and gaps then heal', async () => {
  const random = new Random(3);
  const market = new Market(1);
  await market.start();
  const [relay, repair] = await startRelay(market);
  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard);
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  await relay.close();
  market.act(random, 100);
  await until('the consumer follows without it', () => isWhole(subscriber, market.engine));
  const [again] = await startRelay(market, repair);
  await until('the relay has caught up', () => isWhole(again.subscriber, market.engine));
  market.isLossy = true;
  market.act(random, 100);
  market.isLossy = false;
  market.act(random, 10);
  await until('the gap is repaired', () => isWhole(subscriber, market.engine));
  expect(heard.count('repaired')).toBe(1);
  expect(heard.count('trades-missed')).toBe(0);
  expectEqual(subscriber, market.engine);
});

test('follows the engine into another epoch, and its consumers with it', async () => {
  const random = new Random(4);
  const market = new Market(1);
  await market.start();
  market.act(random, 100);
  const [relay, repair] = await startRelay(market);
  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard);
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  const { feed, repair: spine } = market;
  await market.stop();
  const next = new Market(2);
  next.act(random, 100);
  await next.start(feed, spine);
  await until('the relay follows', () => isWhole(relay.subscriber, next.engine));
  await until('the consumer follows', () => isWhole(subscriber, next.engine));
  expect(relay.oldestSequence).toBe(1);
  expect(heard.count('epoch')).toBe(1);
  expectEqual(subscriber, next.engine);
});

test('does the same for a stream of orders, whose queues are the engine’s after a join and a gap', async () => {
  const random = new Random(6);
  const market = new Market(1, 1 << 20, StreamLevel.L3);
  await market.start();
  market.act(random, 500);
  const [relay, repair] = await startRelay(market);
  const followed = relay.orders.subscriber;
  await until('the relay has caught up', () => isWhole(followed, market.engine));
  expectEqual(followed, market.engine);
  const heard = new Heard();
  const { feed } = market;
  const subscriber = await subscribe({ feed, repair }, heard, { level: StreamLevel.L3 });
  for (let i = 0; i < 10; i++) {
    market.act(random, 50);
    await new Promise(setImmediate);
  }
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  market.isLossy = true;
  market.act(random, 200);
  market.isLossy = false;
  market.act(random, 10);
  await until('the gap is repaired', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  expect(heard.count('gap')).toBeGreaterThan(0);
  expect(heard.count('trades-missed')).toBe(0);
  // Nothing of price levels is published here, and nothing of them is served.
  expect([relay.orders.isReady, relay.levels.isReady]).toEqual([true, false]);
});
