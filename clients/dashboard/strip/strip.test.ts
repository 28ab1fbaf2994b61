/** The figures of the truth strip. */

import { expect, test } from 'vitest';
import { LatencyWindow } from './latency-window.ts';
import { WallTime } from './wall-time.ts';

test('quantiles come from the newest samples, by the nearest rank', () => {
  const window = new LatencyWindow(100);
  expect(window.quantile(0.5)).toBeNaN();
  for (let ms = 1; ms <= 250; ms += 1) window.add(ms);
  expect(window.quantile(0.5)).toBe(200);
  expect(window.quantile(0.99)).toBe(249);
  expect(window.quantile(1)).toBe(250);
  expect(window.quantile(0)).toBe(151);
});

test('what is no number is no sample', () => {
  const window = new LatencyWindow(4);
  window.add(Number.NaN);
  window.add(Number.POSITIVE_INFINITY);
  window.add(7);
  expect(window.quantile(0.5)).toBe(7);
});

test('the time has the resolution of the monotonic clock while the clocks agree', () => {
  let date = 1_000_000;
  let monotonic = 0;
  const time = new WallTime(
    () => date,
    () => monotonic,
    1_000_000,
  );
  monotonic = 0.125;
  expect(time.nowUs()).toBe(1_000_000_125);
  date = 1_000_010;
  monotonic = 10.75;
  expect(time.nowUs()).toBe(1_000_010_750);
});

test('after a sleep that the monotonic clock did not count, the date is believed', () => {
  let date = 1_000_000;
  const time = new WallTime(
    () => date,
    () => 5,
    1_000_000,
  );
  date = 1_900_005;
  expect(time.nowUs()).toBe(1_900_005_000);
});
