/** Elected orders in the order of their election, of which some end before their turn. */

import type { SpecialOrder } from './special-order.ts';

/** Ended orders are passed over, and thrown out when they are most of what is kept. */
const LEAST_COMPACTED = 64;

/**
 * ```
 *  orders   | gone | gone | a | ended | b |          #next: the first that may still have its turn
 *                           ^ #next
 * ```
 */
export class ElectionQueue {
  /** Those that have not ended. */
  size = 0;
  #orders: SpecialOrder[] = [];
  #next = 0;

  add(order: SpecialOrder): void {
    if (this.#orders.length >= LEAST_COMPACTED + 2 * this.size) {
      this.#orders = [...this];
      this.#next = 0;
    }
    this.#orders.push(order);
    this.size += 1;
  }

  /** One of them has ended. */
  ended(): void {
    this.size -= 1;
  }

  /** The first one, whose turn it is. */
  take(): SpecialOrder | undefined {
    for (;;) {
      const order = this.#orders[this.#next];
      this.#next += 1;
      if (order === undefined) break;
      if (!order.isOpen) continue;
      this.size -= 1;
      return order;
    }
    this.#orders = [];
    this.#next = 0;
    return undefined;
  }

  *[Symbol.iterator](): Generator<SpecialOrder, void> {
    for (let at = this.#next; at < this.#orders.length; at += 1) {
      const order = this.#orders[at];
      if (order?.isOpen === true) yield order;
    }
  }
}
