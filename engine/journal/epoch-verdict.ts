/** Decides whether an engine that comes back may go on in the epoch that it left. */

import { compareEpochs, type Epoch } from '../../feed/index.ts';
import { Durability, type SegmentHeader } from './format.ts';
import type { RecordWindow } from './record-window.ts';
import type { Testimony } from './witness.ts';

/** Why a restart begins a new epoch; stable codes for logs and tests. */
export const NEW_EPOCH_TEXT = {
  NO_JOURNAL: 'There is no journal yet.',
  DAMAGED: 'The journal is damaged, and a new epoch was asked for.',
  REBOOTED: 'The machine has been restarted since, and not every write was waited for (fsync).',
  UPGRADED: 'Another version wrote the journal, and this one goes on from its last checkpoint.',
  WITNESS_AHEAD: 'A relay has later records of this epoch than the journal leads to.',
  WITNESS_DIFFERS: 'A relay has other records than the journal leads to.',
  WITNESS_LATER_EPOCH: 'A relay knows a later epoch than the journal.',
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
  readonly born: bigint | undefined;
}

/**
 * Undefined: the epoch is kept. That the lock is held and that the fingerprints are equal is asked
 * before, because nothing at all may be done without; what relays remember is asked afterwards.
 */
export function reasonForNewEpoch(facts: EpochFacts): NewEpochReason | undefined {
  const { last, isDamaged, isForeign, bootId, inode, born } = facts;
  if (isDamaged) return 'DAMAGED';
  if (last === undefined) return 'NO_JOURNAL';
  if (isForeign) return 'UPGRADED';
  // A file system gives the inode of a file that was removed to the next one.
  const isOther = last.inode !== inode || (last.born !== 0n && last.born !== born);
  if (isOther) return 'COPIED';
  const isSameBoot = bootId.some((byte) => byte !== 0) && isSame(bootId, last.bootId);
  return isSameBoot || last.durability === Durability.Fsync ? undefined : 'REBOOTED';
}

/** Where the journal leads to. */
export interface OwnPosition {
  readonly epoch: Epoch;
  readonly nextSequence: number;
  readonly records: RecordWindow;
}

/** What a witness says against the journal; undefined: nothing. */
export function witnessAgainst(
  own: OwnPosition,
  { epoch, nextSequence, records }: Testimony,
): NewEpochReason | undefined {
  const order = compareEpochs(epoch, own.epoch);
  if (order > 0) return 'WITNESS_LATER_EPOCH';
  // One that has not heard of this epoch cannot say anything about it.
  if (order < 0) return undefined;
  if (nextSequence > own.nextSequence) return 'WITNESS_AHEAD';
  return records.differsFrom(own.records) ? 'WITNESS_DIFFERS' : undefined;
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
