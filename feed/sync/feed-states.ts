/** Which of the four states holds, and why: one table for the stream and for each instrument. */

import { FeedState, type StateReason } from '../market.ts';
import type { InstrumentReplica } from './instrument-replica.ts';

export const ConsumerPhase = {
  /** There are no books yet; packets wait for a snapshot. */
  Joining: 0,
  /** Packets are applied as they come. */
  Following: 1,
  /** Packets wait until the range before them has been replayed. */
  Repairing: 2,
  /** Packets wait for a snapshot, for the range before them is lost. */
  Rejoining: 3,
} as const;
export type ConsumerPhase = (typeof ConsumerPhase)[keyof typeof ConsumerPhase];

export interface Standing {
  readonly state: FeedState;
  readonly reason: StateReason;
}

const LIVE: Standing = { state: FeedState.Live, reason: 'NONE' };
const AHEAD: Standing = { state: FeedState.Syncing, reason: 'JOINING' };

/**
 * Of the stream as a whole. A gap weighs more than staleness: an old book is right for its time, a
 * gapped one may never have been.
 */
export function streamStanding(
  phase: ConsumerPhase,
  joinReason: StateReason,
  staleReason: StateReason,
  gapReason: StateReason,
): Standing {
  switch (phase) {
    case ConsumerPhase.Joining:
      return { state: FeedState.Syncing, reason: joinReason };
    case ConsumerPhase.Repairing:
    case ConsumerPhase.Rejoining:
      return { state: FeedState.Gapped, reason: gapReason };
    case ConsumerPhase.Following:
      return staleReason === 'NONE' ? LIVE : { state: FeedState.Stale, reason: staleReason };
  }
}

/** Of one instrument; `applied` is the stream's position after the last whole transaction. */
export function instrumentStanding(
  stream: Standing,
  instrument: InstrumentReplica,
  applied: number,
): Standing {
  if (stream.state === FeedState.Syncing || stream.state === FeedState.Gapped) return stream;
  if (instrument.trouble !== 'NONE') return { state: FeedState.Gapped, reason: instrument.trouble };
  if (instrument.isSuspect) return { state: FeedState.Gapped, reason: 'MISSED_RECORDS' };
  // A book out of a snapshot that the stream has not reached yet is not the book of this moment.
  if (instrument.joinSequence > applied) return AHEAD;
  return stream;
}
