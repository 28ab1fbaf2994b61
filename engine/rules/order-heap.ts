/** A binary heap of orders that also gives up, or moves, one from its middle. */

import type { HeapName, SpecialOrder } from './special-order.ts';

type IsBefore = (a: SpecialOrder, b: SpecialOrder) => boolean;

/**
 * The first order is found at once, everything else costs O(log n). Each order knows its place:
 *
 *                 0                  heapPlaces[name] of an order is its index here;
 *           1           2            the children of i are 2i + 1 and 2i + 2
 *        3     4     5     6
 */
export class OrderHeap {
  readonly #name: HeapName;
  readonly #isBefore: IsBefore;
  readonly #orders: SpecialOrder[] = [];

  /** `isBefore` never says of two different orders that neither is before the other. */
  constructor(name: HeapName, isBefore: IsBefore) {
    this.#name = name;
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#orders.length;
  }

  get first(): SpecialOrder | undefined {
    return this.#orders[0];
  }

  has(order: SpecialOrder): boolean {
    return this.#orders[order.heapPlaces[this.#name]] === order;
  }

  add(order: SpecialOrder): void {
    this.#orders.push(order);
    this.#rise(order, this.#orders.length - 1);
  }

  /** Nothing happens to an order that is not in it. */
  remove(order: SpecialOrder): void {
    if (!this.has(order)) return;
    const at = order.heapPlaces[this.#name];
    order.heapPlaces[this.#name] = -1;
    const last = this.#orders.pop();
    if (last === undefined || last === order) return;
    this.#put(last, at);
    this.moved(last);
  }

  /** What `isBefore` looks at has changed of an order that is in it. */
  moved(order: SpecialOrder): void {
    this.#rise(order, order.heapPlaces[this.#name]);
    this.#sink(order, order.heapPlaces[this.#name]);
  }

  #rise(order: SpecialOrder, from: number): void {
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = this.#orders[parentAt] as SpecialOrder;
      if (!this.#isBefore(order, parent)) break;
      this.#put(parent, at);
      at = parentAt;
    }
    this.#put(order, at);
  }

  #sink(order: SpecialOrder, from: number): void {
    let at = from;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = this.#orders[childAt];
      if (child === undefined) break;
      const other = this.#orders[childAt + 1];
      if (other !== undefined && this.#isBefore(other, child)) {
        child = other;
        childAt += 1;
      }
      if (!this.#isBefore(child, order)) break;
      this.#put(child, at);
      at = childAt;
    }
    this.#put(order, at);
  }

  #put(order: SpecialOrder, at: number): void {
    this.#orders[at] = order;
    order.heapPlaces[this.#name] = at;
  }
}
