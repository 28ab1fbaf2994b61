/** Records book and trades for the heatmap at its pace, whether or not anybody looks at it. */

import type { TradeEvent } from '../../browser/index.ts';
import { BookHistory, type ReadableBook } from './book-history.ts';
import { TradeMarks } from './trade-marks.ts';

/** One column each half second, for five minutes. */
export const COLUMN_MS = 500;
export const COLUMNS = 600;

/** Columns that a heatmap shows: few while few are known, so that it is never mostly empty. */
export const SHOWN_COLUMNS = [120, 240, COLUMNS] as const;

/** Levels a side that a column remembers: 600 columns of 2 x 100 levels of 16 bytes are 1.9 MB. */
export const HEAT_DEPTH = 100;

/** Columns that a busy page may be late by. */
const MOST_BUSY = 2;

/** Marks remembered: a lively instrument makes some six a column. */
const MARKS = 4096;

export class HeatRecorder {
  readonly history = new BookHistory(COLUMNS, HEAT_DEPTH);
  readonly marks = new TradeMarks(MARKS);
  #startMs = Number.NaN;

  /** Starts over, for another instrument. */
  reset(): void {
    this.history.clear();
    this.marks.clear();
    this.#startMs = Number.NaN;
  }

  /**
   * Takes the reading that is due, if one is. `book`: undefined while none may be called live.
   * Moments that passed without a call, because the page was hidden, stay unknown.
   */
  tick(nowMs: number, book: ReadableBook | undefined): void {
    if (Number.isNaN(this.#startMs)) {
      if (book === undefined) return;
      this.#startMs = nowMs;
    }
    const due = this.#columnAt(nowMs);
    if (due < this.history.added) return;
    const missed = due - this.history.added;
    // A page that was only busy for a moment has heard what came in between, as one reading.
    const isBusy = missed <= MOST_BUSY;
    for (let column = 0; column < missed; column += 1) this.history.add(isBusy ? book : undefined);
    this.history.add(book);
  }

  traded(nowMs: number, trades: readonly TradeEvent[]): void {
    if (Number.isNaN(this.#startMs)) return;
    const column = this.#columnAt(nowMs);
    for (const { price, quantity, aggressor } of trades) {
      this.marks.add(column, price, quantity, aggressor);
    }
  }

  #columnAt(nowMs: number): number {
    return Math.floor((nowMs - this.#startMs) / COLUMN_MS);
  }
}
