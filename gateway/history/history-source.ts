/** Where the past comes from: the port behind which a relay's archive stands. */

import type { Epoch, PastMoment } from '../../feed/index.ts';
import type { ErrorName } from '../protocol/index.ts';

/** A time, microseconds since 1970, or a position of the engine's stream, by default of the newest epoch. */
export type Place =
  | { readonly timeUs: number }
  | { readonly position: number; readonly epoch?: Epoch };

/** Later than any engine's clock (the year 2116), and still a time in nanoseconds below 2^63. */
export const NEWEST: Place = { timeUs: 2 ** 52 };

/** What an archive holds of its newest epoch. */
export interface HeldRange {
  readonly epoch: Epoch;
  /** The position of its oldest record, and the one behind its newest. */
  readonly oldest: number;
  readonly next: number;
  readonly oldestTimeUs: number;
  readonly newestTimeUs: number;
}

/** Everything rejects with `PastError`. */
export interface HistorySource {
  /** The books of that moment, proved; that of the symbol is among them if it was listed then. */
  bookAt(symbol: string, place: Place): Promise<PastMoment>;
  /** Whole packets with the records from `from` up to `to`, or to the archive's end; none behind that. */
  records(epoch: Epoch, from: number, to: number): Promise<readonly Uint8Array[]>;
  held(symbol: string): Promise<HeldRange>;
}

/** Why there is no answer, in a client's terms. */
export class PastError extends Error {
  readonly error: ErrorName;

  constructor(error: ErrorName, detail: string) {
    super(detail);
    this.name = 'PastError';
    this.error = error;
  }
}
