import { expect, test } from 'vitest';
import { Random, testSeeds, withSeed } from '../testing/random.ts';
import { BookHash } from './book-hash.ts';

type Level = readonly [side: number, price: number, quantity: number, orderCount: number];

const LADDER: readonly Level[] = [
  [0, 100, 5, 1],
  [0, 99, 7, 2],
  [1, 101, 3, 1],
  [1, 102, 9, 4],
];

function hashOf(levels: readonly Level[], instrument = 1): BookHash {
  const hash = new BookHash(instrument);
  for (const level of levels) hash.add(...level);
  return hash;
}

function text(hash: BookHash): string {
  return `${hash.laneA.toString(16).padStart(8, '0')} ${hash.laneB.toString(16).padStart(8, '0')}`;
}

/** Both lanes must differ: one alone would leave the other 32 bits without a task. */
function expectDifferent(one: BookHash, other: BookHash): void {
  expect(one.laneA).not.toBe(other.laneA);
  expect(one.laneB).not.toBe(other.laneB);
}

test('an empty book hashes to zero, whatever the instrument', () => {
  expect(text(new BookHash(1))).toBe('00000000 00000000');
  expect(text(new BookHash(9999))).toBe('00000000 00000000');
});

test('the order in which levels come does not matter', () => {
  expect(text(hashOf([...LADDER].reverse()))).toBe(text(hashOf(LADDER)));
});

test('removing what was added leads back to where it was', () => {
  const hash = hashOf(LADDER);
  for (const level of LADDER) hash.remove(...level);
  expect(text(hash)).toBe('00000000 00000000');
});

test('changing any one field of one level changes both lanes', () => {
  const right = hashOf(LADDER);
  for (let field = 0; field < 4; field++) {
    const changed: Level[] = LADDER.map((level, i) => {
      if (i !== 1) return level;
      const copy: [number, number, number, number] = [...level];
      copy[field] = field === 0 ? 1 : (copy[field] ?? 0) + 1;
      return copy;
    });
    expectDifferent(hashOf(changed), right);
  }
  expectDifferent(hashOf(LADDER, 2), right);
});

test('swapped quantities, order counts or sides are seen', () => {
  const right = hashOf(LADDER);
  const quantities: Level[] = [[0, 100, 7, 1], [0, 99, 5, 2], ...LADDER.slice(2)];
  const counts: Level[] = [[0, 100, 5, 2], [0, 99, 7, 1], ...LADDER.slice(2)];
  const sides: Level[] = [
    [1, 100, 5, 1],
    [0, 99, 7, 2],
    [0, 101, 3, 1],
    [1, 102, 9, 4],
  ];
  for (const swapped of [quantities, counts, sides]) expectDifferent(hashOf(swapped), right);
});

test('two instruments with swapped books are seen', () => {
  const other: readonly Level[] = [[0, 50, 1, 1]];
  const right = [hashOf(LADDER, 1), hashOf(other, 2)];
  const swapped = [hashOf(other, 1), hashOf(LADDER, 2)];
  for (const i of [0, 1]) expectDifferent(swapped[i] as BookHash, right[i] as BookHash);
});

test('prices and quantities that are 2^32 apart are told apart', () => {
  const low = hashOf([[0, 7, 5, 1]]);
  expectDifferent(hashOf([[0, 7 + 2 ** 32, 5, 1]]), low);
  expectDifferent(hashOf([[0, 7 - 2 ** 32, 5, 1]]), low);
  expectDifferent(hashOf([[0, 7, 5 + 2 ** 32, 1]]), low);
  expectDifferent(hashOf([[0, -7, 5, 1]]), low);
  const edge = Number.MAX_SAFE_INTEGER;
  expectDifferent(hashOf([[0, edge, edge, 1]]), hashOf([[0, edge - 1, edge, 1]]));
  expectDifferent(hashOf([[0, edge, edge, 1]]), hashOf([[0, -edge, edge, 1]]));
});

test('high halves that are swapped, or moved into the order count, are seen', () => {
  const wide = 2 ** 32;
  const right = hashOf([[0, 7 + 3 * wide, 7 + 5 * wide, 1]]);
  expectDifferent(hashOf([[0, 7 + 5 * wide, 7 + 3 * wide, 1]]), right);
  expectDifferent(hashOf([[0, 7, 7 + 8 * wide, 1]]), right);
  expectDifferent(hashOf([[0, 7 + 3 * wide, 7, 6]]), right);
});

