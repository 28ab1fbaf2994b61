/** What a feed consumer hears: the calls of the fast path, and the union of everything rarer. */

import type { LevelBook } from './book/level-book.ts';
import type { Indicative, Instrument } from './instruments.ts';
import type { Aggressor, Epoch, FeedState, Side, StateReason } from './market.ts';
import type { Nanos } from './nanos.ts';

/** One instrument as a consumer holds it. Read it inside a callback, or copy. */
export interface FeedInstrument<Book extends LevelBook = LevelBook> extends Instrument {
  /** The replica, of L3 an `OrderBook`; its contents are the engine's only while `state` is LIVE. */
  readonly book: Book;
  /** Why it has its status: see STATUS in PROTOCOL.md; 0: nobody said. */
  readonly statusReason: number;
  /** Of an auction that collects orders; a new object each time. */
  readonly indicative: Indicative;
  readonly state: FeedState;
  readonly reason: StateReason;
  /** The instrument's own sequence: of the last record applied. */
  readonly sequence: number;
  /** The last transaction applied that touched it. */
  readonly transaction: number;
}

/** The transaction being applied; one object, reused. */
export interface TransactionContext {
  readonly transaction: number;
  /** Id of the only instrument that it concerns, also when it changed nothing; 0 = several or none. */
  readonly instrument: number;
  readonly epoch: Epoch;
  /** When the engine sequenced the command. */
  readonly engineTime: Readonly<Nanos>;
  /** When the packet that ended the transaction was published. */
  readonly publishTime: Readonly<Nanos>;
}

/**
 * Calls of the fast path, in stream order; all of one transaction arrive before
 * `transactionApplied` and none of an unfinished one. All optional. A listener must not keep what
 * it is given.
 */
export interface FeedListener<Book extends LevelBook = LevelBook> {
  /**
   * A level now has this total (0 = gone); the book already shows it. Of L2 once per level and
   * transaction, of L3 behind each call about one of its orders.
   */
  levelChanged?(
    instrument: FeedInstrument<Book>,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void;
  traded?(
    instrument: FeedInstrument<Book>,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void;
  /** L3: an order stands last in the queue of its level. */
  orderAdded?(
    instrument: FeedInstrument<Book>,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void;
  /**
   * L3: the trade told just before took so much of an order in a queue, which now shows `left`
   * (0 = it has left). The price is the order's own.
   */
  orderExecuted?(
    instrument: FeedInstrument<Book>,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
    left: number,
    tradeId: number,
  ): void;
  /** L3: an order shows fewer lots, in its place; 0 = it has left its queue. */
  orderReduced?(
    instrument: FeedInstrument<Book>,
    side: Side,
    price: number,
    orderId: number,
    quantity: number,
  ): void;
  /** The book was emptied, or replaced by a book snapshot: read it anew. */
  bookReset?(instrument: FeedInstrument<Book>): void;
  /** An instrument was listed or its definition or status changed. */
  instrumentChanged?(instrument: FeedInstrument<Book>): void;
  /** What an auction would do has changed: `instrument.indicative` shows it. */
  indicativeChanged?(instrument: FeedInstrument<Book>): void;
  /** A trade told before does not count; told exactly once, as trades are. */
  tradeBusted?(instrument: FeedInstrument<Book>, tradeId: number): void;
  /** A trade told before counts with this price and quantity. */
  tradeCorrected?(
    instrument: FeedInstrument<Book>,
    tradeId: number,
    price: number,
    quantity: number,
  ): void;
  /** A whole transaction has been applied, also one that changed nothing. */
  transactionApplied?(context: TransactionContext): void;
  /** Told once per change, per instrument. */
  stateChanged?(instrument: FeedInstrument<Book>): void;
  event?(event: FeedEvent): void;
}

/** Everything rarer that a stream can tell. */
export type FeedEvent =
  | { readonly type: 'connected'; readonly endpoint: string }
  | { readonly type: 'gap'; readonly from: number; readonly to: number }
  | { readonly type: 'repaired'; readonly from: number; readonly to: number }
  | { readonly type: 'snapshot'; readonly sequence: number; readonly instruments: number }
  | { readonly type: 'trades-missed'; readonly from: number; readonly to: number }
  | { readonly type: 'epoch'; readonly previous: Epoch; readonly current: Epoch }
  | { readonly type: 'lower-epoch'; readonly heard: Epoch; readonly current: Epoch }
  | { readonly type: 'hash-checked'; readonly symbol: string; readonly sequence: number }
  | { readonly type: 'hash-mismatch'; readonly symbol: string; readonly sequence: number }
  | { readonly type: 'stale'; readonly reason: StateReason }
  /** What was read is older than usual by this, and it got no better: the rest is skipped. */
  | { readonly type: 'slow-consumer'; readonly lagMs: number; readonly sequence: number }
  | { readonly type: 'bad-packet'; readonly code: string; readonly message: string }
  | { readonly type: 'end-of-session' };
