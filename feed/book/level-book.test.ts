import { expect, test } from 'vitest';
import { Side } from '../market.ts';
import { testSeeds, withSeed } from '../testing/random.ts';
import { BookHash } from './book-hash.ts';
import { LevelBook } from './level-book.ts';
import { firstDifference, NaiveBook } from './naive-book.ts';

test('shows the best level first on both sides', () => {
  const book = new LevelBook(1);
  for (const price of [98, 100, 99]) book.apply(Side.Bid, price, price, 1);
  for (const price of [103, 101, 102]) book.apply(Side.Ask, price, price, 2);
  expect([0, 1, 2].map((i) => book.priceAt(Side.Bid, i))).toEqual([100, 99, 98]);
  expect([0, 1, 2].map((i) => book.priceAt(Side.Ask, i))).toEqual([101, 102, 103]);
  expect(book.quantityAt(Side.Ask, 1)).toBe(102);
  expect(book.orderCountAt(Side.Ask, 1)).toBe(2);
  expect(book.indexOf(Side.Bid, 98)).toBe(2);
  expect(book.indexOf(Side.Bid, 97)).toBe(-1);
  expect(book.quantityOf(Side.Ask, 103)).toBe(103);
  expect(book.quantityOf(Side.Ask, 104)).toBe(0);
});

test('answers beyond the last level without throwing', () => {
  const book = new LevelBook(1);
  expect(book.priceAt(Side.Bid, 0)).toBeNaN();
  expect(book.quantityAt(Side.Bid, 5)).toBe(0);
  expect(book.orderCountAt(Side.Ask, 0)).toBe(0);
});

test('removing a level that is not there does nothing', () => {
  const book = new LevelBook(1);
  book.apply(Side.Bid, 100, 5, 1);
  const before = book.hash.laneA;
  book.apply(Side.Bid, 101, 0, 0);
  book.apply(Side.Ask, 100, 0, 0);
  expect(book.levelCount(Side.Bid)).toBe(1);
  expect(book.hash.laneA).toBe(before);
});

test('applying the newest delta of a level again does no harm', () => {
  const book = new LevelBook(1);
  book.apply(Side.Bid, 100, 5, 1);
  const { laneA, laneB } = book.hash;
  book.apply(Side.Bid, 100, 5, 1);
  expect(book.hash.equals(laneA, laneB)).toBe(true);
});

test('holds zero, negative and very large prices', () => {
  const book = new LevelBook(1);
  const edge = Number.MAX_SAFE_INTEGER;
  for (const price of [0, -5, edge, -edge, 7]) book.apply(Side.Ask, price, edge, 1);
  const prices = [0, 1, 2, 3, 4].map((i) => book.priceAt(Side.Ask, i));
  expect(prices).toEqual([-edge, -5, 0, 7, edge]);
  expect(Object.is(prices[2], -0)).toBe(false);
});

test('takes over the levels of another book of the same instrument', () => {
  const book = new LevelBook(1);
  book.apply(Side.Bid, 1, 1, 1);
  const other = new LevelBook(1);
  other.apply(Side.Ask, 5, 2, 1);
  const { laneA, laneB } = other.hash;
  book.takeFrom(other);
  expect(book.levelCount(Side.Bid)).toBe(0);
  expect(book.quantityOf(Side.Ask, 5)).toBe(2);
  expect(book.hash.equals(laneA, laneB)).toBe(true);
  expect(other.levelCount(Side.Ask)).toBe(0);
  expect(() => book.takeFrom(new LevelBook(2))).toThrow('2 is not 1');
});

/** The hash as the definition says: summed from scratch. */
function hashOf(naive: NaiveBook): BookHash {
  const hash = new BookHash(1);
  for (const side of [Side.Bid, Side.Ask] as const) {
    for (const { price, quantity, orderCount } of naive.levels(side)) {
      hash.add(side, price, quantity, orderCount);
    }
  }
  return hash;
}

test.each(testSeeds(20))('equals its naive twin after every change (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const book = new LevelBook(1);
    const naive = new NaiveBook();
    const spread = random.pick([5, 60, 4000, 20_000]);
    // The touch wanders, so that the window does, too.
    let middle = 10_000;
    for (let i = 0; i < 1500; i++) {
      const side = random.chance(0.5) ? Side.Bid : Side.Ask;
      middle += random.below(9) - 4 + (random.chance(0.01) ? random.below(3000) - 1500 : 0);
      const price = middle + random.below(spread) * random.pick([1, 1, 1, 1_000_003]);
      const quantity = random.chance(0.35) ? 0 : 1 + random.below(50);
      book.apply(side, price, quantity, quantity % 7);
      naive.apply(side, price, quantity, quantity % 7);
      if (random.chance(0.002)) {
        book.clear();
        naive.clear();
      }
      if (i % 50 === 0 || i > 1480) {
        expect(firstDifference(book, naive)).toBeUndefined();
        const { laneA, laneB } = hashOf(naive);
        expect(book.hash.equals(laneA, laneB)).toBe(true);
        const levels = naive.levels(side);
        const last = Math.max(0, levels.length - 1);
        for (const index of [random.below(last + 2), last, Math.max(0, last - 1), 0]) {
          expect(book.priceAt(side, index)).toBe(levels[index]?.price ?? Number.NaN);
          expect(book.quantityAt(side, index)).toBe(levels[index]?.quantity ?? 0);
        }
        expect(book.indexOf(side, price)).toBe(
          naive.levels(side).findIndex((level) => level.price === price),
        );
      }
    }
  });
});
