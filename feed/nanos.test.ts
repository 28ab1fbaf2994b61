import { expect, test } from 'vitest';
import {
  nanos,
  nanosBetween,
  nanosToBigInt,
  nanosToMicros,
  setNanos,
  steadyWallClock,
} from './nanos.ts';
import { testSeeds, withSeed } from './testing/random.ts';

test.each(testSeeds(5))('agrees with BigInt arithmetic (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const earlier = nanos();
    const later = nanos();
    for (let i = 0; i < 1000; i++) {
      const value = (BigInt(random.below(2_000_000_000)) << 32n) | BigInt(random.u32());
      const difference = BigInt(random.below(2 ** 52)) * (random.chance(0.5) ? 1n : -1n);
      setNanos(earlier, value);
      setNanos(later, BigInt.asUintN(64, value + difference));
      expect(nanosToBigInt(earlier.high, earlier.low)).toBe(value);
      expect(nanosToMicros(earlier.high, earlier.low)).toBe(Number(value / 1000n));
      if (value + difference < 0n) continue;
      expect(nanosBetween(earlier.high, earlier.low, later.high, later.low)).toBe(
        Number(difference),
      );
    }
  });
});

test('the steady clock follows the monotonic one, and never runs backwards', () => {
  let nowMs = 500;
  const clock = steadyWallClock(1_727_120_320_123_456_789n, 500, () => nowMs);
  const out = nanos();
  const read = (): bigint => {
    clock(out);
    return nanosToBigInt(out.high, out.low);
  };
  expect(read()).toBe(1_727_120_320_123_456_789n);
  nowMs = 501.5;
  expect(read()).toBe(1_727_120_320_124_956_789n);
  nowMs = 500 + 86_400_000;
  expect(read()).toBe(1_727_206_720_123_456_789n);
  nowMs = 400;
  expect(read()).toBe(1_727_120_320_123_456_789n);
});
