/** Books larger than any market’s, and numbers at their ends: slower at most, never wrong. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { SelfTrade, TimeInForce } from '../protocol/index.ts';
import { BookMemory } from './book-memory.ts';
import { findFault } from './book-state.ts';
import { EventRecorder } from './event-recorder.ts';
import { MatchingBook } from './matching-book.ts';
import { SEED, seededRandom } from './seeded-random.suite.ts';

const { Bid, Ask } = Side;
const { Gtc, Ioc, Fok } = TimeInForce;
const HIGHEST = Number.MAX_SAFE_INTEGER;
const isHidden = true;

describe('a large book', () => {
  test('holds 100,000 orders at one price, a third of them hidden, and takes any of them back', () => {
    const told = new EventRecorder();
    const book = new MatchingBook(1, new BookMemory(200_000), told);
    const count = 100_000;
    const conditions = [undefined, { isHidden }, { displayQuantity: 1 }];
    const open = new Map<number, number>();
    for (let id = 1; id <= count; id += 1) {
      const quantity = 1 + (id % 3);
      expect(book.limit(id, 0, Bid, 100, quantity, Gtc, conditions[id % 3])).toBe(0);
      open.set(id, quantity);
    }
    expect(findFault(book)).toBeUndefined();
    const below = seededRandom(SEED);
    for (let i = 0; i < count / 2; i += 1) {
      const id = 1 + below(count);
      expect(book.cancel(id) === 0).toBe(open.delete(id));
    }
    told.take();
    expect(findFault(book)).toBeUndefined();
    const lots = [...open.values()].reduce((sum, quantity) => sum + quantity, 0);
    expect(book.limit(count + 1, 1, Ask, 100, lots + 1, Fok)).toBe(0);
    expect(told.take().map(([name]) => name)).toEqual(['accepted', 'cancelled']);
    book.limit(count + 1, 1, Ask, 100, lots, Fok);
    const trades = told.take().filter(([name]) => name === 'traded');
    const filled = trades.reduce((sum, [, , , quantity]) => sum + Number(quantity), 0);
    expect([filled, book.orderCount]).toEqual([lots, 0]);
  });

  test('uncrosses 100,000 orders a side', () => {
    const told = new EventRecorder();
    const memory = new BookMemory(200_000);
    const book = new MatchingBook(1, memory, told);
    book.setMatching(false);
    for (let i = 0; i < 100_000; i += 1) {
      const conditions = i % 4 === 0 ? { isHidden } : undefined;
      book.limit(2 * i + 1, 0, Bid, 1000 + (i % 500), 3, Gtc, conditions);
      book.limit(2 * i + 2, 0, Ask, 1000 - (i % 500), 2, Gtc, conditions);
    }
    told.take();
    book.uncross(1000);
    expect(told.take().filter(([name]) => name === 'levelChanged').length).toBeGreaterThan(500);
    expect([book.isCrossed, findFault(book)]).toEqual([false, undefined]);
    book.setMatching(true);
  });

  test('of ten thousand keeps its hidden orders to itself', () => {
    const told = new EventRecorder();
    const memory = new BookMemory(100_000);
    const books = Array.from({ length: 10_000 }, (_, i) => new MatchingBook(i + 1, memory, told));
    for (const [i, book] of books.entries()) {
      book.limit(4 * i + 1, 0, Bid, i, 10, Gtc);
      book.limit(4 * i + 2, 0, Bid, i + 1, 10, Gtc, { isHidden });
      book.limit(4 * i + 3, 0, Ask, i + 5, 10, Gtc);
      book.limit(4 * i + 4, 1, Ask, i, 15, Ioc);
      if (i > 0) expect(books[i - 1]!.move(4 * i + 2, i)).not.toBe(0);
    }
    expect(memory.openOrders).toBe(20_000);
    expect(books.every((book) => findFault(book) === undefined)).toBe(true);
    expect(books.every((book) => book.orderCount === 2 && book.levelCount(Bid) === 1)).toBe(true);
  });

  test('takes hidden orders with the highest id, at the ends of prices and quantities', () => {
    const told = new EventRecorder();
    const book = new MatchingBook(2 ** 29 - 1, new BookMemory(10), told, 32);
    expect(book.limit(HIGHEST, 2 ** 32 - 1, Bid, -HIGHEST, HIGHEST, Gtc, { isHidden })).toBe(0);
    expect(book.limit(HIGHEST - 1, 0, Bid, HIGHEST - 1, 5, Gtc, { isHidden })).toBe(0);
    expect(book.limit(1, 0, Ask, HIGHEST, HIGHEST, Gtc, { isHidden })).toBe(0);
    expect(book.move(HIGHEST - 1, -HIGHEST + 1)).toBe(0);
    expect(book.move(1, 0)).toBe(0);
    expect(findFault(book)).toBeUndefined();
    expect(book.park(HIGHEST)).toBe(0);
    expect(book.unpark(HIGHEST, 2 ** 32 - 1, Bid, HIGHEST, HIGHEST, 0, SelfTrade.Allow)).toBe(0);
    expect(told.take().at(-1)).toEqual([
      ...['traded', Bid, 0, HIGHEST, 1, 0, 0, HIGHEST, 2 ** 32 - 1, 0],
    ]);
    expect(book.orderCount).toBe(1);
  });
});
