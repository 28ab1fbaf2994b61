/** The generator against the published algorithm, and its distributions against theirs. */

import { expect, test } from 'vitest';
import { Random } from './random.ts';

test('gives what the published algorithm gives', () => {
  const state: [number, number, number, number] = [1, 2, 3, 4];
  const random = Random.ofState(...state);
  const twin = reference(state.map(BigInt));
  expect(random.u32()).toBe(11520);
  expect(twin()).toBe(11520);
  for (let count = 0; count < 1000; count++) expect(random.u32()).toBe(twin());
});

test('equal seeds give equal numbers, others others', () => {
  const draw = (seed: string) => Array.from({ length: 8 }, () => new Random(seed).u32()).join();
  expect(draw('a')).toBe(draw('a'));
  expect(draw('a')).not.toBe(draw('b'));
});

test('every distribution has its mean', () => {
  const random = new Random('means');
  const mean = (next: () => number) => {
    let sum = 0;
    for (let count = 0; count < 50_000; count++) sum += next();
    return sum / 50_000;
  };
  expect(mean(() => random.unit())).toBeCloseTo(0.5, 1);
  expect(mean(() => random.below(7))).toBeCloseTo(3, 1);
  expect(mean(() => random.exponential(4))).toBeCloseTo(4, 0);
  expect(mean(() => random.normal())).toBeCloseTo(0, 1);
  expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
  // A ratio of 0.8 has a mean of 0.8 / 0.2.
  expect(mean(() => random.geometric(0.8))).toBeCloseTo(4, 0);
  expect(mean(() => (random.chance(0.3) ? 1 : 0))).toBeCloseTo(0.3, 1);
});

/** xoshiro128** 1.1 as its authors print it, on BigInt. */
function reference(s: bigint[]): () => number {
  const mask = 0xffff_ffffn;
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  return () => {
    const [s0 = 0n, s1 = 0n, s2 = 0n, s3 = 0n] = s;
    const result = (rotl((s1 * 5n) & mask, 7n) * 9n) & mask;
    const t = (s1 << 9n) & mask;
    let [a, b, c, d] = [s0, s1, s2, s3];
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11n);
    s = [a, b, c, d];
    return Number(result);
  };
}
