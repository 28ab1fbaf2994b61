/** The depth chart's curves against plain sums. */

import { expect, test } from 'vitest';
import type { LevelsView } from '../../browser/index.ts';
import { DepthCurve, priceReach } from './depth-curve.ts';

function view(levels: readonly (readonly [number, number])[]): LevelsView {
  return {
    length: levels.length,
    price: (index) => levels[index]?.[0] as number,
    quantity: (index) => levels[index]?.[1] as number,
    orderCount: () => 1,
  };
}

const ASKS = [
  [101, 5],
  [103, 7],
  [110, 1],
] as const;

test('a curve adds up from the best price outwards', () => {
  const curve = new DepthCurve();
  curve.read(view(ASKS));
  expect([curve.best, curve.last, curve.totals]).toEqual([101, 110, [5, 12, 13]]);
  const within = (price: number) => curve.totalWithin(price);
  expect([100, 101, 102, 103, 109, 110, 999].map(within)).toEqual([0, 5, 5, 12, 12, 13, 13]);
});

test('a share of the levels reaches to one of them', () => {
  const curve = new DepthCurve();
  expect(curve.priceAt(0.5)).toBeNaN();
  curve.read(view(ASKS));
  expect([0, 0.5, 0.9, 1].map((share) => curve.priceAt(share))).toEqual([101, 103, 103, 110]);
});

test('bids run the other way', () => {
  const curve = new DepthCurve();
  curve.read(
    view([
      [99, 2],
      [95, 3],
    ]),
  );
  expect([100, 99, 96, 95, 1].map((price) => curve.totalWithin(price))).toEqual([0, 2, 2, 5, 5]);
});

test('a shorter book leaves nothing of the longer one before it', () => {
  const curve = new DepthCurve();
  curve.read(view(ASKS));
  curve.read(view(ASKS.slice(0, 1)));
  expect([curve.length, curve.last, curve.totalWithin(999)]).toEqual([1, 101, 5]);
  curve.read(view([]));
  expect([curve.best, curve.last, curve.totalWithin(5)]).toEqual([Number.NaN, Number.NaN, 0]);
});

test('the reach is that of the shorter side, and stays while it is half used', () => {
  const first = priceReach(0, 1000, 900, 1300);
  expect(first).toBe(110);
  expect(priceReach(first, 1000, 895, 1300)).toBe(first);
  expect(priceReach(first, 1000, 940, 1300)).toBe(first);
  expect(priceReach(first, 1000, 950, 1300)).toBe(55);
  expect(priceReach(first, 1000, 800, 1300)).toBe(220);
  expect(priceReach(first, 1000, 1000, 1000)).toBeGreaterThan(0);
});
