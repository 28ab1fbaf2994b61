/** Passes what the feed tells to a listener, to iterators, and to whoever waits for a LIVE book. */

import {
  Aggressor,
  type FeedEvent,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type Side,
  type StreamPosition,
  type TransactionContext,
} from '../../feed/index.ts';
import { EventQueue } from './event-queue.ts';

/** The iterators cost nothing while there are none. */
export class FanOut implements FeedListener {
  readonly #listener: FeedListener;
  readonly #queues = new Set<EventQueue>();
  readonly #changed = new Set<FeedInstrument>();
  readonly #awaited: {
    readonly symbol: string;
    readonly resolve: (instrument: FeedInstrument) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  readonly #position: () => StreamPosition;

  constructor(listener: FeedListener, position: () => StreamPosition) {
    this.#listener = listener;
    this.#position = position;
  }

  open(): EventQueue {
    const queue = new EventQueue(() => this.#queues.delete(queue), this.#position);
    this.#queues.add(queue);
    return queue;
  }

  untilLive(symbol: string): Promise<FeedInstrument> {
    return new Promise((resolve, reject) => {
      this.#awaited.push({ symbol, resolve, reject });
    });
  }

  close(): void {
    for (const queue of this.#queues) queue.close();
    this.#queues.clear();
    for (const { symbol, reject } of this.#awaited.splice(0)) {
      reject(new Error(`The subscription was closed before ${symbol} was LIVE.`));
    }
  }

  levelChanged(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    if (this.#queues.size > 0) this.#changed.add(instrument);
    this.#listener.levelChanged?.(instrument, side, price, quantity, orderCount);
  }

  orderAdded(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void {
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
    this.#listener.orderExecuted?.(instrument, side, price, orderId, quantity, left, tradeId);
  }

  orderReduced(
    instrument: FeedInstrument,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void {
    this.#listener.orderReduced?.(instrument, side, price, orderId, quantity);
  }

  indicativeChanged(instrument: FeedInstrument): void {
    const { indicative } = instrument;
    for (const queue of this.#queues) queue.push({ type: 'indicative', instrument, ...indicative });
    this.#listener.indicativeChanged?.(instrument);
  }

  tradeBusted(instrument: FeedInstrument, tradeId: number): void {
    for (const queue of this.#queues) queue.push({ type: 'trade-busted', instrument, tradeId });
    this.#listener.tradeBusted?.(instrument, tradeId);
  }

  tradeCorrected(
    instrument: FeedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    for (const queue of this.#queues) {
      queue.push({ type: 'trade-corrected', instrument, tradeId, price, quantity });
    }
    this.#listener.tradeCorrected?.(instrument, tradeId, price, quantity);
  }

  bookReset(instrument: FeedInstrument): void {
    for (const queue of this.#queues) queue.book(instrument);
    this.#listener.bookReset?.(instrument);
  }

  traded(
    instrument: FeedInstrument,
    by: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const aggressor = by === Aggressor.None ? undefined : by;
    for (const queue of this.#queues) {
      queue.push({ type: 'trade', instrument, aggressor, price, quantity, tradeId });
    }
    this.#listener.traded?.(instrument, by, price, quantity, tradeId);
  }

  instrumentChanged(instrument: FeedInstrument): void {
    const { status, statusReason } = instrument;
    for (const queue of this.#queues) {
      queue.push({ type: 'status', instrument, status, statusReason });
    }
    this.#listener.instrumentChanged?.(instrument);
  }

  transactionApplied(context: TransactionContext): void {
    for (const instrument of this.#changed) {
      for (const queue of this.#queues) queue.book(instrument);
    }
    this.#changed.clear();
    this.#listener.transactionApplied?.(context);
  }

  stateChanged(instrument: FeedInstrument): void {
    const { symbol, state, reason } = instrument;
    for (const queue of this.#queues) queue.push({ type: 'state', instrument, state, reason });
    this.#listener.stateChanged?.(instrument);
    if (state !== FeedState.Live) return;
    for (let i = this.#awaited.length - 1; i >= 0; i--) {
      if (this.#awaited[i]?.symbol !== symbol) continue;
      for (const { resolve } of this.#awaited.splice(i, 1)) resolve(instrument);
    }
  }

  event(event: FeedEvent): void {
    for (const queue of this.#queues) queue.push(event);
    this.#listener.event?.(event);
  }
}
