/** When steps are due, with a clock that the test moves. */

import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const SECOND = 1_000_000_000n;

test('the first step is due at once, the next ones as far apart as they were recorded', () => {
  let now = 5000;
  const pace = new Pace(1, () => now);
  expect(pace.waitMs(70n * SECOND)).toBe(0);
  expect(pace.waitMs(72n * SECOND)).toBe(2000);
  now += 1500;
  expect(pace.waitMs(72n * SECOND)).toBe(500);
});

test('a speed of ten takes a tenth of the time', () => {
  const pace = new Pace(10, () => 0);
  pace.waitMs(0n);
  expect(pace.waitMs(2n * SECOND)).toBe(200);
});

test('max waits for nothing', () => {
  const pace = new Pace('max', () => 0);
  expect(pace.waitMs(0n)).toBe(0);
  expect(pace.waitMs(1_000_000n * SECOND)).toBe(0);
});

test('a small delay is caught up with, a large one is not', () => {
  let now = 0;
  const pace = new Pace(1, () => now);
  pace.waitMs(0n);
  now = 1500;
  expect(pace.waitMs(SECOND)).toBe(-500);
  expect(pace.waitMs(2n * SECOND)).toBe(500);
  now = 60_000;
  expect(pace.waitMs(3n * SECOND)).toBe(0);
  expect(pace.waitMs(4n * SECOND)).toBe(1000);
});

test('a recording whose clock steps back is played on', () => {
  const pace = new Pace(1, () => 0);
  pace.waitMs(10n * SECOND);
  expect(pace.waitMs(9n * SECOND)).toBeLessThanOrEqual(0);
  expect(pace.waitMs(11n * SECOND)).toBe(1000);
});
