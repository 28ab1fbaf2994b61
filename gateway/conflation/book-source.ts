/** What a class sees of an instrument. */

import type { Epoch, FeedState, LevelView, StateReason, TradingStatus } from '../../feed/index.ts';
import type { BookHistory } from './book-history.ts';

export interface BookSource {
  readonly instrument: number;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly status: TradingStatus;
  /** Why, as a code of the engine's; 0: nobody said. */
  readonly statusReason: number;
  readonly state: FeedState;
  readonly reason: StateReason;
  readonly epoch: Epoch;
  /** What prices are counted from in frames: fixed for a generation. */
  readonly anchor: number;
  /** Moves on when epoch, anchor or definition change, and then every member starts anew. */
  readonly generation: number;
  /** False until the first book is there. */
  readonly isJoined: boolean;
  readonly book: LevelView;
  /** Which levels of `book` changed when. */
  readonly history: BookHistory;
  /** The engine's sequence of the instrument, and its last transaction and that one's time. */
  readonly sequence: number;
  readonly transaction: number;
  /** Microseconds since 1970; 0 when the book came as a snapshot and nothing has happened since. */
  readonly engineTimeUs: number;
}
