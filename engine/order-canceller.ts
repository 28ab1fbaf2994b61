/** Takes an open order out of the market, wherever it is, for whatever reason. */

import type { ListedInstrument } from './listed-instrument.ts';
import type { OrderEvents } from './order-events.ts';
import { OrderState, Reason } from './protocol/index.ts';

/** Local, for an imported constant is read from memory at each use. */
const { ByRequest, None, WrongBookKind } = Reason;
const { InBook } = OrderState;

export class OrderCanceller {
  readonly #events: OrderEvents;

  constructor(events: OrderEvents) {
    this.#events = events;
  }

  /** Of an order that is open, in the book or beside it; tells its owner the reason. */
  cancel(instrument: ListedInstrument, orderId: number, reason: Reason = ByRequest): Reason {
    const events = this.#events;
    events.instrument = instrument;
    events.cancelReason = reason;
    const special = instrument.special?.find(orderId);
    let refusal: Reason = None;
    if (special === undefined || special.state === InBook) {
      refusal = instrument.orders?.cancel(orderId) ?? WrongBookKind;
    } else {
      const { owner, side, price, open } = special;
      events.cancelled(orderId, owner, side, price, open, ByRequest);
    }
    events.cancelReason = ByRequest;
    return refusal;
  }
}