test.each(testSeeds(5))('a change equals a removal and an addition (seed %i)', (seed) => {
  withSeed(seed, (random: Random) => {
    const edges = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const any = (): number =>
      random.chance(0.5) ? random.below(1000) : random.pick(edges) - random.below(2);
    const changed = new BookHash(3);
    const twin = new BookHash(3);
    for (let i = 0; i < 2000; i++) {
      const side = random.below(2);
      const price = random.chance(0.3) ? -any() : any();
      const [oldQuantity, quantity] = [Math.abs(any()), Math.abs(any())];
      const [oldCount, count] = [random.u32(), random.below(9)];
      changed.change(side, price, oldQuantity, oldCount, quantity, count);
      twin.remove(side, price, oldQuantity, oldCount);
      twin.add(side, price, quantity, count);
      expect(text(changed)).toBe(text(twin));
    }
  });
});

test('a level that is added twice, or not at all, is seen', () => {
  const right = hashOf(LADDER);
  for (const level of LADDER) {
    expectDifferent(hashOf([...LADDER, level]), right);
    expectDifferent(hashOf(LADDER.filter((other) => other !== level)), right);
    // XOR would have called these two equal.
    expectDifferent(hashOf([...LADDER, level, level]), right);
  }
});

test('the lanes are independent: levels that collide in one do not in the other', () => {
  const byLaneA = new Map<number, BookHash>();
  let collisionsA = 0;
  let collisionsBoth = 0;
  for (let price = 0; price < 200_000; price++) {
    const hash = hashOf([[price & 1, 1_000_000 + price, 1 + (price % 977), 1]]);
    const other = byLaneA.get(hash.laneA);
    if (other === undefined) byLaneA.set(hash.laneA, hash);
    else {
      collisionsA += 1;
      if (other.laneB === hash.laneB) collisionsBoth += 1;
    }
  }
  // By chance 200,000^2 / 2^33 = 4.7 pairs collide in 32 bits; a poor mix gives hundreds.
  expect(collisionsA).toBeLessThan(20);
  expect(collisionsBoth).toBe(0);
});

test('a whole lattice of prices, quantities and counts has no two levels in common', () => {
  const both = new Float64Array(100 * 200 * 20);
  let n = 0;
  for (let price = 0; price < 100; price++) {
    for (let quantity = 0; quantity < 200; quantity++) {
      for (let count = 0; count < 20; count++) {
        const { laneA, laneB } = hashOf([[0, 50_000 + price, quantity * 100, count]]);
        // 52 of the 64 bits: by chance 0.00002 pairs.
        both[n++] = laneA * 2 ** 20 + (laneB >>> 12);
      }
    }
  }
  both.sort();
  for (let i = 1; i < n; i++) if (both[i] === both[i - 1]) expect.unreachable();
});

test('of two levels, swapped quantities or counts are never missed by either lane', () => {
  const random = new Random(5);
  const f = (price: number, quantity: number, count: number): BookHash =>
    hashOf([[0, 50_000 + price, quantity, count]]);
  for (let i = 0; i < 50_000; i++) {
    const [p, q, n] = [random.below(40), random.below(200), random.below(5)];
    const [p2, q2, n2] = [p + 1 + random.below(40), q + 1 + random.below(200), n + 1];
    const [one, two] = [f(p, q, n), f(p2, q2, n2)];
    for (const [other, another] of [
      [f(p, q2, n), f(p2, q, n2)],
      [f(p, q, n2), f(p2, q2, n)],
    ] as const) {
      const differsA = (one.laneA + two.laneA - other.laneA - another.laneA) | 0;
      const differsB = (one.laneB + two.laneB - other.laneB - another.laneB) | 0;
      if (differsA === 0 || differsB === 0) expect.unreachable();
    }
  }
});

test('every bit of the lanes changes about every other time when a quantity grows by one', () => {
  const flips = new Array<number>(64).fill(0);
  for (let quantity = 1; quantity <= 4000; quantity++) {
    const one = hashOf([[0, 12_345, quantity, 1]]);
    const next = hashOf([[0, 12_345, quantity + 1, 1]]);
    for (let bit = 0; bit < 32; bit++) {
      flips[bit] = (flips[bit] ?? 0) + (((one.laneA ^ next.laneA) >>> bit) & 1);
      flips[32 + bit] = (flips[32 + bit] ?? 0) + (((one.laneB ^ next.laneB) >>> bit) & 1);
    }
  }
  for (const count of flips) {
    expect(count).toBeGreaterThan(1800);
    expect(count).toBeLessThan(2200);
  }
});

test.each(testSeeds(20))('random books never match after one random change (seed %i)', (seed) => {
  withSeed(seed, (random: Random) => {
    for (let round = 0; round < 200; round++) {
      const levels: Level[] = Array.from({ length: 1 + random.below(30) }, (_, i) => [
        random.below(2),
        1000 + i,
        1 + random.below(100),
        1 + random.below(5),
      ]);
      const at = random.below(levels.length);
      const changed = levels.map((level, i): Level => {
        const [side, price, quantity, orderCount] = level;
        return i === at ? [side, price, quantity + 1 + random.below(9), orderCount] : level;
      });
      expectDifferent(hashOf(changed), hashOf(levels));
    }
  });
});
