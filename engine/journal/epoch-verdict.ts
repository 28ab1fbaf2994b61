/** Decides whether an engine that comes back may go on in the epoch that it left. */

import { Durability, type SegmentHeader } from './format.ts';

/** Why a restart begins a new epoch; stable codes for logs and tests. */
export const NEW_EPOCH_TEXT = {
  NO_JOURNAL: 'There is no journal yet.',
  DAMAGED: 'The journal is damaged, and a new epoch was asked for.',
  REBOOTED: 'The machine has been restarted since, and not every write was waited for (fsync).',
  UPGRADED: 'Another version wrote the journal, and this one goes on from its last checkpoint.',
  COPIED: 'The files are a copy: out of a backup, there may have been more since.',
} as const;
export type NewEpochReason = keyof typeof NEW_EPOCH_TEXT;

export interface EpochFacts {
  /** Of the last segment; undefined when there is none. */
  readonly last: SegmentHeader | undefined;
  readonly isDamaged: boolean;
  /** The last segment was written by an engine that does something else, or in another format. */
  readonly isForeign: boolean;
  readonly bootId: Uint8Array;
  /** Of the last segment's file as it is now. */
  readonly inode: bigint | undefined;
}

/**
 * Undefined: the epoch is kept. That the lock is held and that the fingerprints are equal is asked
 * before, because nothing at all may be done without. What a relay remembers would be one fact more.
 */
export function reasonForNewEpoch(facts: EpochFacts): NewEpochReason | undefined {
  const { last, isDamaged, isForeign, bootId, inode } = facts;
  if (isDamaged) return 'DAMAGED';
  if (last === undefined) return 'NO_JOURNAL';
  if (isForeign) return 'UPGRADED';
  if (last.inode !== inode) return 'COPIED';
  const isSameBoot = bootId.some((byte) => byte !== 0) && isSame(bootId, last.bootId);
  return isSameBoot || last.durability === Durability.Fsync ? undefined : 'REBOOTED';
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
