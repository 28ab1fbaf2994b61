/** The token bucket on a clock that the test moves. */

import { describe, expect, it } from 'vitest';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { RateBucket } from './rate-bucket.ts';

describe('RateBucket', () => {
  it('gives a burst at once, then what its rate allows, and says how long to wait', () => {
    const bucket = new RateBucket({ perSecond: 100, burst: 5 }, 1000);
    for (let i = 0; i < 5; i++) expect(bucket.take(1, 1000)).toBe(0);
    expect(bucket.take(1, 1000)).toBe(10);
    expect(bucket.take(3, 1000)).toBe(30);
    expect(bucket.take(1, 1009)).toBe(1);
    expect(bucket.take(1, 1010)).toBe(0);
    expect(bucket.take(1, 1010)).toBe(10);
  });

  it('fills no higher than its burst, and gives for a full one what costs more', () => {
    const bucket = new RateBucket({ perSecond: 1000, burst: 10 }, 0);
    expect(bucket.take(50, 100_000)).toBe(0);
    expect(bucket.take(50, 100_000)).toBe(10);
    expect(bucket.take(50, 100_010)).toBe(0);
  });

  it('never gives more than burst and rate, and whoever waits as told is served', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const limit = { perSecond: 1 + random(5000), burst: 1 + random(100) };
    const bucket = new RateBucket(limit, 0);
    let now = 0;
    let given = 0;
    for (let i = 0; i < 5000; i++) {
      // A clock that steps back gives nothing.
      if (random(100) === 0) expect(bucket.take(0, now - random(1000))).toBe(0);
      const cost = Math.min(1 + random(3), limit.burst);
      const waitMs = bucket.take(cost, now);
      if (waitMs > 0) {
        now += waitMs;
        expect(bucket.take(cost, now), `seed ${seed}`).toBe(0);
      }
      given += cost;
      now += random(3);
      expect(given, `seed ${seed}`).toBeLessThanOrEqual(
        limit.burst + (now * limit.perSecond) / 1000 + 1e-6,
      );
    }
  });
});
