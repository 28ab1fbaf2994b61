import { expect, test } from 'vitest';
import { foldA, foldB, OrderSeeds, orderMixA, orderMixB, relinkA, relinkB } from './order-hash.ts';

const SEEDS = new OrderSeeds(1);
const HIGHEST = Number.MAX_SAFE_INTEGER;

function mixes(price: number, orderId: number, shown: number, ahead: number): [number, number] {
  return [
    orderMixA(SEEDS.seedA(0, price), foldA(orderId), foldA(shown), foldA(ahead)),
    orderMixB(SEEDS.seedB(0, price), foldB(orderId), foldB(shown), foldB(ahead)),
  ];
}

test('the lanes are independent: orders that collide in one do not in the other', () => {
  const byLaneA = new Map<number, number>();
  let collisionsA = 0;
  let collisionsBoth = 0;
  for (let id = 1; id <= 200_000; id++) {
    const [a, b] = mixes(1000 + (id % 7), id * 2 ** 22, 1 + (id % 97), (id - 1) * 2 ** 22);
    const other = byLaneA.get(a);
    if (other === undefined) byLaneA.set(a, b);
    else {
      collisionsA += 1;
      if (other === b) collisionsBoth += 1;
    }
  }
  // By chance 4.7 pairs of 200,000 collide in 32 bits; a poor mix gives hundreds.
  expect(collisionsA).toBeLessThan(20);
  expect(collisionsBoth).toBe(0);
});

test('a whole lattice of ids, quantities and orders ahead has no two mixes in common', () => {
  const both = new Float64Array(60 * 60 * 60);
  let n = 0;
  for (let id = 1; id <= 60; id++) {
    for (let shown = 1; shown <= 60; shown++) {
      for (let ahead = 0; ahead < 60; ahead++) {
        const [a, b] = mixes(50_000, id, shown * 10, ahead);
        both[n++] = (a >>> 0) * 2 ** 20 + (b >>> 12);
      }
    }
  }
  both.sort();
  let twins = 0;
  for (let i = 1; i < n; i++) if (both[i] === both[i - 1]) twins += 1;
  expect(twins).toBe(0);
});

test('a number is folded from both of its halves', () => {
  for (const fold of [foldA, foldB]) {
    const numbers = [0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, -(2 ** 32), HIGHEST, -HIGHEST];
    expect(new Set(numbers.map(fold)).size).toBe(numbers.length);
    for (const small of [0, 1, 2 ** 31 - 1]) expect(fold(small)).toBe(small);
    expect(fold(2 ** 32 - 1)).toBe(-1);
  }
});

test('another order ahead changes a mix as taking it off and putting it on again does', () => {
  const seeds = [SEEDS.seedA(1, -5), SEEDS.seedB(1, -5)] as const;
  const [seedA, seedB] = seeds;
  for (const [id, shown, before, now] of [
    [7, 5, 0, 9],
    [-3, 2 ** 31 - 1, 77, 0],
  ] as const) {
    const a = (orderMixA(seedA, id, shown, now) - orderMixA(seedA, id, shown, before)) | 0;
    const b = (orderMixB(seedB, id, shown, now) - orderMixB(seedB, id, shown, before)) | 0;
    expect([
      relinkA(seedA, id, shown, before, now),
      relinkB(seedB, id, shown, before, now),
    ]).toEqual([a, b]);
  }
});
