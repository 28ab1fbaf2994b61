/** What a book of the past offers. */

import type { HistoryState } from '../../../gateway/protocol/index.ts';
import type { Best, BookOptions, LevelsView, TradeEvent } from '../api.ts';

/** Where to: a time, microseconds since 1970, or a position of the engine's stream. */
export type HistoryPlace = { readonly timeMicros: number } | { readonly position: number };

export interface HistoryOptions extends BookOptions {
  /** Where to begin; the newest that the archive holds by default. */
  readonly at?: HistoryPlace;
  /** As for `play`; 0, the default, shows the moment and waits. */
  readonly speed?: number;
}

/** What the archive holds of the epoch that is shown; it grows at its end. */
export interface HistoryRange {
  readonly earliest: { readonly position: number; readonly timeMicros: number };
  readonly latest: { readonly position: number; readonly timeMicros: number };
}

/**
 * - `loading`: a place is being looked up, or the connection is away; the levels are those from before.
 * - `shown`: the book as it was then, standing still.
 * - `playing`: the same, and time goes on.
 * - `ended`: everything that the archive holds has been played; what follows is live.
 * - `refused`: `refusal` says why; the levels are those from before, or none.
 */
export type { HistoryState };

export interface HistoryRefusal {
  /** Of the gateway's table of errors, such as 115 NOT_HELD. */
  readonly code: number;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number;
}

export interface HistoryChange {
  /** `state`: also when range, time or speed are other ones. */
  readonly kind: 'snapshot' | 'diff' | 'state';
  /** Transactions merged into this change. */
  readonly merged: number;
}

/** A book of the past. It is nobody else's: each has its own clock. */
export interface History {
  readonly symbol: string;
  readonly state: HistoryState;
  /** Words for people, '' where there is nothing to say. */
  readonly reason: string;
  readonly refusal: HistoryRefusal | undefined;
  /** `undefined` until the gateway has said. */
  readonly range: HistoryRange | undefined;
  /** What time it is there, microseconds since 1970; moves between changes while it is playing. */
  readonly timeMicros: number;
  /** Of the engine's stream: the levels show every record before it. */
  readonly position: number;
  /** The instrument's own sequence, and the transaction, that the levels show. */
  readonly sequence: number;
  readonly transaction: number;
  /** What is served: 0 while it stands still. */
  readonly speed: number;
  readonly depth: number;
  readonly grouping: number;
  readonly interval: number;
  /** As of a live book: valid until the next change. */
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  readonly best: Best;
  /** View hashes compared equal so far. */
  readonly hashesChecked: number;
  formatPrice(ticks: number): string;
  formatQuantity(lots: number): string;
  /** May be called as often as a slider moves: only the last place counts. It stands still or plays on as before. */
  seek(to: HistoryPlace): void;
  /** 1 is as fast as it was; 0.1 to 100, rounded up to what is served (`HISTORY_SPEEDS`). */
  play(speed: number): void;
  pause(): void;
  /** One transaction of the instrument forward; pauses. */
  step(): void;
  on(event: 'change' | 'frame', listener: (change: HistoryChange) => void): () => void;
  /** While playing and stepping, each trade once and in order, before the change that it belongs to. */
  on(event: 'trades', listener: (trades: readonly TradeEvent[]) => void): () => void;
  close(): void;
}
