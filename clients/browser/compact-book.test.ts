import { expect, it } from 'vitest';
import { LevelBook, Side } from '../../feed/index.ts';
import { CompactBook } from './compact-book.ts';

const ROUNDS = 200;
const CHANGES = 300;

function levels(book: LevelBook | CompactBook) {
  return [Side.Bid, Side.Ask].map((side) =>
    Array.from({ length: book.levelCount(side) }, (_, i) => [
      book.priceAt(side, i),
      book.quantityAt(side, i),
      book.orderCountAt(side, i),
    ]),
  );
}

it('is the feed’s book, level by level and hash by hash, whatever is done to it', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  let deepest = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [compact, twin] = [new CompactBook(round), new LevelBook(round)];
    const spread = [4, 40, 400][next(3)] ?? 1;
    const base = next(2) === 0 ? -20 : 2 ** 40;
    for (let i = 0; i < CHANGES; i += 1) {
      const side = next(2) as Side;
      const quantity = next(3) === 0 ? 0 : 1 + next(2) * 2 ** 33 + next(50);
      const [price, orders] = [base + next(spread), quantity === 0 ? 0 : 1 + next(9)];
      for (const book of [compact, twin]) book.apply(side, price, quantity, orders);
      if (next(250) === 0) for (const book of [compact, twin]) book.clear();
    }
    expect(levels(compact), `seed ${seed}, round ${round}`).toEqual(levels(twin));
    expect([compact.hash.laneA, compact.hash.laneB], `seed ${seed}`).toEqual([
      twin.hash.laneA,
      twin.hash.laneB,
    ]);
    deepest = Math.max(deepest, compact.levelCount(Side.Bid));
  }
  // Beyond the arrays that it begins with.
  expect(deepest).toBeGreaterThan(64);
});

it('says nothing of levels that are not there', () => {
  const book = new CompactBook(1);
  book.apply(Side.Ask, 5, 0, 0);
  book.apply(Side.Ask, 5, 2, 1);
  expect([book.levelCount(Side.Ask), book.levelCount(Side.Bid)]).toEqual([1, 0]);
  expect([book.priceAt(Side.Ask, 1), book.quantityAt(Side.Ask, 1)]).toEqual([Number.NaN, 0]);
});
