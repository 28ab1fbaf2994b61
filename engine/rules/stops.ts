/** The stops of one instrument that wait for their triggers. */

import { Side } from '../../feed/index.ts';
import { OrderType } from '../protocol/index.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';
import { TrailingStops } from './trailing.ts';

/**
 * By side, the stop that a trade reaches first is the first of a heap, so a trade that reaches none
 * looks at two orders. Trailing stops are among them by the triggers that they have now.
 */
export class Stops {
  readonly #buys = new OrderHeap('trigger', (a, b) =>
    a.triggerPrice === b.triggerPrice ? a.place < b.place : a.triggerPrice < b.triggerPrice,
  );
  readonly #sells = new OrderHeap('trigger', (a, b) =>
    a.triggerPrice === b.triggerPrice ? a.place < b.place : a.triggerPrice > b.triggerPrice,
  );
  readonly #trailing = new TrailingStops((order) => this.#heapOf(order).moved(order));

  get size(): number {
    return this.#buys.size + this.#sells.size;
  }

  add(order: SpecialOrder): void {
    this.#heapOf(order).add(order);
    if (order.orderType === OrderType.TrailingStop) this.#trailing.add(order);
  }

  /** Nothing happens to an order that does not wait here. */
  remove(order: SpecialOrder): void {
    this.#heapOf(order).remove(order);
    if (order.orderType === OrderType.TrailingStop) this.#trailing.remove(order);
  }

  /** A trade has happened: gives every stop that it reaches, in the order of election, then moves the others. */
  traded(price: number, elect: (order: SpecialOrder) => void): void {
    for (const heap of [this.#buys, this.#sells]) {
      for (let order = heap.first; order !== undefined && hasReached(order, price); ) {
        this.remove(order);
        elect(order);
        order = heap.first;
      }
    }
    this.#trailing.traded(price);
  }

  #heapOf({ side }: SpecialOrder): OrderHeap {
    return side === Side.Bid ? this.#buys : this.#sells;
  }
}

/** Whether a trade at this price reaches the trigger; NaN is no trade. */
export function hasReached({ side, triggerPrice }: SpecialOrder, price: number): boolean {
  return side === Side.Bid ? triggerPrice <= price : triggerPrice >= price;
}
