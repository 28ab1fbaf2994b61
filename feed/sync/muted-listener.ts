/** Keeps a listener from hearing records before the position that it asked for. */

import type { FeedInstrument, FeedListener, TransactionContext } from '../listener.ts';
import type { Aggressor, Side } from '../market.ts';

/** States and events pass at any time: they are of the stream, not of its records. */
export class MutedListener implements FeedListener {
  readonly #listener: FeedListener;
  isMuted = true;

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  /** From now on everything is told, first the books as they are. */
  unmute(instruments: Iterable<FeedInstrument>): void {
    if (!this.isMuted) return;
    this.isMuted = false;
    for (const instrument of instruments) {
      this.#listener.instrumentChanged?.(instrument);
      this.#listener.bookReset?.(instrument);
    }
  }

  levelChanged(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    if (this.isMuted) return;
    this.#listener.levelChanged?.(instrument, side, price, quantity, orderCount);
  }

  traded(
    instrument: FeedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    if (this.isMuted) return;
    this.#listener.traded?.(instrument, aggressor, price, quantity, tradeId);
  }

  orderAdded(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void {
    if (this.isMuted) return;
    this.#listener.orderAdded?.(instrument, side, price, orderId, quantity);
  }

  orderExecuted(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
    left: number,
    tradeId: number,
  ): void {
    if (this.isMuted) return;
    this.#listener.orderExecuted?.(instrument, side, price, orderId, quantity, left, tradeId);
  }

  orderReduced(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void {
    if (this.isMuted) return;
    this.#listener.orderReduced?.(instrument, side, price, orderId, quantity);
  }

  bookReset(instrument: FeedInstrument): void {
    if (!this.isMuted) this.#listener.bookReset?.(instrument);
  }

  instrumentChanged(instrument: FeedInstrument): void {
    if (!this.isMuted) this.#listener.instrumentChanged?.(instrument);
  }

  indicativeChanged(instrument: FeedInstrument): void {
    if (!this.isMuted) this.#listener.indicativeChanged?.(instrument);
  }

  tradeBusted(instrument: FeedInstrument, tradeId: number): void {
    if (!this.isMuted) this.#listener.tradeBusted?.(instrument, tradeId);
  }

  tradeCorrected(
    instrument: FeedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    if (!this.isMuted) this.#listener.tradeCorrected?.(instrument, tradeId, price, quantity);
  }

  transactionApplied(context: TransactionContext): void {
    if (!this.isMuted) this.#listener.transactionApplied?.(context);
  }

  stateChanged(instrument: FeedInstrument): void {
    this.#listener.stateChanged?.(instrument);
  }

  event(...told: Parameters<NonNullable<FeedListener['event']>>): void {
    this.#listener.event?.(...told);
  }
}
