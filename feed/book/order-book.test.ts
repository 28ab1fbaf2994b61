import { expect, test } from 'vitest';
import { Side } from '../market.ts';
import { type Random, testSeeds, withSeed } from '../testing/random.ts';
import { LevelBook } from './level-book.ts';
import { firstDifference } from './naive-book.ts';
import { describeNaiveOrders, describeOrderBook, NaiveOrderBook } from './naive-order-book.ts';
import { OrderBook } from './order-book.ts';

const { Bid, Ask } = Side;

type Order = readonly [side: Side, price: number, orderId: number, shown: number];

function bookOf(orders: readonly Order[], instrument = 1): OrderBook {
  const book = new OrderBook(instrument);
  for (const order of orders) book.add(...order);
  return book;
}

const ORDERS: readonly Order[] = [
  [Bid, 100, 1, 10],
  [Bid, 100, 2, 20],
  [Bid, 100, 3, 30],
  [Bid, 99, 4, 10],
  [Ask, 101, 5, 10],
];

test('keeps the queue of each level in the order in which the orders came', () => {
  expect(describeOrderBook(bookOf(ORDERS))).toEqual([
    'bid 60 in 3 at 100: 1:10 2:20 3:30',
    'bid 10 in 1 at 99: 4:10',
    'ask 10 in 1 at 101: 5:10',
  ]);
});

test('an order that shows less keeps its place, one that shows nothing leaves', () => {
  const book = bookOf(ORDERS);
  book.show(book.findRow(2), 5);
  expect(book.queue(Bid, 100).map(({ orderId }) => orderId)).toEqual([1, 2, 3]);
  for (const id of [1, 3]) book.show(book.findRow(id), 0);
  expect(book.queue(Bid, 100)).toEqual([{ orderId: 2, quantity: 5 }]);
  book.show(book.findRow(2), 0);
  expect(book.queue(Bid, 100)).toEqual([]);
  expect(book.priceAt(Bid, 0)).toBe(99);
  expect([book.findRow(2), book.orderCount]).toEqual([0, 2]);
});

test('says where an order stands and how much is ahead of it', () => {
  const book = bookOf(ORDERS);
  expect(book.order(3)).toEqual({
    orderId: 3,
    side: Bid,
    price: 100,
    quantity: 30,
    ordersAhead: 2,
    lotsAhead: 30,
  });
  expect(book.order(6)).toBeUndefined();
});

test('an empty book has the hash of an empty book, however it became empty', () => {
  const book = bookOf(ORDERS);
  for (const [, , id] of ORDERS) book.show(book.findRow(id), 0);
  expect(book.hash.equals(0, 0)).toBe(true);
  const cleared = bookOf(ORDERS);
  cleared.clear();
  expect(cleared.hash.equals(0, 0)).toBe(true);
  expect([cleared.orderCount, cleared.levelCount(Bid)]).toEqual([0, 0]);
  cleared.add(Bid, 100, 1, 10);
  expect(describeOrderBook(cleared)).toEqual(['bid 10 in 1 at 100: 1:10']);
});

/** Every one of these holds the same levels as ORDERS: only what is known of orders differs. */
const OTHER_QUEUES: Readonly<Record<string, readonly Order[]>> = {
  'two orders change places': [[Bid, 100, 2, 20], [Bid, 100, 1, 10], ...ORDERS.slice(2)],
  'the last two change places': [
    ORDERS[0] as Order,
    [Bid, 100, 3, 30],
    [Bid, 100, 2, 20],
    ...ORDERS.slice(3),
  ],
  'two orders swap their quantities': [[Bid, 100, 1, 20], [Bid, 100, 2, 10], ...ORDERS.slice(2)],
  'an order has another id': [[Bid, 100, 9, 10], ...ORDERS.slice(1)],
  'orders of two sides swap their ids': [
    ...ORDERS.slice(0, 3),
    [Bid, 99, 5, 10],
    [Ask, 101, 4, 10],
  ],
  'an id is 2^32 higher': [[Bid, 100, 1 + 2 ** 32, 10], ...ORDERS.slice(1)],
};

