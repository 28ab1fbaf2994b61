/** An archived range played to new endpoints, followed by the ordinary consumer. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { FeedState } from '../../market.ts';
import { Random } from '../../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  Heard,
  isWhole,
  Market,
  PORTS,
  subscribe,
  until,
} from '../../testing/socket-market.ts';
import { wordsOf } from '../../testing/toy-engine.ts';
import { StreamLevel } from '../../wire/topic.ts';
import { Relay } from '../relay.ts';
import { ArchivePlayer } from './archive-player.ts';
import { newestHistory } from './archive-reader.ts';

const SILENT = { info: () => {}, error: () => {} };
const LIMITS = {
  segmentRecords: 1000,
  segmentBytes: 1 << 20,
  maxBytes: Infinity,
  maxAgeMs: Infinity,
};
const FREE = 'tcp://127.0.0.1:*';
const TOOL = fileURLToPath(new URL('./tool-main.ts', import.meta.url));
const READY = z.object({
  type: z.literal('ready'),
  endpoints: z.object({ publish: z.string(), serve: z.string() }),
});

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-play-'));
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

/** A market whose stream has been archived to its end; the relay is gone. */
async function archived(level: StreamLevel = StreamLevel.L2): Promise<Market> {
  const market = new Market(1, 1 << 20, level);
  await market.start();
  const archive = { directory, limits: LIMITS, log: SILENT };
  const relay = new Relay({ feed: [market.feed], spine: [market.repair], archive, ...PORTS });
  await bindAgain(() => relay.start(FREE));
  cleanUps.push(() => relay.close());
  const random = new Random(Number(process.env['TOUCHLINE_SEED'] ?? 1));
  for (let i = 0; i < 20; i++) {
    market.act(random, 50);
    await new Promise(setImmediate);
  }
  const followed = level === StreamLevel.L3 ? relay.orders : relay.levels;
  await until('the relay has it', () => isWhole(followed.subscriber, market.engine));
  await relay.close();
  return market;
}

function playerOf(level: StreamLevel, from: number, to: number, speed: number): ArchivePlayer {
  const history = newestHistory(directory, level, crc32);
  if (history === undefined) throw new Error('nothing was archived');
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
  const player = new ArchivePlayer({ history, from, to, speed, sleep, ...PORTS });
  cleanUps.push(() => player.close());
  return player;
}

test.each([StreamLevel.L2, StreamLevel.L3])(
  'a consumer follows L%i as if the engine were there',
  async (level) => {
    const market = await archived(level);
    const { nextSequence, transaction } = market.engine;
    const player = playerOf(level, 1, nextSequence, 50);
    const { publish: feed, serve: repair } = await player.bind(FREE, FREE);
    const heard = new Heard();
    const subscriber = await subscribe({ feed, repair }, heard, { level });
    await until('it hears the heartbeat', () => subscriber.state === FeedState.Live);
    const playing = player.play();
    const late = await subscribe({ feed, repair }, new Heard(), { level });
    await playing;
    for (const one of [subscriber, late]) {
      await until('it has everything', () => one.position.sequence === nextSequence);
      expectEqualBooks(one, market);
    }
    expect(heard.transactions).toEqual(Array.from({ length: transaction }, (_, i) => i + 1));
    expect(subscriber.position.epoch).toEqual(market.engine.epoch);
    expect(heard.count('end-of-session')).toBe(1);
    expect(heard.count('hash-mismatch')).toBe(0);
  },
);

function expectEqualBooks(subscriber: Awaited<ReturnType<typeof subscribe>>, market: Market): void {
  // The session has ended, so nobody says LIVE any more.
  for (const { id, words } of market.engine.instruments) {
    const instrument = subscriber.instruments.get(id);
    expect(instrument === undefined ? [] : wordsOf(instrument)).toEqual(words);
  }
}

test('part of it begins with the books of its beginning, and ends where it is to end', async () => {
  const market = await archived();
  const half = Math.floor(market.engine.nextSequence / 2);
  // Longer than any transaction.
  const to = Math.min(half + 3000, market.engine.nextSequence);
  const player = playerOf(StreamLevel.L2, half, to, Infinity);
  const { publish: feed, serve: repair } = await player.bind(FREE, FREE);
  const heard = new Heard();
  const subscriber = await subscribe({ feed, repair }, heard);
  await until('it has the books', () => subscriber.hasJoined);
  await player.play();
  await until('it has the range', () => heard.count('end-of-session') === 1);
  expect(subscriber.position.sequence).toBeGreaterThan(half);
  expect(subscriber.position.sequence).toBeLessThanOrEqual(to);
  expect(heard.count('hash-mismatch')).toBe(0);
  expect(heard.events.filter(({ type }) => type === 'gap')).toEqual([]);
});

test('touchline archive play says where it plays, and what it cannot', async () => {
  const market = await archived();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [TOOL, 'play', ...args], { encoding: 'utf8' });
  const refused = run(directory, '--from', '5', '--to', '99999999');
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('NOT_KEPT')]);
  const places = ['--publish', FREE, '--serve', FREE];
  const child = spawn(
    process.execPath,
    [TOOL, '--log-level', 'error', 'play', directory, '--speed', 'max', '--stay', ...places],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  cleanUps.push(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [message] = await once(child, 'message');
  const { publish: feed, serve: repair } = READY.parse(message).endpoints;
  const subscriber = await subscribe({ feed, repair }, new Heard());
  const { nextSequence } = market.engine;
  await until('it has everything', () => subscriber.position.sequence === nextSequence);
});
