/** One loop, one drawing per frame, and an honest count of late frames. */

import { expect, test } from 'vitest';
import { FrameLoop, FrameStats } from './frame-loop.ts';

const INTERVAL_MS = 1000 / 60;

/** A display whose frames come when the test says so. */
function display() {
  let next: ((nowMs: number) => void) | undefined;
  return {
    request: (callback: (nowMs: number) => void) => {
      expect(next, 'one frame is asked for at a time').toBeUndefined();
      next = callback;
      return 1;
    },
    frame: (nowMs: number) => {
      const callback = next;
      next = undefined;
      callback?.(nowMs);
    },
    isAsked: () => next !== undefined,
  };
}

test('every panel is drawn once a frame, in order, with the frame’s time', () => {
  const screen = display();
  const drawn: string[] = [];
  const loop = new FrameLoop(screen.request, [
    (nowMs) => drawn.push(`a${nowMs}`),
    (nowMs) => drawn.push(`b${nowMs}`),
  ]);
  loop.start();
  loop.start();
  screen.frame(10);
  screen.frame(20);
  expect(drawn).toEqual(['a10', 'b10', 'a20', 'b20']);
});

test('a stopped loop draws nothing and asks for no frame', () => {
  const screen = display();
  const drawn: number[] = [];
  const loop = new FrameLoop(screen.request, [(nowMs) => drawn.push(nowMs)]);
  loop.start();
  loop.stop();
  screen.frame(10);
  expect(drawn).toEqual([]);
  expect(screen.isAsked()).toBe(false);
});

function steadyStats(frames: number): { readonly stats: FrameStats; readonly nowMs: number } {
  const stats = new FrameStats();
  for (let frame = 0; frame <= frames; frame += 1) stats.frame(frame * INTERVAL_MS);
  return { stats, nowMs: frames * INTERVAL_MS };
}

test('a steady display drops nothing and shows its rate', () => {
  const { stats } = steadyStats(600);
  expect(stats.dropped).toBe(0);
  expect(stats.perSecond()).toBeCloseTo(60, 0);
});

test('a frame three intervals late has taken the place of two others', () => {
  const { stats, nowMs } = steadyStats(256);
  stats.frame(nowMs + 3 * INTERVAL_MS);
  expect(stats.dropped).toBe(2);
});

test('the pause of a hidden page is not counted as dropped frames', () => {
  const { stats, nowMs } = steadyStats(256);
  stats.skipPause();
  stats.frame(nowMs + 60_000);
  expect(stats.dropped).toBe(0);
});

test('before any frame the rate is zero', () => {
  expect(new FrameStats().perSecond()).toBe(0);
});

test('a machine that keeps up is not slow, one that does not is as slow as its frames, up to a bound', () => {
  const stats = new FrameStats();
  let nowMs = 0;
  const run = (frames: number, intervalMs: number) => {
    for (let frame = 0; frame < frames; frame += 1) {
      nowMs += intervalMs;
      stats.frame(nowMs);
    }
    return stats.slowness;
  };
  expect(stats.slowness).toBe(1);
  expect(run(100, INTERVAL_MS)).toBe(1);
  // One late frame is no slow machine.
  expect(run(1, 60)).toBeLessThan(1.1);
  expect(run(100, 50)).toBeCloseTo(2.5);
  expect(run(100, 5000)).toBeCloseTo(4);
  expect(run(100, INTERVAL_MS)).toBe(1);
});

test('a pause while nobody looked makes no slow machine', () => {
  const stats = new FrameStats();
  stats.frame(0);
  stats.skipPause();
  stats.frame(60_000);
  expect(stats.slowness).toBe(1);
});
