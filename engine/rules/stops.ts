/** The stops of one instrument that wait for their triggers. */

import { Side } from '../../feed/index.ts';
import { OrderType } from '../protocol/index.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';
import { isFirst, TrailingStops } from './trailing.ts';

/** Those of one side: the first to be reached is found at once, among the fixed and the trailing. */
class WaitingSide {
  readonly #fixed = new OrderHeap('trigger', isFirst);
  readonly #trailing: TrailingStops;

  constructor(side: Side) {
    this.#trailing = new TrailingStops(side);
  }

  get size(): number {
    return this.#fixed.size + this.#trailing.size;
  }

  get first(): SpecialOrder | undefined {
    const { first: fixed } = this.#fixed;
    const { first: trailing } = this.#trailing;
    if (trailing === undefined) return fixed;
    return fixed !== undefined && isFirst(fixed, trailing) ? fixed : trailing;
  }

  add(order: SpecialOrder): void {
    if (order.orderType === OrderType.TrailingStop) this.#trailing.add(order);
    else this.#fixed.add(order);
  }

  remove(order: SpecialOrder): void {
    if (order.orderType === OrderType.TrailingStop) this.#trailing.remove(order);
    else this.#fixed.remove(order);
  }

  traded(price: number): void {
    if (this.#trailing.size > 0) this.#trailing.traded(price);
  }
}

/** A trade that reaches no stop looks at the first of each side. */
export class Stops {
  readonly #sides = [new WaitingSide(Side.Bid), new WaitingSide(Side.Ask)] as const;

  get size(): number {
    return this.#sides[0].size + this.#sides[1].size;
  }

  add(order: SpecialOrder): void {
    this.#sides[order.side].add(order);
  }

  /** Nothing happens to an order that does not wait here. */
  remove(order: SpecialOrder): void {
    this.#sides[order.side].remove(order);
  }

  /**
   * A trade has happened: gives every stop that it reaches, in the order of election, then moves the
   * triggers of the trailing ones.
   */
  traded(price: number, elect: (order: SpecialOrder) => void): void {
    for (const side of this.#sides) {
      for (let order = side.first; order !== undefined && hasReached(order, price); ) {
        side.remove(order);
        elect(order);
        order = side.first;
      }
      side.traded(price);
    }
  }
}

/** Whether a trade at this price reaches the trigger; NaN is no trade. */
export function hasReached(order: SpecialOrder, price: number): boolean {
  return order.side === Side.Bid ? order.trigger <= price : order.trigger >= price;
}
