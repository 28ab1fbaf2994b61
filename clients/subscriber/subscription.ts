/** A subscription: live replica books of a feed, with callbacks and an async iterator of events. */

import {
  Aggressor,
  DEFAULT_ENDPOINTS,
  type FeedEvent,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  type FeedStats,
  type Side,
  type StateReason,
  type StreamPosition,
  type TransactionContext,
} from '../../feed/index.ts';
import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { EventQueue, type SubscriptionEvent } from './event-queue.ts';

export interface SubscribeOptions {
  /** Endpoints of the publisher; by default the engine's on this machine. */
  readonly feed?: string | readonly string[];
  /** Endpoints of relays, tried in turn; by default the one on this machine. */
  readonly repair?: string | readonly string[];
  /** Symbols, or all of them (the default). */
  readonly instruments?: 'all' | readonly string[];
  /** Callbacks of the fast path: called for every change, in stream order, while it is applied. */
  readonly listener?: FeedListener;
}

/** Connects at once; the books come by themselves, and heal by themselves. */
export function subscribe(options: SubscribeOptions = {}): Subscription {
  return new Subscription(options);
}

export class Subscription implements AsyncIterable<SubscriptionEvent>, AsyncDisposable {
  readonly #subscriber: FeedSubscriber;
  readonly #fanOut: FanOut;

  constructor(options: SubscribeOptions) {
    const { feed = DEFAULT_ENDPOINTS.publish, repair = DEFAULT_ENDPOINTS.relay } = options;
    this.#fanOut = new FanOut(options.listener ?? {});
    this.#subscriber = new FeedSubscriber(
      {
        feed: typeof feed === 'string' ? [feed] : feed,
        repair: typeof repair === 'string' ? [repair] : repair,
        instruments: options.instruments ?? 'all',
        wallClock,
        nowMs: monotonicMs,
        crc32,
      },
      this.#fanOut,
    );
    void this.#subscriber.start();
  }

  /** The instruments known so far, by id, each with its replica book. */
  get instruments(): ReadonlyMap<number, FeedInstrument> {
    return this.#subscriber.instruments;
  }

  find(symbol: string): FeedInstrument | undefined {
    return this.#subscriber.find(symbol);
  }

  /** Of the stream as a whole; each instrument has its own. */
  get state(): FeedState {
    return this.#subscriber.state;
  }

  get reason(): StateReason {
    return this.#subscriber.reason;
  }

  /** After the last whole transaction that the books show. */
  get position(): StreamPosition {
    return this.#subscriber.position;
  }

  get stats(): Readonly<FeedStats> {
    return this.#subscriber.stats;
  }

  /** The instrument, once its book is LIVE; at once when it is. Rejects when closed before. */
  live(symbol: string): Promise<FeedInstrument> {
    const found = this.find(symbol);
    if (found?.state === FeedState.Live) return Promise.resolve(found);
    return this.#fanOut.untilLive(symbol);
  }

  /** Everything that happens from now on; each call is an iterator of its own. */
  events(): AsyncIterableIterator<SubscriptionEvent> {
    return this.#fanOut.open();
  }

  [Symbol.asyncIterator](): AsyncIterator<SubscriptionEvent> {
    return this.events();
  }

  /** Ends all iterators. Rejects with what a callback of the listener threw, if one did. */
  async close(): Promise<void> {
    this.#fanOut.close();
    await this.#subscriber.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Passes the calls of the feed on to the user's listener, and to the iterators while there are any. */
class FanOut implements FeedListener {
  readonly #listener: FeedListener;
  readonly #queues = new Set<EventQueue>();
  readonly #changed = new Set<FeedInstrument>();
  readonly #awaited: {
    readonly symbol: string;
    readonly resolve: (instrument: FeedInstrument) => void;
    readonly reject: (error: Error) => void;
  }[] = [];

  constructor(listener: FeedListener) {
    this.#listener = listener;
  }

  open(): EventQueue {
    const queue = new EventQueue(() => this.#queues.delete(queue));
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
