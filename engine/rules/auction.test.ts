/** The equilibrium price, swept and searched for, against one that looks at every tick. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { EventRecorder } from '../book/event-recorder.ts';
import { BookMemory, MatchingBook } from '../book/index.ts';
import { OpenSums } from '../book/open-sums.ts';
import { TimeInForce } from '../protocol/index.ts';
import { naiveEquilibrium, type OpenAt } from '../testing/naive-equilibrium.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { EquilibriumFinder } from './auction.ts';

/** Both sides, best first, as a book tells them. */
function bookOf(bids: readonly OpenAt[], asks: readonly OpenAt[]) {
  const sides = [
    bids.toSorted((a, b) => b.price - a.price),
    asks.toSorted((a, b) => a.price - b.price),
  ];
  const openSums = () =>
    sides.map((prices, side) => {
      const sums = new OpenSums();
      for (const { price, open } of prices) sums.change(side === Side.Bid ? price : -price, open);
      return sums;
    });
  return {
    orderCount: bids.length + asks.length,
    openSums,
    forEachOpen(side: Side, visit: (price: number, open: number) => boolean) {
      for (const { price, open } of sides[side] ?? []) if (!visit(price, open)) return;
    },
  };
}

const at = (price: number, open: number): OpenAt => ({ price, open });

/** From price to price, and out of sums: both ways must find the same. */
const SWEPT = new EquilibriumFinder(Number.POSITIVE_INFINITY);
const SEARCHED = new EquilibriumFinder(-1);

function found(bids: readonly OpenAt[], asks: readonly OpenAt[], reference?: number) {
  const [swept, searched] = [SWEPT, SEARCHED].map((finder) => {
    const { price, volume, imbalance, imbalanceSide } = finder.find(bookOf(bids, asks), reference);
    return { price, volume, imbalance, imbalanceSide };
  });
  expect(searched, JSON.stringify({ bids, asks, reference })).toEqual(swept);
  return swept;
}

const NOTHING = { price: 0, volume: 0, imbalance: 0, imbalanceSide: Side.Bid };

describe('the equilibrium price', () => {
  it('is none while nothing crosses', () => {
    expect(found([], [])).toEqual(NOTHING);
    expect(found([at(99, 5)], [])).toEqual(NOTHING);
    expect(found([], [at(100, 5)], 7)).toEqual(NOTHING);
    expect(found([at(99, 5)], [at(100, 5)])).toEqual(NOTHING);
  });

  it('is where most lots trade', () => {
    //          bids   asks
    //   102     20
    //   101            40
    //   100     50
    //    99            30
    const bids = [at(102, 20), at(100, 50)];
    const asks = [at(99, 30), at(101, 40)];
    expect(found(bids, asks)).toMatchObject({ volume: 30, imbalance: 40, imbalanceSide: Side.Bid });
    expect(found(bids, asks, 105)).toMatchObject({ price: 100 });
  });

  it('leaves the least behind', () => {
    //          bids   asks
    //   103     10
    //   102             1
    //   101            10
    // All ten trade at 101, 102 and 103; at 101 nothing is left.
    expect(found([at(103, 10)], [at(101, 10), at(102, 1)], 200)).toEqual({
      price: 101,
      volume: 10,
      imbalance: 0,
      imbalanceSide: Side.Bid,
    });
  });

  it('is the nearest to the reference price, or in the middle', () => {
    const bids = [at(110, 10)];
    const asks = [at(100, 10)];
    expect(found(bids, asks, 104)?.price).toBe(104);
    expect(found(bids, asks, 111)?.price).toBe(110);
    expect(found(bids, asks, -3)?.price).toBe(100);
    expect(found(bids, asks)?.price).toBe(105);
    expect(found([at(111, 10)], asks)?.price).toBe(105);
    expect(found([at(-4, 10)], [at(-7, 10)])?.price).toBe(-6);
  });

  it('knows prices and lots up to 2^53 - 1', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(found([at(most, most), at(most - 1, most)], [at(-most, most)])).toEqual({
      price: 0,
      volume: most,
      imbalance: 0,
      imbalanceSide: Side.Bid,
    });
    expect(found([at(most, 5)], [at(most, 5)], 0)?.price).toBe(most);
    expect(found([at(-most, 5)], [at(-most, 7)])).toEqual({
      price: -most,
      volume: 5,
      imbalance: 2,
      imbalanceSide: Side.Ask,
    });
  });

  it('is the one that a look at every tick finds', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    let crossed = 0;
    for (let run = 0; run < 20_000; run += 1) {
      const side = (): OpenAt[] => {
        const prices = new Set(Array.from({ length: random(8) }, () => random(16) - 8));
        return [...prices].map((price) => at(price, 1 + random(6)));
      };
      const bids = side();
      const asks = side();
      const reference = random(3) === 0 ? undefined : random(24) - 12;
      const equilibrium = found(bids, asks, reference);
      const what = `seed ${seed}, run ${run}: ${JSON.stringify({ bids, asks, reference })}`;
      expect(equilibrium, what).toEqual(naiveEquilibrium(bids, asks, reference));
      if ((equilibrium?.volume ?? 0) > 0) crossed += 1;
    }
    expect(crossed).toBeGreaterThan(10_000);
  });

  it('is found among lots that are too many to be told apart', () => {
    const random = seededRandom(testSeed());
    const many = [1, 2 ** 52, Number.MAX_SAFE_INTEGER - 3, Number.MAX_SAFE_INTEGER];
    for (let run = 0; run < 2000; run += 1) {
      const side = (): OpenAt[] => {
        const prices = new Set(Array.from({ length: random(6) }, () => random(10) - 5));
        return [...prices].map((price) => at(price, many[random(many.length)] ?? 1));
      };
      found(side(), side(), random(2) === 0 ? undefined : random(12) - 6);
    }
  });

  it('is looked for in sums that a large book goes on keeping, not from price to price', () => {
    const book = new MatchingBook(1, new BookMemory(5000), new EventRecorder());
    const finder = new EquilibriumFinder();
    book.setMatching(false);
    for (let id = 1; id <= 1000; id += 1) {
      book.limit(id, 0, id % 2 === 0 ? Side.Bid : Side.Ask, 1000 + id, 10, TimeInForce.Gtc);
    }
    const before = { ...finder.find(book, undefined) };
    let visits = 0;
    const { forEachOpen } = book;
    book.forEachOpen = (side, visit) => {
      visits += 1;
      forEachOpen.call(book, side, visit);
    };
    for (let id = 2001; id <= 2100; id += 1) {
      book.limit(id, 0, Side.Bid, 5000, 10, TimeInForce.Gtc);
      const { price, volume, imbalance, imbalanceSide } = finder.find(book, undefined);
      expect(visits).toBe(0);
      const swept = SWEPT.find(book, undefined);
      expect({ price, volume, imbalance, imbalanceSide }).toEqual({
        price: swept.price,
        volume: swept.volume,
        imbalance: swept.imbalance,
        imbalanceSide: swept.imbalanceSide,
      });
      visits = 0;
    }
    expect(finder.volume).toBeGreaterThan(before.volume);
    // Nothing is kept up to date once matching is on again.
    book.uncross(finder.price);
    book.setMatching(true);
    expect(book.openSums()).toBeUndefined();
  });

  it('is found in hundreds of levels as in a few', () => {
    const many = (from: number) => Array.from({ length: 300 }, (_, i) => at(from + i, 1 + (i % 7)));
    const bids = many(100);
    const asks = many(50);
    expect(found(bids, asks, 3)).toEqual(naiveEquilibrium(bids, asks, 3));
  });
});
