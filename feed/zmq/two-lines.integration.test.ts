/** Two lines over real sockets, each of which loses other packets. */

import { afterEach, expect, test } from 'vitest';
import { FeedState } from '../market.ts';
import { Random, testSeeds } from '../testing/random.ts';
import {
  cleanUp,
  cleanUps,
  expectEqual,
  Heard,
  isWhole,
  Market,
  subscribe,
  until,
} from '../testing/socket-market.ts';
import { FeedPublisher } from './publisher.ts';

afterEach(cleanUp);

/** A market whose stream is published on a second line as well, cut as on the first. */
class TwoLineMarket extends Market {
  readonly second = new FeedPublisher({ heartbeat: () => {} });
  /** Decides which line a packet is lost on; -1: on none. */
  lostOn: () => number = () => -1;
  endpoints: string[] = [];

  override async start(): Promise<void> {
    await super.start();
    this.endpoints = [this.feed, await this.second.bind('tcp://127.0.0.1:*')];
    cleanUps.push(() => this.second.close());
    const { publisher, second } = this;
    const first = publisher.send.bind(publisher);
    publisher.send = (packet) => {
      const lost = this.lostOn();
      if (lost !== 0) first(packet);
      if (lost !== 1) second.send(Uint8Array.from(packet));
    };
  }
}

/** Long, because a loaded machine may bring the second line much later than the first. */
const PATIENT = { lineWaitMs: 60_000 };

test.each(testSeeds(3))('what one line loses the other brings, seed %i', async (seed) => {
  const random = new Random(seed);
  const market = new TwoLineMarket(1);
  await market.start();
  market.act(random, 100);
  const heard = new Heard();
  const states = new Set<string>();
  Object.assign(heard, { stateChanged: (one: { state: string }) => states.add(one.state) });
  const subscriber = await subscribe(market, heard, { feed: market.endpoints, ...PATIENT });
  await until('it has joined', () => isWhole(subscriber, market.engine));
  await until('it hears both lines', () => subscriber.lines.every(({ packets }) => packets > 0));
  market.lostOn = () => (random.chance(0.5) ? random.below(2) : -1);
  for (let i = 0; i < 60; i++) {
    market.act(random, 20);
    if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  market.lostOn = () => -1;
  await until('it has all', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  expect(states).toContain(FeedState.Live);
  expect(states).not.toContain(FeedState.Gapped);
  expect(heard.count('gap')).toBe(0);
  expect(subscriber.stats.repairedRecords).toBe(0);
  for (const { holes, first } of subscriber.lines) {
    expect(holes).toBeGreaterThan(10);
    expect(first).toBeGreaterThan(10);
  }
  const [begin = 0] = heard.transactions;
  expect(heard.transactions).toEqual(heard.transactions.map((_, i) => begin + i));
});

test('what both lines lose is repaired at once', async () => {
  const random = new Random(7);
  const market = new TwoLineMarket(1);
  await market.start();
  const heard = new Heard();
  const subscriber = await subscribe(market, heard, { feed: market.endpoints, ...PATIENT });
  await until('it has joined', () => isWhole(subscriber, market.engine));
  await until('it hears both lines', () => subscriber.lines.every(({ packets }) => packets > 0));
  market.isLossy = true;
  market.act(random, 50);
  market.isLossy = false;
  market.act(random, 50);
  await until('it is whole again', () => isWhole(subscriber, market.engine));
  expect([heard.count('gap'), heard.count('repaired')]).toEqual([1, 1]);
  expect(heard.count('trades-missed')).toBe(0);
  expectEqual(subscriber, market.engine);
});

test('one line alone is enough when the other has gone', async () => {
  const random = new Random(8);
  const market = new TwoLineMarket(1);
  await market.start();
  const heard = new Heard();
  const subscriber = await subscribe(market, heard, { feed: market.endpoints });
  await until('it has joined', () => isWhole(subscriber, market.engine));
  market.second.close();
  market.act(random, 100);
  await until('it has followed', () => isWhole(subscriber, market.engine));
  market.isLossy = true;
  market.act(random, 50);
  market.isLossy = false;
  market.act(random, 50);
  await until('it is whole again', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
});
