/** What the capture says must be true of the book after one of its lines. */

import type { DecimalScale } from '../../../feed/decimal.ts';
import type { CapturedBook, LevelText } from './captured-book.ts';
import type { LobsterRow } from './captures/lobster-row.ts';
import type { LobsterKnowledge } from './lobster-knowledge.ts';

/** A check that the venue or the recording itself carries. */
export type Check =
  | { readonly kind: 'kraken-crc32'; readonly value: number }
  | { readonly kind: 'okx-crc32'; readonly value: number }
  /** The best levels are exactly these. */
  | {
      readonly kind: 'top';
      readonly bids: readonly LevelText[];
      readonly asks: readonly LevelText[];
    }
  /** The best level of each side; `undefined` for an empty one. */
  | {
      readonly kind: 'book-ticker';
      readonly bid: LevelText | undefined;
      readonly ask: LevelText | undefined;
    }
  /** The levels of a LOBSTER order-book row, as far as they can be known. */
  | {
      readonly kind: 'order-book-row';
      readonly row: LobsterRow;
      readonly knowledge: LobsterKnowledge;
    };

export type CheckKind = Check['kind'];

/** A trade as the venue wrote it. */
export interface CapturedTrade {
  readonly price: string;
  readonly quantity: string;
  readonly aggressor: 'bid' | 'ask';
}

/** The smallest steps of price and quantity that the checker works in. */
export interface CaptureUnits {
  readonly price: DecimalScale;
  readonly quantity: DecimalScale;
}

/**
 * One line that the source must play. It is valid until the next one is asked for: the book goes on
 * living.
 */
export interface Expectation {
  readonly line: number;
  /** The line's instrument; `undefined` where the capture does not name the only one there is. */
  readonly symbol: string | undefined;
  /** What the capture counts prices and quantities in; `undefined` until it has told. */
  readonly units: CaptureUnits | undefined;
  /** The whole book after the line; `undefined` where the capture does not tell it. */
  readonly book: CapturedBook | undefined;
  readonly checks: readonly Check[];
  /** Trades that the line reports, each of which must arrive. */
  readonly trades: readonly CapturedTrade[];
}

/** A capture as the checker reads it. */
export interface CaptureReader {
  /** In the order in which the source must play them. Throws `UserError` for an unusable file. */
  expectations(): AsyncGenerator<Expectation>;
  /**
   * True for price levels, where each line is played and each transaction published; false for order
   * flow, where a message may have nothing to do, or nothing to show.
   */
  readonly isLockstep: boolean;
  /** Whether its lines report all trades that must arrive, and no others may. */
  readonly tellsTrades: boolean;
  /** Lines that could not be read; the source must have skipped them too. */
  readonly unreadable: number;
}

export function expectLine(
  line: number,
  symbol: string,
  book: CapturedBook | undefined,
  checks: readonly Check[] = [],
  trades: readonly CapturedTrade[] = [],
): Expectation {
  return { line, symbol, units: book?.units, book, checks, trades };
}
