/** Where every lot of a book is, kept from what the book tells: none is lost, none invented. */

import { Side } from '../../feed/index.ts';
import type { BookContents } from './book.ts';
import type { RecordedEvent } from './event-recorder.ts';

/** Knows no rule of the market; only that lots come with orders and go by trades and cancels. */
export class LotLedger {
  readonly #open = new Map<number, number>();

  /** A parked order has left, or has come back, which no event tells. */
  forget(orderId: number): void {
    this.#open.delete(orderId);
  }

  remember(orderId: number, open: number): void {
    this.#open.set(orderId, open);
  }

  /** Answers what cannot be, or undefined. */
  hear(events: readonly RecordedEvent[]): string | undefined {
    for (const [name, ...values] of events) {
      const v = values as number[];
      let fault: string | undefined;
      if (name === 'accepted') this.#open.set(v[0]!, v[4]!);
      else if (name === 'traded') {
        fault = this.#trade(v[2]!, v[3]!, v[5]!) ?? this.#trade(v[2]!, v[6]!, v[8]!);
      } else if (name === 'crossed') {
        fault = this.#trade(v[1]!, v[2]!, v[4]!) ?? this.#trade(v[1]!, v[5]!, v[7]!);
      } else if (name === 'cancelled') {
        const open = this.#open.get(v[0]!);
        if (open !== v[4]) fault = `order ${v[0]} has ${open} open, ${v[4]} were cancelled`;
        this.#open.delete(v[0]!);
      } else if (name === 'replaced') {
        if (!this.#open.has(v[0]!)) fault = `order ${v[0]} is replaced and not open`;
        this.#open.set(v[0]!, v[4]!);
      }
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** The first order of which book and ledger do not say the same, or undefined. */
  difference(book: BookContents): string | undefined {
    const missing = new Map(this.#open);
    let fault: string | undefined;
    const check = (orderId: number, open: number) => {
      if (missing.get(orderId) !== open) {
        fault ??= `order ${orderId} has ${open} open, should have ${missing.get(orderId)}`;
      }
      missing.delete(orderId);
    };
    for (const side of [Side.Bid, Side.Ask]) {
      book.forEachLevel(side, (price) => {
        book.forEachOrder(side, price, (orderId, _owner, open, _filled, hidden) => {
          check(orderId, open + hidden);
        });
      });
      book.forEachHidden(side, (orderId, _owner, _price, open) => check(orderId, open));
    }
    if (fault !== undefined || missing.size === 0) return fault;
    return `orders ${[...missing.keys()]} should be open`;
  }

  #trade(quantity: number, orderId: number, leaves: number): string | undefined {
    const open = this.#open.get(orderId);
    if (open === undefined) return `order ${orderId} trades and is not open`;
    if (open - quantity !== leaves) return `${orderId}: ${open} less ${quantity} is not ${leaves}`;
    if (leaves === 0) this.#open.delete(orderId);
    else this.#open.set(orderId, leaves);
    return undefined;
  }
}
