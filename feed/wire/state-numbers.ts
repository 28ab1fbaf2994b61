/** The numbers by which a relay says on the wire how it follows: states, and why they hold. */

import { FeedState, type StateReason } from '../market.ts';

export const STATE_NUMBERS = {
  SYNCING: 0,
  LIVE: 1,
  GAPPED: 2,
  STALE: 3,
} as const satisfies Record<FeedState, number>;

export const REASON_NUMBERS = {
  NONE: 0,
  JOINING: 1,
  NO_RELAY: 2,
  NO_DATA: 3,
  MISSED_RECORDS: 4,
  HASH_MISMATCH: 5,
  HEARTBEAT_LOST: 6,
  TOO_OLD: 7,
  LOWER_EPOCH: 8,
  SLOW_CONSUMER: 9,
  DISCONNECTED: 10,
  CLOSED: 11,
} as const satisfies Record<StateReason, number>;

const STATES = Object.keys(STATE_NUMBERS) as FeedState[];
const REASONS = Object.keys(REASON_NUMBERS) as StateReason[];

/** A number of a later version says that something is wrong. */
export function stateOfNumber(state: number): FeedState {
  return STATES[state] ?? FeedState.Stale;
}

export function reasonOfNumber(reason: number): StateReason {
  return REASONS[reason] ?? 'NO_DATA';
}
