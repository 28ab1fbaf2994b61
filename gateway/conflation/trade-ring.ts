/** The newest trades of one instrument, by the instrument's sequence. */

import type { Aggressor } from '../../feed/index.ts';
import { MAX_TRADE_HISTORY } from '../protocol/index.ts';

export interface TradeEntry {
  /** The instrument's own sequence; ascending. */
  readonly sequence: number;
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: Aggressor;
  /** Microseconds since 1970. */
  readonly timeUs: number;
}

export class TradeRing {
  /** Trades behind the first and up to the second are missing here: too many, or never came. */
  lostFrom = 0;
  lostUpTo = 0;
  /** Trades up to here were never seen, because the book was joined there. */
  joinedAt = 0;
  #entries: TradeEntry[] = [];
  #first = 0;

  push(entry: TradeEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length - this.#first > MAX_TRADE_HISTORY) {
      this.lostFrom = 0;
      this.lostUpTo = (this.#entries[this.#first] as TradeEntry).sequence;
      this.#first += 1;
      // Shifting an array moves all of it, so the dead front is cut off only when it is half.
      if (this.#first > MAX_TRADE_HISTORY) {
        this.#entries = this.#entries.slice(this.#first);
        this.#first = 0;
      }
    }
  }

  /** Says that trades behind `from` and up to `to` never came. */
  lose(from: number, to: number): void {
    // Two holes are told as one: what lies between was sent to all who were up to date.
    if (this.lostUpTo === 0) this.lostFrom = from;
    this.lostUpTo = Math.max(this.lostUpTo, to);
  }

  /** Trades are told from behind this sequence on. */
  begin(sequence: number): void {
    this.joinedAt = sequence;
  }

  /** A new history begins. */
  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.lostFrom = 0;
    this.lostUpTo = 0;
    this.joinedAt = 0;
  }

  /** Those behind `sequence`, oldest first. */
  since(sequence: number): readonly TradeEntry[] {
    let from = this.#entries.length;
    while (from > this.#first && (this.#entries[from - 1] as TradeEntry).sequence > sequence) {
      from -= 1;
    }
    return this.#entries.slice(from);
  }
}
