import { expect, test } from 'vitest';
import { SLOW_CONSUMER_AFTER_MS, SLOW_CONSUMER_LAG_MS } from '../limits.ts';
import { SlowReader } from './slow-reader.ts';

/** Reads a packet every 10 ms for `ms`; its age by the time since the beginning. */
function read(reader: SlowReader, fromMs: number, ms: number, age: (atMs: number) => number) {
  const skips: number[] = [];
  for (let atMs = 0; atMs <= ms; atMs += 10) {
    if (reader.heard(fromMs + atMs, age(atMs))) skips.push(atMs);
  }
  return skips;
}

test('one that keeps up never skips, however its clock differs from the publisher’s', () => {
  for (const offset of [0, 5_000, -5_000]) {
    expect(read(new SlowReader(), 0, 60_000, () => offset + 3)).toEqual([]);
  }
});

test('one that falls behind skips once it has been behind for the time allowed', () => {
  const reader = new SlowReader();
  const [first = 0] = read(reader, 0, 10_000, (atMs) => 5 + atMs / 2);
  const behindSince = SLOW_CONSUMER_LAG_MS * 2;
  expect(first).toBe(behindSince + SLOW_CONSUMER_AFTER_MS);
});

test('one that was paused reads old packets, catches up, and does not skip', () => {
  const reader = new SlowReader();
  read(reader, 0, 1_000, () => 5);
  expect(read(reader, 11_000, 9_000, (atMs) => 10_000 - atMs)).toEqual([]);
  expect(reader.lagMs).toBeLessThan(SLOW_CONSUMER_LAG_MS);
});

test('a clock that drifts is no lag, neither in a drained socket nor in one that never is', () => {
  const drift = (atMs: number): number => atMs / 1000;
  expect(read(new SlowReader(), 0, 3_600_000, drift)).toEqual([]);
  const drained = new SlowReader();
  for (let atMs = 0; atMs < 3_600_000; atMs += 1000) {
    expect(drained.heard(atMs, drift(atMs))).toBe(false);
    drained.drained();
    expect(drained.lagMs).toBe(0);
  }
});

test('a clock that jumps costs one skip at most, and none in a socket that is drained', () => {
  const reader = new SlowReader();
  read(reader, 0, 1_000, () => 5);
  expect(read(reader, 1_000, 50_000, () => 3_600_005)).toHaveLength(1);
  expect(reader.lagMs).toBe(0);
  const drained = new SlowReader();
  read(drained, 0, 1_000, () => 5);
  drained.heard(1_010, 3_600_005);
  drained.drained();
  expect(read(drained, 1_020, 50_000, () => 3_600_005)).toEqual([]);
  // And back.
  expect(read(drained, 60_000, 50_000, () => 5)).toEqual([]);
});

test('one that is too slow again and again skips again and again', () => {
  const reader = new SlowReader();
  let skips = 0;
  let lag = 0;
  for (let atMs = 0; atMs < 60_000; atMs += 10) {
    lag += 10;
    if (!reader.heard(atMs, 5 + lag)) continue;
    skips += 1;
    lag = 0;
  }
  expect(skips).toBeGreaterThan(10);
});
