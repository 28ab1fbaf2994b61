/** The triggers of trailing stops: each follows the market at its distance, and never turns back. */

import { Side } from '../../feed/index.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';

const NONE_YET = Number.POSITIVE_INFINITY;

/** A trailing stop begins at the last trade price, or, with NaN, before any trade. */
export function startTrailing(order: SpecialOrder, lastTradePrice: number): void {
  if (!Number.isNaN(lastTradePrice)) {
    trail(order, lastTradePrice);
    return;
  }
  order.extreme = order.side === Side.Bid ? NONE_YET : -NONE_YET;
  order.triggerPrice = order.extreme;
}

function trail(order: SpecialOrder, price: number): void {
  order.extreme = price;
  order.triggerPrice = order.side === Side.Bid ? price + order.trailBy : price - order.trailBy;
}

/**
 * A trade moves those that have seen no price as good as it: by side, they are the first of a heap,
 * so a trade that moves none looks at two orders.
 */
export class TrailingStops {
  /** A sell follows prices up, so the one that has seen the least moves first; a buy the other way. */
  readonly #sells = new OrderHeap('follow', (a, b) =>
    a.extreme === b.extreme ? a.place < b.place : a.extreme < b.extreme,
  );
  readonly #buys = new OrderHeap('follow', (a, b) =>
    a.extreme === b.extreme ? a.place < b.place : a.extreme > b.extreme,
  );
  readonly #moved: (order: SpecialOrder) => void;

  /** `moved` is told of every order whose trigger has changed. */
  constructor(moved: (order: SpecialOrder) => void) {
    this.#moved = moved;
  }

  add(order: SpecialOrder): void {
    this.#heapOf(order).add(order);
  }

  remove(order: SpecialOrder): void {
    this.#heapOf(order).remove(order);
  }

  traded(price: number): void {
    let sell = this.#sells.first;
    while (sell !== undefined && sell.extreme < price)
      sell = this.#follow(this.#sells, sell, price);
    let buy = this.#buys.first;
    while (buy !== undefined && buy.extreme > price) buy = this.#follow(this.#buys, buy, price);
  }

  /** Answers who is the first of the heap then. */
  #follow(heap: OrderHeap, order: SpecialOrder, price: number): SpecialOrder | undefined {
    trail(order, price);
    heap.moved(order);
    this.#moved(order);
    return heap.first;
  }

  #heapOf({ side }: SpecialOrder): OrderHeap {
    return side === Side.Bid ? this.#buys : this.#sells;
  }
}
