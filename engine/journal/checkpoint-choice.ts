/** Which of a journal's checkpoints can be believed, and why the others cannot. */

import { type Crc32, DecodeError } from '../../feed/index.ts';
import { STATE_VERSION } from '../state.ts';
import {
  CHECKPOINT_HEADER_BYTES,
  decodeCheckpointHeader,
  type FoundCheckpoint,
  stateOfCheckpoint,
  transactionOfCheckpoint,
} from './checkpoint-file.ts';
import { isSame } from './epoch-verdict.ts';
import type { JournalFiles } from './journal-files.ts';
import type { SegmentScan } from './segment-scan.ts';

export interface UsableCheckpoint extends FoundCheckpoint {
  readonly name: string;
  readonly state: Uint8Array;
}

export interface SkippedCheckpoint {
  readonly name: string;
  readonly why: string;
}

/** All whose headers can be read, newest first. */
export function findCheckpoints(
  files: JournalFiles,
  names: readonly string[],
  crc32: Crc32,
): {
  readonly found: readonly (FoundCheckpoint & { readonly name: string })[];
  readonly skipped: SkippedCheckpoint[];
} {
  const found: (FoundCheckpoint & { readonly name: string })[] = [];
  const skipped: SkippedCheckpoint[] = [];
  for (const name of names) {
    const transaction = transactionOfCheckpoint(name);
    if (transaction === undefined) continue;
    try {
      const bytes = files.readPart(name, 0, CHECKPOINT_HEADER_BYTES);
      const header = decodeCheckpointHeader(bytes, crc32);
      if (header.transaction === transaction) found.push({ ...header, name });
      else skipped.push({ name, why: 'It has another file’s name.' });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      skipped.push({ name, why: error.message });
    }
  }
  return { found: found.sort((a, b) => b.transaction - a.transaction), skipped };
}

/** The checkpoint with its state, when it is whole and of this very history; else why not. */
export function usableCheckpoint(
  files: JournalFiles,
  checkpoint: FoundCheckpoint & { readonly name: string },
  scan: SegmentScan,
  crc32: Crc32,
  skipped: SkippedCheckpoint[],
): UsableCheckpoint | undefined {
  const why = whyNot(checkpoint, scan);
  if (why !== undefined) {
    skipped.push({ name: checkpoint.name, why });
    return undefined;
  }
  try {
    const state = stateOfCheckpoint(files.read(checkpoint.name), crc32);
    return { ...checkpoint, state };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    skipped.push({ name: checkpoint.name, why: error.message });
    return undefined;
  }
}

function whyNot(checkpoint: FoundCheckpoint, { header, found }: SegmentScan): string | undefined {
  if (checkpoint.stateVersion > STATE_VERSION) {
    return `Its state is of version ${checkpoint.stateVersion}; this engine reads ${STATE_VERSION}.`;
  }
  const place = found.get(checkpoint.offset);
  if (place === undefined) return 'No record of its segment ends where it was taken.';
  if (place.chain !== checkpoint.chain || place.transaction !== checkpoint.transaction) {
    return 'It is of another history than the journal.';
  }
  const isOfSegment =
    header !== undefined &&
    isSame(header.matcher, checkpoint.matcher) &&
    isSame(header.configuration, checkpoint.configuration);
  return isOfSegment ? undefined : 'Another engine took it than the one that wrote the segment.';
}
