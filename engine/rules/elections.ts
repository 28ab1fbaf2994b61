/** Elected stops enter the book, each when its turn has come. */

import type { ListedInstrument, MarketBook } from '../listed-instrument.ts';
import type { OrderEvents } from '../order-events.ts';
import { type OrderConditions, OrderType, Reason, TimeInForce } from '../protocol/index.ts';
import { collarPrice, isOutsideCollar } from './protection.ts';
import { mayRest } from './special-checks.ts';
import type { SpecialOrder } from './special-order.ts';

const { Fok, Gtc, Ioc } = TimeInForce;

export class Elections {
  readonly #events: OrderEvents;

  constructor(events: OrderEvents) {
    this.#events = events;
  }

  /** Lets the first elected order enter, which may trade, rest, or be cancelled. */
  enterFirst(instrument: ListedInstrument): void {
    const { orders, special } = instrument;
    const order = special?.takeElected();
    if (orders === undefined || order === undefined) return;
    const events = this.#events;
    events.instrument = instrument;
    events.triggered(order.orderId, order.owner);
    const { orderId, owner, side, price, open } = order;
    // That it came was told long ago.
    events.isAcceptTold = true;
    const refusal =
      order.orderType === OrderType.StopLimit
        ? enterLimit(order, orders)
        : enterMarket(order, orders);
    events.isAcceptTold = false;
    if (refusal !== Reason.None) events.cancelled(orderId, owner, side, price, open, refusal);
    else if (orders.wasBounded) instrument.mustPause = true;
  }
}

function enterLimit(order: SpecialOrder, book: MarketBook): Reason {
  const { instrument, orderId, owner, side, price, open, timeInForce } = order;
  if (isOutsideCollar(instrument, side, price)) return Reason.PriceOutsideCollar;
  const inBook = mayRest(timeInForce) ? Gtc : timeInForce;
  return book.limit(orderId, owner, side, price, open, inBook, conditionsLeft(order));
}

function enterMarket(order: SpecialOrder, book: MarketBook): Reason {
  const { instrument, orderId, owner, side, open } = order;
  const timeInForce = order.timeInForce === Fok ? Fok : Ioc;
  const worst = collarPrice(instrument, side);
  return book.market(orderId, owner, side, open, timeInForce, conditionsLeft(order), worst);
}

/** One that was made smaller than what it asks for asks for all of what is left. */
function conditionsLeft({ open, conditions }: SpecialOrder): OrderConditions {
  const minimumQuantity = Math.min(conditions.minimumQuantity, open);
  const displayQuantity = Math.min(conditions.displayQuantity, open);
  return { ...conditions, minimumQuantity, displayQuantity };
}
