/** Which files of a journal are no longer needed by any restart, and may go. */

import { type Crc32, DecodeError } from '../../feed/index.ts';
import { findCheckpoints } from './checkpoint-choice.ts';
import { stateOfCheckpoint } from './checkpoint-file.ts';
import { transactionOfName } from './format.ts';
import type { JournalFiles } from './journal-files.ts';
import { RESTART_RECORDS } from './limits.ts';

/** What is kept beyond what is needed; undefined: all of it. */
export interface Retention {
  readonly segments?: number | undefined;
  readonly bytes?: number | undefined;
  /** Of a segment: since it was written last. */
  readonly ageMs?: number | undefined;
  /** The newest ones; at least `LEAST_CHECKPOINTS` are kept. */
  readonly checkpoints?: number | undefined;
  readonly restartRecords?: number | undefined;
}

/** The one that a restart begins with, and the one before in case that is damaged. */
export const LEAST_CHECKPOINTS = 2;

export interface RetentionInput {
  readonly files: JournalFiles;
  readonly crc32: Crc32;
  readonly retention: Retention;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Of the stream, where the journal ends. */
  readonly endSequence: number;
}

/**
 * Removes segments that lie wholly before the oldest checkpoint that is kept, from the oldest on, as
 * far as a limit asks for it; never one that is needed to begin with either of the two checkpoints
 * that a restart would take. Returns the names removed.
 */
export function expire(input: RetentionInput): readonly string[] {
  const { files, crc32, retention } = input;
  const all = files.list();
  const { found } = findCheckpoints(files, all, crc32);
  if (found.length < LEAST_CHECKPOINTS) return [];
  const { restartRecords = RESTART_RECORDS, checkpoints = found.length } = retention;
  const isFar = (sequence: number) => input.endSequence - sequence >= restartRecords;
  const newestFar = found.findIndex(({ nextSequence }) => isFar(nextSequence));
  // No checkpoint lies far enough back: a restart still begins with the first segment.
  if (newestFar < 0 || newestFar + 1 >= found.length) return [];
  const kept = Math.max(newestFar + LEAST_CHECKPOINTS, Math.min(checkpoints, found.length));
  const removed = found.slice(kept).map(({ name }) => name);
  const oldest = found[kept - 1];
  if (oldest !== undefined) removed.push(...segmentsBefore(oldest.segment, all, input));
  const needed = found.slice(newestFar, newestFar + LEAST_CHECKPOINTS);
  if (removed.length === 0 || !needed.every(({ name }) => isWhole(files, name, crc32))) return [];
  for (const name of removed) files.remove(name);
  return removed;
}

function isWhole(files: JournalFiles, name: string, crc32: Crc32): boolean {
  try {
    stateOfCheckpoint(files.read(name), crc32);
    return true;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return false;
  }
}

function segmentsBefore(
  first: number,
  all: readonly string[],
  { files, retention, nowMs }: RetentionInput,
): readonly string[] {
  const { segments = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY } = retention;
  const { ageMs = Number.POSITIVE_INFINITY } = retention;
  const names = all.filter((name) => transactionOfName(name) !== undefined).sort();
  const facts = names.map((name) => ({ name, ...files.factsOf(name) }));
  let total = facts.reduce((sum, { length }) => sum + length, 0);
  let count = facts.length;
  const removed: string[] = [];
  for (const { name, length, changedMs } of facts) {
    if ((transactionOfName(name) ?? 0) >= first) break;
    if (count <= segments && total <= bytes && nowMs - changedMs <= ageMs) break;
    removed.push(name);
    count -= 1;
    total -= length;
  }
  return removed;
}
