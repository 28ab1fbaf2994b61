/** What is said of ten thousand connections where fewer were measured. */

import { expect, test } from 'vitest';
import { tenThousand } from './results.ts';
import type { CurvePoint } from './scenarios.ts';

function point(connections: number, delivered: number): CurvePoint {
  return {
    connections,
    delivered,
    frames: 1,
    updates: 1,
    seconds: 1,
    torn: 0,
    cpuShare: connections / 10_000,
    usPerFrame: 10,
    rssMb: 100 + connections / 100,
    ageMsP50: 1,
    ageMsP99: connections,
    loadShare: 0,
  } as unknown as CurvePoint;
}

test('the largest point that kept up is drawn out, also where the market pauses for all of them', () => {
  const curve = [point(10, 0.955), point(1000, 0.946), point(5000, 0.943), point(8000, 0.7)];
  const { measuredAt, isExtrapolated, cpuShare, rssMb, p99Ms } = tenThousand(curve);
  expect(measuredAt).toBe(5000);
  expect(isExtrapolated).toBe(true);
  expect(cpuShare).toBeCloseTo(1);
  expect(rssMb).toBeCloseTo(200);
  expect(p99Ms).toBe(5000);
});

test('ten thousand that were measured are not drawn out', () => {
  expect(tenThousand([point(10, 1), point(10_000, 0.99)]).isExtrapolated).toBe(false);
});