test.each(Object.keys(OTHER_QUEUES))('both lanes of the hash see that %s', (name) => {
  const book = bookOf(ORDERS);
  const other = bookOf(OTHER_QUEUES[name] ?? []);
  expect(firstDifference(book, other)).toBeUndefined();
  expect(other.hash.laneA).not.toBe(book.hash.laneA);
  expect(other.hash.laneB).not.toBe(book.hash.laneB);
});

test('the hash tells instruments apart', () => {
  const [one, other] = [bookOf(ORDERS, 1), bookOf(ORDERS, 2)];
  expect(one.hash.equals(other.hash.laneA, other.hash.laneB)).toBe(false);
});

test('a book of a venue has levels without orders', () => {
  const book = new OrderBook(7);
  const levels = new LevelBook(7);
  for (const either of [book, levels]) either.apply(Bid, 100, 5, 0);
  expect(book.queue(Bid, 100)).toEqual([]);
  expect(book.hash.equals(levels.hash.laneA, levels.hash.laneB)).toBe(true);
});

test('takes over the orders of another book of the same instrument', () => {
  const book = bookOf([[Ask, 5, 77, 1]]);
  const other = bookOf(ORDERS);
  const { laneA, laneB } = other.hash;
  book.takeFrom(other);
  expect(describeOrderBook(book)).toEqual(describeOrderBook(bookOf(ORDERS)));
  expect(book.findRow(77)).toBe(0);
  expect(book.hash.equals(laneA, laneB)).toBe(true);
  expect([other.orderCount, other.levelCount(Bid)]).toEqual([0, 0]);
  other.add(Bid, 1, 1, 1);
  book.show(book.findRow(1), 0);
  expect(describeOrderBook(other)).toEqual(['bid 1 in 1 at 1: 1:1']);
  expect(() => book.takeFrom(new LevelBook(1))).toThrow('no orders');
});

function act(random: Random, book: OrderBook, naive: NaiveOrderBook, newId: number): void {
  const kind = random.below(100);
  const orders = naive.orders;
  if (orders.length === 0 || kind < 45) {
    const wide = random.chance(0.02) ? 2 ** 40 : 1;
    const price = (random.below(12) - 6) * wide + 0;
    const order = [random.below(2) as Side, price, newId, 1 + random.below(50) * wide] as const;
    book.add(...order);
    naive.add(...order);
    return;
  }
  if (random.chance(0.001)) {
    book.clear();
    naive.clear();
    return;
  }
  const { orderId, shown } = random.pick(orders);
  const left = random.chance(0.5) ? 0 : random.below(shown);
  book.show(book.findRow(orderId), left);
  naive.show(orderId, left);
}

test.each(testSeeds(6))('agrees with its naive twin after every order (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const book = new OrderBook(3);
    const naive = new NaiveOrderBook();
    const stride = random.pick([1, 2 ** 22, 2 ** 32 + 1]);
    for (let i = 1; i < 1500; i++) {
      act(random, book, naive, i * stride);
      expect(describeOrderBook(book)).toEqual(describeNaiveOrders(naive));
      const { laneA, laneB } = naive.hash(3);
      expect(book.hash.equals(laneA, laneB)).toBe(true);
      expect(book.orderCount).toBe(naive.orders.length);
    }
    for (const { orderId, shown, side, price } of naive.orders) {
      const queue = naive.queue(side, price);
      const ahead = queue.slice(
        0,
        queue.findIndex((order) => order.orderId === orderId),
      );
      expect(book.order(orderId)).toEqual({
        orderId,
        side,
        price,
        quantity: shown,
        ordersAhead: ahead.length,
        lotsAhead: ahead.reduce((sum, order) => sum + order.shown, 0),
      });
    }
  });
});
