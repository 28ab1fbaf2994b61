/** The figures of the truth strip. */

import { expect, test } from 'vitest';
import { ConflationCount } from './conflation-count.ts';
import { LatencyWindow } from './latency-window.ts';
import { Sparkline } from './sparkline.ts';
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

test('conflation is transactions over changes, and follows what happens now', () => {
  const count = new ConflationCount();
  expect(count.perChange).toBeNaN();
  count.add(3);
  count.add(5);
  expect(count.perChange).toBe(4);
  for (let change = 0; change < 5000; change += 1) count.add(1);
  expect(count.perChange).toBeLessThan(1.01);
  count.clear();
  expect(count.perChange).toBeNaN();
});

test('a small line ends at the right edge, zero at the bottom, the largest on top', () => {
  const line = new Sparkline();
  line.add(Number.NaN);
  line.add(0);
  line.add(5);
  expect(line.points(47, 10)).toBe('');
  line.add(10);
  expect(line.points(47, 10)).toBe('45.0,10.0 46.0,5.0 47.0,0.0');
  for (let value = 0; value < 100; value += 1) line.add(1);
  expect(line.points(47, 10).split(' ')).toHaveLength(48);
  expect(line.points(47, 10).startsWith('0.0,0.0')).toBe(true);
});
