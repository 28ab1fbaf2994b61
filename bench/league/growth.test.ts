/** Large books are right, and no operation tells more when the book is larger. */

import { expect, test } from 'vitest';
import type { BookEvents } from '../../engine/book/index.ts';
import { Side } from '../../feed/index.ts';
import { GROWTH_CASES } from './growth-cases.ts';

const OPERATIONS = 200;

test.for(GROWTH_CASES)('$name: as many events per operation at every size', (growth) => {
  const counts = growth.sizes.slice(0, 3).map((size) => {
    let events = 0;
    const count = (): void => {
      events += 1;
    };
    const book = growth.build(size, countingEvents(count));
    const orders = () => book.books.reduce((sum, { orderCount }) => sum + orderCount, 0);
    expect(orders()).toBe(book.orders);
    events = 0;
    for (let i = 1; i <= OPERATIONS; i += 1) book.place(i);
    expect(orders()).toBe(book.orders + OPERATIONS);
    for (let i = 1; i <= OPERATIONS; i += 1) book.reduce(i);
    for (let i = 1; i <= OPERATIONS; i += 1) book.best(i);
    for (let i = 1; i <= OPERATIONS; i += 1) book.cancel(i);
    expect(orders()).toBe(book.orders);
    return events / OPERATIONS;
  });
  expect(new Set(counts).size).toBe(1);
});

test('the best of prices that lie 2^40 ticks apart is the highest', () => {
  const growth = GROWTH_CASES.find(({ name }) => name.includes('window'));
  const [book] = growth?.build(1000).books ?? [];
  const prices: number[] = [];
  book?.forEachLevel(Side.Bid, (price) => prices.push(price));
  expect(prices).toHaveLength(1000);
  expect(prices).toEqual([...prices].sort((a, b) => b - a));
  expect(book?.bestPrice(Side.Bid)).toBe(prices[0]);
});

function countingEvents(count: () => void): BookEvents {
  return {
    accepted: count,
    traded: count,
    crossed: count,
    cancelled: count,
    replaced: count,
    rested: count,
    reduced: count,
    levelChanged: count,
  };
}
