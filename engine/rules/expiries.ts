/** Orders that are good till a date: which is the next to end, over all instruments. */

import type { DueSource } from './agenda.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';

export class Expiries implements DueSource {
  readonly #heap = new OrderHeap('expiry', (a, b) =>
    a.expiresAtMs === b.expiresAtMs ? a.arrival < b.arrival : a.expiresAtMs < b.expiresAtMs,
  );
  readonly #end: (order: SpecialOrder) => void;

  /** `end` ends an order, which is then removed here. */
  constructor(end: (order: SpecialOrder) => void) {
    this.#end = end;
  }

  get nextDueMs(): number {
    return this.#heap.first?.expiresAtMs ?? Number.POSITIVE_INFINITY;
  }

  add(order: SpecialOrder): void {
    this.#heap.add(order);
  }

  remove(order: SpecialOrder): void {
    this.#heap.remove(order);
  }

  doNext(): number {
    const { first } = this.#heap;
    if (first === undefined) throw new Error('Expiries: none is due');
    this.#end(first);
    return 1;
  }
}
