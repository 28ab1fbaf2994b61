import { describe, expect, it } from 'vitest';
import { median, ratioOfMedians, ratioOfSeparate, relativeSpread } from './statistics.ts';

/** Rounds of a machine whose speed wanders: each pair shares its moment. */
function pairs(count: number, slowdown: number): [number[], number[]] {
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const moment = 100 * (1 + 0.5 * Math.sin(i));
    first.push(moment * slowdown * (1 + 0.02 * Math.cos(7 * i)));
    second.push(moment * (1 + 0.02 * Math.cos(11 * i)));
  }
  return [first, second];
}

describe('the ratio of two series', () => {
  it('is of the medians, and its interval holds the truth and is narrow for a steady machine', () => {
    const [first, second] = pairs(20, 2);
    const { ratio, low, high, pairs: count } = ratioOfMedians(first, second);
    expect(ratio).toBe(median(first) / median(second));
    expect(count).toBe(20);
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
    expect(high - low).toBeLessThan(0.6);
  });

  it('holds 1 where nothing differs', () => {
    const { low, high } = ratioOfMedians(...pairs(20, 1));
    expect(low).toBeLessThanOrEqual(1);
    expect(high).toBeGreaterThanOrEqual(1);
  });

  it('is of the lower quartiles where most rounds met a busy machine', () => {
    const [first, second] = pairs(20, 2);
    // More than half of the second series, and little of the first, was held up.
    const held = second.map((value, i) => (i % 5 < 3 ? 2 * value : value));
    const calm = [first, held].map((series) =>
      series.map((value, i) => value / (1 + 0.5 * Math.sin(i))),
    );
    expect(ratioOfMedians(calm[0] ?? [], calm[1] ?? []).ratio).toBeLessThan(1.2);
    expect(ratioOfMedians(calm[0] ?? [], calm[1] ?? [], 0.25).ratio).toBeGreaterThan(1.8);
  });

  it('is the same each time', () => {
    expect(ratioOfMedians(...pairs(20, 1.3))).toEqual(ratioOfMedians(...pairs(20, 1.3)));
  });

  it('is wider where the series were not measured in turns', () => {
    const [first, second] = pairs(40, 1.2);
    const together = ratioOfMedians(first, second);
    const apart = ratioOfSeparate(first, second);
    expect(apart.high - apart.low).toBeGreaterThan(together.high - together.low);
  });

  it('refuses what are no pairs', () => {
    expect(() => ratioOfMedians([1, 2], [1])).toThrow(RangeError);
    expect(() => ratioOfMedians([], [])).toThrow(RangeError);
  });
});

it('tells a spread that one bad round does not move', () => {
  expect(relativeSpread([100, 101, 99, 100, 5000])).toBe(0.01);
});
