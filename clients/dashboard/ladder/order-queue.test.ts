/** The queue of a step is that of its levels, one after the other. */

import { expect, test } from 'vitest';
import { Side } from '../../../feed/index.ts';
import type { LevelsView } from '../../browser/index.ts';
import { queueLines } from './order-queue.ts';

const QUEUES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  [`${Side.Bid} 99`]: [
    [7, 10],
    [3, 5],
  ],
  [`${Side.Bid} 97`]: [[8, 4]],
  [`${Side.Bid} 94`]: [[9, 1]],
  [`${Side.Ask} 101`]: [[4, 6]],
  [`${Side.Ask} 105`]: [[5, 2]],
  [`${Side.Ask} 106`]: [[6, 3]],
};

function view(prices: readonly number[]): LevelsView {
  return {
    length: prices.length,
    price: (index) => prices[index] as number,
    quantity: () => 0,
    orderCount: () => 0,
  };
}

const book = {
  bids: view([99, 97, 94]),
  asks: view([101, 105, 106]),
  queue: (side: Side, price: number) =>
    (QUEUES[`${side} ${price}`] ?? []).map(([orderId, quantity]) => ({ orderId, quantity })),
};

const read = (side: 'bid' | 'ask', price: number, grouping: number) =>
  queueLines(book, { side, price, grouping }).map((line) => Object.values(line));

test('a level’s orders stand in their order, each with what fills before it', () => {
  expect(read('bid', 99, 1)).toEqual([
    [7, 99, 10, 0],
    [3, 99, 5, 10],
  ]);
  expect(read('ask', 101, 1)).toEqual([[4, 101, 6, 0]]);
  expect(read('bid', 98, 1)).toEqual([]);
});

test('a step’s orders are those of its levels, the best price first', () => {
  expect(read('bid', 95, 5).map(([id, , , ahead]) => [id, ahead])).toEqual([
    [7, 0],
    [3, 10],
    [8, 15],
  ]);
  expect(read('bid', 90, 5).map(([id]) => id)).toEqual([9]);
  expect(read('ask', 105, 5).map(([id, , , ahead]) => [id, ahead])).toEqual([
    [4, 0],
    [5, 6],
  ]);
  expect(read('ask', 110, 5).map(([id]) => id)).toEqual([6]);
});
