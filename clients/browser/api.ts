/** What the browser client offers: a live book in ten lines. */

import type { FeedState, Side, StateReason } from '../../feed/index.ts';
import type { Token } from './token-source.ts';

export type { Token };

export interface ConnectOptions {
  /**
   * Sent in the first message; never part of the URL. A function is asked for each connection, and for
   * the next token before one ends.
   */
  readonly token?: Token;
  /** For Node and for tests; the platform's own by default. */
  readonly WebSocket?: typeof globalThis.WebSocket;
  /** What may be used, in the order in which it is tried; by default all three, as they stand. */
  readonly transports?: readonly Transport[];
  /** False: a page that nobody sees is told as often as one that is seen. Default true. */
  readonly slowWhenHidden?: boolean;
}

/** How bytes come and go; SSE are Server-Sent Events, which Node lacks. */
export type Transport = 'WebSocket' | 'SSE' | 'long polling';

export interface InstrumentInfo {
  readonly id: number;
  readonly symbol: string;
  /** Decimal strings. */
  readonly tickSize: string;
  readonly lotSize: string;
  readonly status: number;
  /** Why it has its status, as a code of the engine's; 0: nobody said. */
  readonly statusReason?: number;
  readonly state: FeedState;
  readonly reason: StateReason;
}

export interface IntervalOptions {
  /** Milliseconds between messages; 0 = every transaction. Default 100. */
  readonly interval?: number;
}

export interface BookOptions extends IntervalOptions {
  /** Levels a side; the reply may serve another (see `Book.depth`). Default 25. */
  readonly depth?: number;
  /** Ticks a price group, bids rounded down and asks up; the reply may serve another. Default 1. */
  readonly grouping?: number;
}

/**
 * Levels of one side, best first: a view of the book's own arrays, which shows whatever the book
 * shows when it is read. An index means the same level only until the next change: read it within
 * the listener, and keep numbers or `copyLevels(view)`. The two types cannot be taken for another.
 */
export interface LevelsView {
  /** Of the type only. */
  readonly valid?: 'until the next change of the book';
  readonly length: number;
  /** Ticks of level `index`. */
  price(index: number): number;
  /** Lots at level `index`. */
  quantity(index: number): number;
  orderCount(index: number): number;
}

/** What `copyLevels` made: its own for good. Ticks, lots, orders; best level first. */
export interface LevelsCopy {
  /** Of the type only. */
  readonly valid?: 'for good';
  readonly length: number;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  readonly orderCounts: Uint32Array;
}

export interface Best {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

export interface BookChange {
  readonly kind: 'snapshot' | 'diff' | 'state';
  /** Transactions merged into this change; 1 at interval 0 unless the gateway had to merge. */
  readonly merged: number;
}

/** Whether an instrument's prices may be shown as live, and whether it trades. */
export interface Status {
  readonly symbol: string;
  readonly info: InstrumentInfo | undefined;
  readonly state: FeedState;
  readonly reason: StateReason;
  /** The trading status, as the engine's code; 0 until it is known. */
  readonly status: number;
  /** Why that holds, as a code of the engine's; 0: nobody said. */
  readonly statusReason: number;
  on(event: 'change', listener: (change: BookChange) => void): () => void;
  close(): void;
}

/** The best bid and ask. `state` says whether they may be shown as live. */
export interface Top extends Status {
  readonly interval: number;
  /** At most one level each. */
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  readonly best: Best;
  /** The engine's sequence of this instrument, and the transaction, that the levels show. */
  readonly sequence: number;
  readonly transaction: number;
  /** Of the newest change, microseconds since 1970: sequenced by the engine; sent by the gateway. */
  readonly engineTimeUs: number;
  readonly gatewayTimeUs: number;
  formatPrice(ticks: number): string;
  formatQuantity(lots: number): string;
  /** Another interval from now on. */
  modify(options: IntervalOptions): void;
  /**
   * `change` comes with each message; `frame` at most once an animation frame (of 16 ms where
   * there are none), with all that has changed since the one before.
   */
  on(event: 'change' | 'frame', listener: (change: BookChange) => void): () => void;
}

/** A live book. `state` says whether it may be shown as such. */
export interface Book extends Top {
  readonly depth: number;
  /** Ticks a price group; 1 where levels stand as they are. */
  readonly grouping: number;
  /** As many levels a side as `depth` says, or fewer. */
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  /** View hashes compared equal so far, and when the last one was (ms, `performance.now`). */
  readonly hashesChecked: number;
  readonly hashCheckedAt: number;
  /** Another depth, grouping or interval from now on; the levels stay until the others have come. */
  modify(options: BookOptions): void;
}

export interface TradeEvent {
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  /** `undefined` for a trade without an aggressor. */
  readonly aggressor: Side | undefined;
  readonly timeUs: number;
}

export interface Trades {
  readonly symbol: string;
  on(event: 'trades', listener: (trades: readonly TradeEvent[]) => void): () => void;
  /** The gateway names trades that this client did not get. */
  on(event: 'missed', listener: (from: number, to: number) => void): () => void;
  close(): void;
}

export interface LinkStatus {
  readonly status: 'connecting' | 'open' | 'waiting' | 'closed';
  /** What is in use. */
  readonly transport: Transport;
  /** Why it is not one that was tried before. */
  readonly fallbackReason?: string;
  /** Set when the last connection ended: its close code and words for people. */
  readonly code?: number;
  readonly message?: string;
  /** Milliseconds until the next attempt while `waiting`. */
  readonly retryInMs?: number;
  /** Round trip of the last ping, milliseconds. */
  readonly roundTripMs?: number;
}

export interface ErrorEvent {
  readonly code: number;
  readonly message: string;
  readonly retryable: boolean;
}

export interface TouchlineClient {
  readonly link: LinkStatus;
  readonly instruments: readonly InstrumentInfo[];
  on(event: 'link', listener: (link: LinkStatus) => void): () => void;
  on(event: 'instruments', listener: (instruments: readonly InstrumentInfo[]) => void): () => void;
  on(event: 'error', listener: (error: ErrorEvent) => void): () => void;
  /** Subscriptions to the same book and options share one channel and are counted. */
  book(symbol: string, options?: BookOptions): Book;
  /** Best bid and ask only: less to send and to do than a book of depth 1. */
  top(symbol: string, options?: IntervalOptions): Top;
  trades(symbol: string, options?: IntervalOptions): Trades;
  /** State and trading status only. */
  status(symbol: string): Status;
  close(): void;
}
