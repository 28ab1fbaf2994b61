/** Pegged orders go where the best shown prices tell them to: into the book, elsewhere, out of it. */

import { Side, TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { OrderEvents } from '../order-events.ts';
import { OrderState, Reason } from '../protocol/index.ts';
import { pegPrice, type ShownBest } from './pegs.ts';
import { isInBand } from './special-checks.ts';
import type { SpecialOrder } from './special-order.ts';

const { InBook, Parked } = OrderState;

export function shownBest({ orders }: ListedInstrument): ShownBest {
  return { bid: orders?.bestPrice(Side.Bid), ask: orders?.bestPrice(Side.Ask) };
}

/** Where it belongs now; undefined: nowhere, it is to be parked. */
export function priceNow(order: SpecialOrder, best: ShownBest): number | undefined {
  const { instrument } = order;
  if (instrument.status !== TradingStatus.Continuous) return undefined;
  const price = pegPrice(order, best);
  return price !== undefined && isInBand(instrument, price) ? price : undefined;
}

export class PegMoves {
  readonly #events: OrderEvents;

  constructor(events: OrderEvents) {
    this.#events = events;
  }

  /** One that has not been in the book since it was accepted or parked. */
  enter(order: SpecialOrder, price: number): void {
    const { instrument, orderId, owner, side, open, filled } = order;
    const { orders } = instrument;
    if (orders === undefined) return;
    this.#events.instrument = instrument;
    order.state = InBook;
    order.bookPrice = price;
    const { selfTrade } = order.conditions;
    const refusal = orders.unpark(orderId, owner, side, price, open, filled, selfTrade);
    // What the book has no room for waits as one that has nothing to follow.
    if (refusal !== Reason.None) order.state = Parked;
    else if (orders.wasBounded) instrument.mustPause = true;
  }

  /** Its turn to follow these prices; nothing happens to one that has ended meanwhile. */
  follow(order: SpecialOrder, best: ShownBest): void {
    const { instrument } = order;
    if (instrument.special?.pegs.has(order) !== true) return;
    const price = priceNow(order, best);
    if (order.state === Parked) {
      if (price !== undefined) this.enter(order, price);
    } else if (price === undefined) {
      this.park(order);
    } else if (price !== order.bookPrice) {
      this.#move(order, price);
    }
  }

  /** Takes it out of the book; what is open of it stays open. */
  park(order: SpecialOrder): void {
    const { orders } = order.instrument;
    const inBook = orders?.orderOf(order.orderId);
    if (orders === undefined || inBook === undefined) return;
    orders.park(order.orderId);
    order.open = inBook.open;
    order.filled = inBook.filled;
    order.state = Parked;
  }

  /** The market is not continuous any more: all of them, until it is again. */
  parkAll(instrument: ListedInstrument): void {
    const { special } = instrument;
    if (special === undefined) return;
    for (const order of special.pegs) if (order.state === InBook) this.park(order);
    special.pegs.forgetPrices();
  }

  #move(order: SpecialOrder, price: number): void {
    const { instrument, orderId } = order;
    const { orders } = instrument;
    if (orders === undefined) return;
    this.#events.instrument = instrument;
    order.bookPrice = price;
    if (orders.move(orderId, price) !== Reason.None) this.park(order);
    else if (orders.wasBounded) instrument.mustPause = true;
  }
}
