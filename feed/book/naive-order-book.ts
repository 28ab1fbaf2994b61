/** The naive twin of the order book: all orders in one array, in the order in which they came. */

import { Side } from '../market.ts';
import { BookHash } from './book-hash.ts';
import type { LevelView } from './level-book.ts';
import { NaiveBook } from './naive-book.ts';
import type { OrderBook } from './order-book.ts';
import { OrderSeeds, QueueHasher } from './order-hash.ts';

interface NaiveOrder {
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  shown: number;
}

export class NaiveOrderBook {
  #orders: NaiveOrder[] = [];

  add(side: Side, price: number, orderId: number, shown: number): void {
    this.#orders.push({ orderId, side, price, shown });
  }

  /** 0 removes it. */
  show(orderId: number, shown: number): void {
    for (const order of this.#orders) if (order.orderId === orderId) order.shown = shown;
    this.#orders = this.#orders.filter((order) => order.shown > 0);
  }

  clear(): void {
    this.#orders = [];
  }

  get orders(): readonly Readonly<NaiveOrder>[] {
    return this.#orders;
  }

  queue(side: Side, price: number): NaiveOrder[] {
    return this.#orders.filter((order) => order.side === side && order.price === price);
  }

  levels(): NaiveBook {
    const levels = new NaiveBook();
    for (const { side, price } of this.#orders) {
      const queue = this.queue(side, price);
      const quantity = queue.reduce((sum, order) => sum + order.shown, 0);
      levels.apply(side, price, quantity, queue.length);
    }
    return levels;
  }

  /** From scratch, level by level and order by order. */
  hash(instrument: number): BookHash {
    const hash = new BookHash(instrument);
    const queues = new QueueHasher(hash, new OrderSeeds(instrument));
    for (const side of [Side.Bid, Side.Ask] as const) {
      for (const { price, quantity, orderCount } of this.levels().levels(side)) {
        hash.add(side, price, quantity, orderCount);
        queues.start(side, price);
        for (const { orderId, shown } of this.queue(side, price)) queues.add(orderId, shown);
      }
    }
    return hash;
  }
}

/** One line a level: its orders, the first in line first. */
export function describeQueues(levels: LevelView, queueOf: QueueOf): string[] {
  const lines: string[] = [];
  for (const side of [Side.Bid, Side.Ask] as const) {
    for (let i = 0; i < levels.levelCount(side); i++) {
      const price = levels.priceAt(side, i);
      const total = `${levels.quantityAt(side, i)} in ${levels.orderCountAt(side, i)}`;
      const name = side === Side.Bid ? 'bid' : 'ask';
      lines.push(`${name} ${total} at ${price}: ${queueOf(side, price).join(' ')}`);
    }
  }
  return lines;
}

/** The orders of a level as texts. */
export type QueueOf = (side: Side, price: number) => readonly string[];

export function describeOrderBook(book: OrderBook): string[] {
  return describeQueues(book, (side, price) =>
    book.queue(side, price).map(({ orderId, quantity }) => `${orderId}:${quantity}`),
  );
}

export function describeNaiveOrders(book: NaiveOrderBook): string[] {
  return describeQueues(book.levels(), (side, price) =>
    book.queue(side, price).map(({ orderId, shown }) => `${orderId}:${shown}`),
  );
}
