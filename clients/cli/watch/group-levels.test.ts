import { expect, test } from 'vitest';
import { LevelBook, Side } from '../../../feed/index.ts';
import { groupLevels } from './group-levels.ts';

/** Level by level into a map, and the best of it. */
function naive(book: LevelBook, side: Side, depth: number, grouping: number) {
  const sums = new Map<number, [number, number]>();
  for (let i = 0; i < book.levelCount(side); i += 1) {
    const steps = book.priceAt(side, i) / grouping;
    const price = (side === Side.Bid ? Math.floor(steps) : Math.ceil(steps)) * grouping;
    const [quantity, orders] = sums.get(price) ?? [0, 0];
    sums.set(price, [quantity + book.quantityAt(side, i), orders + book.orderCountAt(side, i)]);
  }
  const best = side === Side.Bid ? -1 : 1;
  return [...sums]
    .map(([price, [quantity, orders]]) => ({ price, quantity, orders }))
    .sort((a, b) => (a.price - b.price) * best)
    .slice(0, depth);
}

test('groups as a gateway does, whatever the book', () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? Date.now() % 1e9);
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  for (let round = 0; round < 300; round += 1) {
    const book = new LevelBook(1);
    for (let i = 0; i < 40; i += 1) {
      const side = next(2) as Side;
      const price = side === Side.Bid ? 20 - next(60) : 21 + next(60);
      book.apply(side, price, next(4), 1 + next(3));
    }
    for (const side of [Side.Bid, Side.Ask] as const) {
      const [depth, grouping] = [1 + next(8), [1, 2, 5, 10, 25][next(5)] ?? 1];
      expect(groupLevels(book, side, depth, grouping), `seed ${seed}`).toEqual(
        naive(book, side, depth, grouping),
      );
    }
  }
});
