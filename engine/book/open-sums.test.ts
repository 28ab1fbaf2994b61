/** Sums of what is open against a sorted list that is added up each time. */

import { describe, expect, it } from 'vitest';
import { MAX_INTEGER } from '../../feed/index.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { OpenSums } from './open-sums.ts';

/** The same, plainly. */
class NaiveSums {
  readonly opens = new Map<number, number>();

  change(key: number, lots: number): void {
    const open = (this.opens.get(key) ?? 0) + lots;
    if (open === 0) this.opens.delete(key);
    else this.opens.set(key, open);
  }

  get keys(): number[] {
    return [...this.opens.keys()].sort((a, b) => b - a);
  }

  openFrom(key: number): number {
    let sum = 0n;
    for (const [own, open] of this.opens) if (own >= key) sum += BigInt(open);
    return Number(sum < BigInt(MAX_INTEGER) ? sum : BigInt(MAX_INTEGER));
  }

  keyReaching(lots: number): number {
    return this.keys.find((key) => this.openFrom(key) >= lots) ?? Number.NEGATIVE_INFINITY;
  }

  keyOutweighing(other: NaiveSums, margin: number): number {
    const found = this.keys.find((key) => this.openFrom(key) >= other.openFrom(-key) + margin);
    return found ?? Number.NEGATIVE_INFINITY;
  }
}

describe('the sums of what is open', () => {
  it.each([
    ['small', 40, 1000],
    ['beyond 2^53 - 1 together', 12, MAX_INTEGER],
  ])('are those of a list that is added up: %s', (_, prices, most) => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const sides = [0, 1].map(() => ({ sums: new OpenSums(), naive: new NaiveSums() }));
    const [bids, asks] = sides;
    if (bids === undefined || asks === undefined) throw new Error('no sides');
    for (let step = 0; step < 1500; step += 1) {
      const { sums, naive } = random(2) === 0 ? bids : asks;
      const key = random(prices) - (prices >> 1);
      const open = naive.opens.get(key) ?? 0;
      const fewer = random(3) === 0 ? -open : -random(open + 1);
      const lots = open > 0 && random(2) === 0 ? fewer : random(most - open + 1);
      sums.change(key, lots);
      naive.change(key, lots);
      const what = `seed ${seed}, step ${step}`;
      expect(sums.bestKey, what).toBe(naive.keys[0] ?? Number.NEGATIVE_INFINITY);
      const asked = random(prices + 2) - (prices >> 1) - 1;
      expect(sums.openFrom(asked), what).toBe(naive.openFrom(asked));
      const reached = 1 + random(naive.openFrom(-prices) + 2);
      expect(sums.keyReaching(reached), what).toBe(naive.keyReaching(reached));
      for (const margin of [0, 1] as const) {
        const found = bids.sums.keyOutweighing(asks.sums, margin);
        expect(found, what).toBe(bids.naive.keyOutweighing(asks.naive, margin));
      }
    }
    expect([bids.sums.isExact, asks.sums.isExact]).toEqual([true, true]);
  });

  it('say so when more is open at a price than can be told', () => {
    const sums = new OpenSums();
    sums.change(5, MAX_INTEGER);
    expect(sums.isExact).toBe(true);
    sums.change(5, 1);
    expect(sums.isExact).toBe(false);
  });

  it('hold a hundred thousand prices, and give back what they took', () => {
    const sums = new OpenSums();
    const many = 100_000;
    for (let turn = 0; turn < 2; turn += 1) {
      for (let i = 0; i < many; i += 1) sums.change((i * 7919) % many, 1 + (i % 3));
      expect(sums.bestKey).toBe(many - 1);
      expect(sums.openFrom(0)).toBe(2 * many - 1);
      expect(sums.keyReaching(2 * many)).toBe(Number.NEGATIVE_INFINITY);
      for (let i = 0; i < many; i += 1) sums.change((i * 7919) % many, -1 - (i % 3));
      expect(sums.bestKey).toBe(Number.NEGATIVE_INFINITY);
    }
  });
});
