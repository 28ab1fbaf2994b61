/** The one scale of the bars. */

import { expect, test } from 'vitest';
import { nextScale } from './cumulative-scale.ts';

test('a larger total grows the scale at once, to a round number that holds it', () => {
  expect(nextScale(0, 87)).toBe(100);
  expect(nextScale(100, 101)).toBe(125);
  expect(nextScale(100, 7_900)).toBe(8_000);
  expect(nextScale(0, 0.003)).toBeCloseTo(0.003);
});

test('a smaller total keeps the scale until half of the room is unused', () => {
  expect(nextScale(100, 55)).toBe(100);
  expect(nextScale(100, 50)).toBe(100);
  expect(nextScale(100, 49)).toBe(50);
});

test('an empty book keeps the scale', () => {
  expect(nextScale(100, 0)).toBe(100);
});

test('no bar is ever longer than the room', () => {
  let scale = 0;
  for (let step = 0; step < 2_000; step += 1) {
    const total = 1 + ((step * 7919) % 100_003);
    scale = nextScale(scale, total);
    expect(total / scale).toBeLessThanOrEqual(1);
    expect(total / scale).toBeGreaterThanOrEqual(0.5);
  }
});
