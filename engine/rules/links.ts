/** Linked orders: the first thing that happens to one cancels the other. */

import type { SpecialOrder } from './special-order.ts';

/** Of the whole market, for the order in which things happen counts over all instruments. */
export class Links {
  /** Partners whose turn has come, in the order in which it did; they may have ended meanwhile. */
  readonly #due: SpecialOrder[] = [];
  #next = 0;

  link(a: SpecialOrder, b: SpecialOrder): void {
    a.partner = b;
    b.partner = a;
  }

  /** As if they had never been linked: the order was refused. */
  unlink(order: SpecialOrder): void {
    if (order.partner !== undefined) order.partner.partner = undefined;
    order.partner = undefined;
  }

  /** The order was filled or elected, or has ended: that ends the link, and the other one's time. */
  happened(order: SpecialOrder): void {
    const { partner } = order;
    if (partner === undefined) return;
    this.unlink(order);
    this.#due.push(partner);
  }

  /** The next one to be cancelled, if any. */
  take(): SpecialOrder | undefined {
    const order = this.#due[this.#next];
    this.#next += 1;
    if (order === undefined) {
      this.#due.length = 0;
      this.#next = 0;
    }
    return order;
  }
}
