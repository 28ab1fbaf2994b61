/** A service that a debugger pauses for seconds while the market goes on. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';
import { type FeedStats, type StreamPosition, type Subscription, subscribe } from './index.ts';

/** Longer than silence and age are allowed to be. */
const PAUSE_MS = 3_000;

interface Heard {
  readonly state: string;
  readonly position: StreamPosition;
  readonly stats: FeedStats;
  readonly trades: readonly number[];
  readonly events: readonly string[];
  readonly states: readonly string[];
}

let stack: Stack;
let reference: Subscription;
let service: ChildProcess;
const trades: number[] = [];

beforeAll(async () => {
  stack = await startStack({ source: 'sim:9', gateway: false });
  const { publish, relay } = stack.endpoints;
  reference = subscribe({
    feed: publish,
    repair: relay,
    listener: { traded: (...[, , , , tradeId]) => trades.push(tradeId) },
  });
  await reference.live('AAPL');
  service = fork(new URL('./paused.fixture.ts', import.meta.url), [publish, relay]);
});

afterAll(async () => {
  if (service !== undefined && service.exitCode === null) {
    service.kill('SIGKILL');
    await once(service, 'exit');
  }
  await reference?.close();
  await stack?.stop();
});

async function ask(): Promise<Heard> {
  const answer = once(service, 'message');
  service.send('?');
  const [heard] = (await answer) as [Heard];
  return heard;
}

async function untilHeard(what: string, holds: (heard: Heard) => boolean): Promise<Heard> {
  for (let i = 0; i < 1000; i++) {
    const heard = await ask();
    if (holds(heard)) return heard;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  expect.fail(`it never came true that ${what}`);
}

test('is LIVE again with every trade, and has skipped nothing', async () => {
  await untilHeard('it is LIVE', ({ state }) => state === 'LIVE');
  service.kill('SIGSTOP');
  await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  const { sequence } = reference.position;
  service.kill('SIGCONT');
  const heard = await untilHeard(
    'it is LIVE behind the pause',
    ({ state, position }) => state === 'LIVE' && position.sequence > sequence,
  );
  // What it read first was seconds old: it said so.
  expect(heard.states.some((state) => state.startsWith('STALE'))).toBe(true);
  expect(heard.events).not.toContain('slow-consumer');
  expect(heard.events).not.toContain('trades-missed');
  expect(heard.stats.hashMismatches).toBe(0);
  // It has cost its neighbour nothing.
  expect(reference.stats).toMatchObject({ gaps: 0, skips: 0, skippedRecords: 0 });
  const [first = 0] = heard.trades;
  const last = heard.trades.at(-1) ?? 0;
  expect(last).toBeGreaterThan(first);
  const right = trades.slice(trades.indexOf(first), trades.indexOf(last) + 1);
  expect(heard.trades).toEqual(right);
});
