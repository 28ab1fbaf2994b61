/** Reads a journal's segments in order: how far they belong together, and where they do not. */

import { type Crc32, compareEpochs } from '../../feed/index.ts';
import { FIRST_RECORD, type FoundMark, type SegmentHeader, transactionOfName } from './format.ts';
import type { JournalFiles } from './journal-files.ts';
import { MAX_SEGMENT_BYTES } from './limits.ts';
import { RecordPlayer, type RecordTarget } from './record-player.ts';
import { scanSegment } from './segment-scan.ts';

export interface HistorySegment {
  readonly name: string;
  readonly header: SegmentHeader;
  /** Behind the last record that counts. */
  readonly end: number;
  readonly chain: number;
  readonly transaction: number;
  readonly records: number;
  readonly mark: FoundMark | undefined;
}

export interface HistoryDamage {
  readonly segment: string;
  readonly at: number;
  readonly what: string;
}

export interface History {
  /** Those that count, also the one that is damaged behind its `end`. */
  readonly segments: readonly HistorySegment[];
  /** All segments there are, in order. */
  readonly names: readonly string[];
  /** Of the last segment: left by a write that was cut short, and never answered. */
  readonly tornBytes: number;
  readonly damage: HistoryDamage | undefined;
}

/** Throws what the file system says. */
export function readHistory(files: JournalFiles, crc32: Crc32): History {
  const names = files
    .list()
    .filter((name) => transactionOfName(name) !== undefined)
    .sort();
  const segments: HistorySegment[] = [];
  let tornBytes = 0;
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const bytes = files.read(name);
    if (bytes.length > MAX_SEGMENT_BYTES) {
      return damaged(segments, names, name, MAX_SEGMENT_BYTES, 'It is longer than any segment.');
    }
    const { header, mark, damage, ...scan } = scanSegment(bytes, crc32);
    if (header === undefined) return damaged(segments, names, name, 0, damage?.what ?? '');
    const gap = whatDoesNotFollow(segments.at(-1), header, name);
    if (gap !== undefined) return damaged(segments, names, name, 0, gap);
    const { end, chain, transaction, records } = scan;
    const isClosed = mark?.isClosed === true;
    segments.push({ name, header, end, chain, transaction, records, mark });
    if (damage !== undefined) return damaged(segments, names, name, damage.at, damage.what);
    tornBytes = scan.tornBytes;
    if (tornBytes > 0 && (!isLast || isClosed)) {
      return damaged(segments, names, name, end, 'It ends in the middle of a record.');
    }
    if (isLast && isClosed) {
      return damaged(segments, names, name, end, 'Another segment followed, and is missing.');
    }
  }
  return { segments, names, tornBytes, damage: undefined };
}

function damaged(
  segments: readonly HistorySegment[],
  names: readonly string[],
  segment: string,
  at: number,
  what: string,
): History {
  return { segments, names, tornBytes: 0, damage: { segment, at, what } };
}

function whatDoesNotFollow(
  before: HistorySegment | undefined,
  header: SegmentHeader,
  name: string,
): string | undefined {
  const expected = (before?.transaction ?? 0) + 1;
  if (header.firstTransaction !== transactionOfName(name)) return 'It has another file’s name.';
  if (header.firstTransaction !== expected) {
    return `It begins with transaction ${header.firstTransaction}, and ${expected} was to come.`;
  }
  if (header.previousChain !== (before?.chain ?? 0)) return 'It does not follow the one before.';
  if (before !== undefined && compareEpochs(header.epoch, before.header.epoch) < 0) {
    return 'It is of an older epoch than the one before.';
  }
  return undefined;
}

/** Does everything again that counts. */
export function playHistory(
  files: JournalFiles,
  segments: readonly HistorySegment[],
  target: RecordTarget,
): void {
  const player = new RecordPlayer(target);
  for (const { name, end } of segments) player.play(files.read(name), FIRST_RECORD, end);
}
