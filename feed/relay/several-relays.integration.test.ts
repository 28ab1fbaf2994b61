/** More relays than one, or none at all, and disks that are full: who is served, and by whom. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
import { newestHistory } from './archive/archive-reader.ts';
import { Relay } from './relay.ts';

const SILENT = { info: () => {}, error: () => {} };
const LIMITS = {
  segmentRecords: 1000,
  segmentBytes: 1 << 20,
  maxBytes: Infinity,
  maxAgeMs: Infinity,
};
/** The engine's ring: about a hundred transactions. */
const SMALL_RING = 5000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-relays-'));
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

async function startRelay(
  market: Market,
  { peers = [] as readonly string[], folder = '', serve = 'tcp://127.0.0.1:*' } = {},
): Promise<[Relay, string]> {
  const kept = { directory: join(directory, folder), limits: LIMITS, log: SILENT };
  const archive = folder === '' ? undefined : kept;
  const spine = [market.repair, ...peers];
  const relay = new Relay({ feed: [market.feed], spine, archive, ...PORTS });
  const endpoint = await bindAgain(() => relay.start(serve));
  cleanUps.push(() => relay.close());
  return [relay, endpoint];
}

async function follows(market: Market, ...relays: Relay[]): Promise<void> {
  for (const relay of relays) {
    await until('a relay has everything', () => isWhole(relay.subscriber, market.engine));
  }
}

test('a new relay has from another one what the engine no longer holds', async () => {
  const random = new Random(1);
  const market = new Market(1, SMALL_RING);
  await market.start();
  const [first, peer] = await startRelay(market, { folder: 'a' });
  await follows(market, first);
  for (let i = 0; i < 20; i++) {
    market.act(random, 50);
    await follows(market, first);
  }
  expect(market.engine.ring.firstSequence).toBeGreaterThan(1000);
  const [alone] = await startRelay(market);
  await follows(market, alone);
  expect(alone.subscriber.stats.snapshots).toBe(1);
  expect(alone.oldestSequence).not.toBe(1);
  const [second] = await startRelay(market, { peers: [peer], folder: 'b' });
  await follows(market, second);
  expectEqual(second.subscriber, market.engine);
  // Every record from the first: no book was taken as it is.
  expect([second.subscriber.stats.snapshots, second.oldestSequence]).toEqual([0, 1]);
  expect(second.marketData.trading.missed.ranges).toEqual([]);
});

test('a relay that comes back fills from another one the hole that the engine cannot fill', async () => {
  const random = new Random(2);
  const market = new Market(1, SMALL_RING);
  await market.start();
  const [first, peer] = await startRelay(market);
  const [second] = await startRelay(market, { folder: 'b' });
  await follows(market, first, second);
  market.act(random, 50);
  await follows(market, first, second);
  await second.close();
  for (let i = 0; i < 20; i++) {
    market.act(random, 50);
    await follows(market, first);
  }
  const [again] = await startRelay(market, { peers: [peer], folder: 'b' });
  await follows(market, again);
  expectEqual(again.subscriber, market.engine);
  market.act(random, 50);
  await follows(market, again);
  await again.close();
  const history = newestHistory(join(directory, 'b'), StreamLevel.L2, crc32);
  expect(history?.holes).toEqual([]);
  expect(history?.segments.at(-1)?.nextSequence).toBe(market.engine.nextSequence);
});

test('consumers go from one relay to the other when one of them ends', async () => {
  const random = new Random(3);
  const market = new Market(1);
  await market.start();
  const [first, one] = await startRelay(market);
  const [second, other] = await startRelay(market);
  market.act(random, 200);
  await follows(market, first, second);
  const options = { repair: [one, other] };
  const subscriber = await subscribe({ feed: market.feed, repair: one }, new Heard(), options);
  await until('it has joined', () => isWhole(subscriber, market.engine));
  for (const relay of [first, second]) {
    market.isLossy = true;
    market.act(random, 100);
    market.isLossy = false;
    market.act(random, 10);
    await until('the gap is repaired', () => isWhole(subscriber, market.engine));
    if (relay === first) await first.close();
  }
  expectEqual(subscriber, market.engine);
  expect(subscriber.stats.skippedRecords).toBe(0);
});

test('without any relay those who are LIVE stay so, and who comes late says NO_RELAY', async () => {
  const random = new Random(4);
  const market = new Market(1);
  await market.start();
  const [relay, repair] = await startRelay(market);
  market.act(random, 100);
  await follows(market, relay);
  const early = await subscribe({ feed: market.feed, repair }, new Heard());
  await until('it has joined', () => isWhole(early, market.engine));
  await relay.close();
  market.act(random, 100);
  const late = await subscribe({ feed: market.feed, repair }, new Heard());
  await until('it says that there is none', () => late.reason === 'NO_RELAY');
  expect(late.state).toBe(FeedState.Syncing);
  market.act(random, 100);
  await until('the other one is as it was', () => isWhole(early, market.engine));
  expectEqual(early, market.engine);
  const [again] = await startRelay(market, { serve: repair });
  await follows(market, again);
  await until('now it joins', () => isWhole(late, market.engine));
  expectEqual(late, market.engine);
});

/** Whether a small disk can be made in memory here: it takes the right to mount. */
function mountSmallDisk(folder: string): boolean {
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]);
  if (made.status === 0) cleanUps.push(() => void spawnSync('umount', [folder]));
  return made.status === 0;
}

test('a full disk costs the archive a hole; what is served, counted and saved goes on', async (context) => {
  const folder = join(directory, 'full');
  mkdirSync(folder);
  if (!mountSmallDisk(folder)) return context.skip('it takes the right to mount');
  const random = new Random(5);
  const market = new Market(1);
  await market.start();
  const [relay, repair] = await startRelay(market, { folder: 'full' });
  for (let i = 0; i < 40 && relay.levels.writer?.problem === undefined; i++) {
    market.act(random, 100);
    await follows(market, relay);
  }
  expect(relay.levels.writer?.problem).toContain('ENOSPC');
  relay.marketData.save();
  const subscriber = await subscribe({ feed: market.feed, repair }, new Heard());
  await until('consumers join as ever', () => isWhole(subscriber, market.engine));
  const counted = [1, 2, 3, 4, 5].map((id) => {
    const [day] = relay.marketData.trading.candles(id, 86_400, 0, Infinity);
    return day?.trades ?? 0;
  });
  expect(counted.reduce((sum, trades) => sum + trades, 0)).toBe(market.engine.trades);
  spawnSync('mount', ['-o', 'remount,size=64m', folder]);
  await until('it is written again', () => relay.levels.writer?.problem === undefined);
  market.act(random, 100);
  await follows(market, relay);
  await relay.close();
  const history = newestHistory(folder, StreamLevel.L2, crc32);
  expect(history?.holes.length).toBeGreaterThan(0);
  expect(history?.segments.at(-1)?.nextSequence).toBe(market.engine.nextSequence);
});
