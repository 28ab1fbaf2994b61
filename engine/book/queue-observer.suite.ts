/** The queues of a book as a stranger sees them, who hears `rested` and `reduced` and nothing else. */

import { Side } from '../../feed/index.ts';
import type { BookContents } from './book.ts';
import type { RecordedEvent } from './event-recorder.ts';

interface ShownOrder {
  readonly orderId: number;
  readonly side: Side;
  readonly price: number;
  shown: number;
}

/** Plain and slow: all orders in the order in which they came to rest. */
export class QueueObserver {
  #orders: ShownOrder[] = [];

  /** Answers what no book may ever tell, or undefined. */
  hear(events: readonly RecordedEvent[]): string | undefined {
    for (const [name, ...values] of events) {
      const [orderId, second, price, shown] = values as number[];
      const order = this.#orders.find((known) => known.orderId === orderId);
      if (name === 'rested') {
        if (order !== undefined) return `order ${orderId} rests twice`;
        if (!(shown! > 0)) return `order ${orderId} rests and shows ${shown}`;
        const side = second as Side;
        this.#orders.push({ orderId: orderId!, side, price: price!, shown: shown! });
      } else if (name === 'reduced') {
        if (order === undefined) return `order ${orderId} is reduced and does not rest`;
        if (!(second! < order.shown)) return `order ${orderId} is reduced to ${second}`;
        order.shown = second!;
        this.#orders = this.#orders.filter((known) => known.shown > 0);
      }
    }
    return undefined;
  }

  /** As `shownQueues` of the book. */
  queues(): string[] {
    const lines: string[] = [];
    for (const side of [Side.Bid, Side.Ask]) {
      const own = this.#orders.filter((order) => order.side === side);
      const prices = [...new Set(own.map(({ price }) => price))];
      prices.sort((a, b) => (side === Side.Bid ? b - a : a - b));
      for (const price of prices) {
        const queue = own.filter((order) => order.price === price);
        const orders = queue.map(({ orderId, shown }) => `${orderId}:${shown}`).join(' ');
        lines.push(`${side} ${price} ${queue.length} ${orders}`);
      }
    }
    return lines;
  }
}

/** One line a level: side, price, order count, and each order with what it shows, first in line first. */
export function shownQueues(book: BookContents): string[] {
  const lines: string[] = [];
  for (const side of [Side.Bid, Side.Ask]) {
    book.forEachLevel(side, (price, _quantity, count) => {
      const orders: string[] = [];
      book.forEachOrder(side, price, (orderId, _owner, shown) => {
        orders.push(`${orderId}:${shown}`);
      });
      lines.push(`${side} ${price} ${count} ${orders.join(' ')}`);
    });
  }
  return lines;
}
