/** Going on from a position: the past out of a relay's archive on disk, the present off the line. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Relay } from '../relay/relay.ts';
import { Random } from '../testing/random.ts';
import {
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

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

/** A relay that remembers next to nothing but what is in its archive. */
async function startRelay(market: Market, maxBytes = Infinity): Promise<[Relay, string]> {
  const directory = mkdtempSync(join(tmpdir(), 'touchline-from-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  const limits = {
    segmentRecords: 2_000,
    segmentBytes: 1 << 20,
    maxBytes,
    maxAgeMs: Infinity,
  };
  const archive = { directory, log: QUIET, limits };
  const { feed, repair } = market;
  const relay = new Relay({ feed: [feed], spine: [repair], archive, ringBytes: 4096, ...PORTS });
  const endpoint = await relay.start('tcp://127.0.0.1:*');
  cleanUps.push(() => relay.close());
  return [relay, endpoint];
}

test('tells every transaction since then once, while the market goes on', async () => {
  const random = new Random(1);
  const market = new Market(1);
  await market.start();
  const [relay, repair] = await startRelay(market);
  market.act(random, 500);
  await until('the relay has caught up', () => isWhole(relay.subscriber, market.engine));
  const from = { ...relay.subscriber.position };
  const next = market.engine.transaction + 1;
  for (let i = 0; i < 20; i++) {
    market.act(random, 100);
    await new Promise(setImmediate);
  }
  await until('the relay has followed', () => isWhole(relay.subscriber, market.engine));
  expect(relay.oldestSequence).toBeGreaterThan(from.sequence);

  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard, { from });
  for (let i = 0; i < 20; i++) {
    market.act(random, 20);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until('the consumer has all', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  expect(heard.transactions[0]).toBe(next);
  expect(heard.transactions).toEqual(heard.transactions.map((_, i) => next + i));
  expect(heard.count('trades-missed')).toBe(0);
  // It began with the books of then: nothing before them was read.
  const { snapshots, repairedRecords } = subscriber.stats;
  expect(snapshots).toBe(1);
  expect(repairedRecords).toBeLessThan(market.engine.nextSequence - from.sequence + 100);
});

test('says what the archive has let go of, and goes on with books of the present', async () => {
  const random = new Random(2);
  const market = new Market(1, 5_000);
  await market.start();
  const [relay, repair] = await startRelay(market, 50_000);
  market.act(random, 100);
  await until('the relay has caught up', () => isWhole(relay.subscriber, market.engine));
  const from = { ...relay.subscriber.position };
  for (let i = 0; i < 20; i++) {
    market.act(random, 200);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until('the relay has followed', () => isWhole(relay.subscriber, market.engine));
  const heard = new Heard();
  const subscriber = await subscribe({ feed: market.feed, repair }, heard, { from });
  await until('the consumer has joined', () => isWhole(subscriber, market.engine));
  expectEqual(subscriber, market.engine);
  const missed = heard.events.find(({ type }) => type === 'trades-missed');
  expect(missed).toMatchObject({ from: from.sequence });
  market.act(random, 10);
  await until('the consumer follows', () => isWhole(subscriber, market.engine));
  expect(heard.transactions.at(-1)).toBe(market.engine.transaction);
});
