/** The whole consumer over real sockets: late join, forced gap, lost tail, epoch change, no relay. */

import { afterEach, expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { RepairServer } from '../relay/repair-server.ts';
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

afterEach(cleanUp);

test('joins late, gets the books from the relay, and follows', async () => {
  const random = new Random(1);
  const market = new Market(1);
  await market.start();
  market.act(random, 500);
  const heard = new Heard();
  const subscriber = await subscribe(market, heard);
  await until('it has joined', () => isWhole(subscriber, market.engine));
  for (let i = 0; i < 20; i++) {
    market.act(random, 50);
    await new Promise(setImmediate);
  }
  await until('it has followed', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  expect(heard.count('connected')).toBe(1);
  expect(heard.count('snapshot')).toBe(1);
  expect(heard.transactions.at(-1)).toBe(market.engine.transaction);
});

test('repairs a forced gap by replay, and a lost tail by the heartbeat', async () => {
  const random = new Random(2);
  const market = new Market(1);
  await market.start();
  const heard = new Heard();
  const subscriber = await subscribe(market, heard);
  await until('it has joined', () => isWhole(subscriber, market.engine));
  market.isLossy = true;
  market.act(random, 100);
  market.isLossy = false;
  market.act(random, 100);
  await until('the gap is repaired', () => isWhole(subscriber, market.engine));
  expect(heard.count('gap')).toBe(1);
  expect(heard.count('repaired')).toBe(1);
  market.isLossy = true;
  market.act(random, 100);
  await until('the tail is repaired', () => isWhole(subscriber, market.engine));
  expect(heard.count('gap')).toBe(2);
  expect(heard.count('trades-missed')).toBe(0);
  expectEqual(subscriber, market.engine);
  const first = heard.transactions[0] ?? 0;
  expect(heard.transactions).toEqual(heard.transactions.map((_, i) => first + i));
});

test('takes a snapshot when the gap is too old for a replay, and names the trades', async () => {
  const random = new Random(3);
  const market = new Market(1, 5000);
  await market.start();
  const heard = new Heard();
  const subscriber = await subscribe(market, heard);
  await until('it has joined', () => isWhole(subscriber, market.engine));
  market.isLossy = true;
  market.act(random, 1000);
  market.isLossy = false;
  market.act(random, 10);
  await until('it is whole again', () => isWhole(subscriber, market.engine));
  expect(heard.count('snapshot')).toBe(2);
  expect(heard.count('trades-missed')).toBe(1);
  expectEqual(subscriber, market.engine);
});

test('starts anew when the engine comes back with another epoch', async () => {
  const random = new Random(4);
  const market = new Market(1);
  await market.start();
  market.act(random, 100);
  const heard = new Heard();
  const subscriber = await subscribe(market, heard);
  await until('it has joined', () => isWhole(subscriber, market.engine));
  const { feed, repair } = market;
  await market.stop();
  const next = new Market(2);
  await next.start(feed, repair);
  next.act(random, 100);
  await until('it follows the new epoch', () => isWhole(subscriber, next.engine));
  expect(heard.count('epoch')).toBe(1);
  expectEqual(subscriber, next.engine);
});

test('says SYNCING, NO_RELAY while no relay answers, and joins when one does', async () => {
  const random = new Random(5);
  const market = new Market(1);
  await market.start();
  market.act(random, 100);
  const { feed, repair } = market;
  await market.repairs.close();
  const heard = new Heard();
  const subscriber = await subscribe({ feed, repair }, heard);
  await until('it misses the relay', () => subscriber.reason === 'NO_RELAY');
  expect(subscriber.state).toBe(FeedState.Syncing);
  const { engine } = market;
  const relay = new RepairServer({
    streams: [{ ring: engine.ring, snapshots: engine }],
    ...PORTS,
  });
  cleanUps.push(() => relay.close());
  await bindAgain(() => relay.bind(repair));
  await until('it has joined', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
});

test('says STALE, HEARTBEAT_LOST when the publisher is gone', async () => {
  const market = new Market(1);
  await market.start();
  const subscriber = await subscribe(market, new Heard());
  await until('it has joined', () => isWhole(subscriber, market.engine));
  market.publisher.close();
  await until('it is stale', () => subscriber.state === FeedState.Stale);
  expect(subscriber.reason).toBe('HEARTBEAT_LOST');
  expect([...subscriber.instruments.values()].map(({ state }) => state)).toEqual(
    Array(5).fill(FeedState.Stale),
  );
});

test('keeps only the instruments that were asked for', async () => {
  const random = new Random(6);
  const market = new Market(1);
  await market.start();
  market.act(random, 300);
  const heard = new Heard();
  const subscriber = await subscribe(market, heard, { instruments: ['TOY2', 'TOY5', 'NONE'] });
  await until('it has joined', () => isWhole(subscriber, market.engine));
  market.act(random, 300);
  await until('it has followed', () => isWhole(subscriber, market.engine));
  expect([...subscriber.instruments.keys()].sort()).toEqual([2, 5]);
  expect(heard.transactions.at(-1)).toBe(market.engine.transaction);
});
