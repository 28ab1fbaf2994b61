/** The message STATUS, which is the same in every channel. */

import { FeedState } from '../../feed/index.ts';
import { type Encoding, MessageType } from '../protocol/index.ts';
import type { BookSource } from './book-source.ts';

/** Why a status holds is left out where nobody has said. */
export function statusMessage(encoding: Encoding, classId: number, source: BookSource): Uint8Array {
  const { instrument, status, state, reason, statusReason } = source;
  const { Status } = MessageType;
  return encoding.encode(
    statusReason === 0
      ? [Status, classId, instrument, status, state, reason]
      : [Status, classId, instrument, status, state, reason, statusReason],
  );
}

/**
 * A book that is not LIVE is called so before it is shown, for nobody may believe it in between; one
 * that is LIVE is shown first.
 */
export function withStatus(
  book: readonly Uint8Array[],
  status: Uint8Array,
  { state }: BookSource,
): Uint8Array[] {
  return state === FeedState.Live ? [...book, status] : [status, ...book];
}
