/** Reads a journal's segments: where a restart begins, how far they belong together, where they do not. */

import { type Crc32, compareEpochs } from '../../feed/index.ts';
import {
  findCheckpoints,
  type SkippedCheckpoint,
  type UsableCheckpoint,
  usableCheckpoint,
} from './checkpoint-choice.ts';
import type { FoundCheckpoint } from './checkpoint-file.ts';
import {
  FIRST_RECORD,
  FORMAT_VERSION,
  type FoundMark,
  type SegmentHeader,
  transactionOfName,
} from './format.ts';
import type { JournalFiles } from './journal-files.ts';
import { KEPT_SEGMENT_BYTES, MAX_SEGMENT_BYTES } from './limits.ts';
import { RecordPlayer, type RecordTarget } from './record-player.ts';
import { type SegmentScan, scanSegment } from './segment-scan.ts';

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
  /** What stands in for all that was before it; undefined: everything begins with transaction 1. */
  readonly checkpoint: UsableCheckpoint | undefined;
  /** Newer ones that could not be used. */
  readonly skipped: readonly SkippedCheckpoint[];
  /** From the one that the checkpoint is of; those that count, also the one damaged behind its `end`. */
  readonly segments: readonly HistorySegment[];
  /** All segments there are, in order. */
  readonly names: readonly string[];
  /** Of the last segment: left by a write that was cut short, and never answered. */
  readonly tornBytes: number;
  readonly damage: HistoryDamage | undefined;
  /** A segment's bytes: read once already, as long as there is room to keep them. */
  readonly read: (name: string) => Uint8Array;
  /** A segment that only another engine could do again, without a checkpoint behind it. */
  readonly foreign: string | undefined;
}

/** What a reader can do, and wants. */
export interface HistoryReader {
  /** True for segments and checkpoints of an engine that does the same; default: all of them. */
  readonly isOwn?: (from: Pick<SegmentHeader, 'matcher' | 'configuration'>) => boolean;
  /** Records of the stream that are to be done again at least, where there are so many. */
  readonly restartRecords?: number;
  /** True: from as far back as can be, whatever checkpoints there are. */
  readonly wantsAll?: boolean;
}

/** Throws what the file system says. */
export function readHistory(
  files: JournalFiles,
  crc32: Crc32,
  reader: HistoryReader = {},
): History {
  return new HistoryRead(files, crc32, reader).read();
}

/** As far as `isOwn` and the format version say. */
export function isForeign(header: SegmentHeader, { isOwn }: HistoryReader): boolean {
  return header.version !== FORMAT_VERSION || isOwn?.(header) === false;
}

/**
 * Looks from the newest segment back for a checkpoint to begin with, and reads no further back than
 * it must; then asks whether what lies in front of it belongs together.
 */
class HistoryRead {
  readonly #files: JournalFiles;
  readonly #crc32: Crc32;
  readonly #reader: HistoryReader;
  readonly #names: readonly string[];
  readonly #checkpoints: readonly (FoundCheckpoint & { readonly name: string })[];
  readonly #skipped: SkippedCheckpoint[];
  readonly #scans = new Map<number, SegmentScan | 'TOO_LONG'>();
  readonly #kept: KeptBytes;
  #foreign: string | undefined;
  /** The oldest checkpoint found that can be used. */
  #oldest: { readonly checkpoint: UsableCheckpoint; readonly index: number } | undefined;

  constructor(files: JournalFiles, crc32: Crc32, reader: HistoryReader) {
    this.#files = files;
    this.#crc32 = crc32;
    this.#reader = reader;
    this.#kept = new KeptBytes(files);
    const all = files.list();
    this.#names = all.filter((name) => transactionOfName(name) !== undefined).sort();
    const { found, skipped } = findCheckpoints(files, all, crc32);
    this.#checkpoints = found;
    this.#skipped = skipped;
  }

  read(): History {
    let { checkpoint, index } = this.#start();
    const isForeign = this.#foreign !== undefined;
    let facts = this.#belongTogether(index, isForeign || checkpoint !== undefined);
    if (checkpoint === undefined && facts.damage !== undefined && this.#oldest !== undefined) {
      // The damage may lie where nothing is needed.
      ({ checkpoint, index } = this.#oldest);
      facts = this.#belongTogether(index, true);
    }
    return {
      checkpoint,
      skipped: this.#skipped,
      names: this.#names,
      foreign: this.#foreign,
      read: (name) => this.#kept.read(name),
      ...facts,
    };
  }

  /** Where to begin: a checkpoint and the segment that it is of, or the first segment. */
  #start(): { readonly checkpoint: UsableCheckpoint | undefined; readonly index: number } {
    const { restartRecords = 0, wantsAll = false } = this.#reader;
    let endSequence: number | undefined;
    for (let index = this.#names.length - 1; index >= 0; index -= 1) {
      const scan = this.#scan(index);
      if (scan === 'TOO_LONG' || scan.header === undefined || scan.damage !== undefined) {
        // What lies behind a good checkpoint is not needed, whatever has become of it.
        if (this.#oldest !== undefined) return this.#oldest;
        if (scan === 'TOO_LONG' || scan.header === undefined) continue;
      }
      if (scan.records > 0) endSequence ??= scan.nextSequence;
      const isOther = isForeign(scan.header, this.#reader);
      if (isOther && this.#oldest !== undefined) return this.#oldest;
      for (const found of this.#ofSegment(index)) {
        if (isOther && found.offset !== scan.end) continue;
        const checkpoint = usableCheckpoint(this.#files, found, scan, this.#crc32, this.#skipped);
        if (checkpoint === undefined) continue;
        this.#oldest = { checkpoint, index };
        // The last record's own are not counted: it says where it began.
        const isFar = Math.max(0, (endSequence ?? 0) - found.nextSequence) >= restartRecords;
        if ((isFar && !wantsAll) || isOther) return this.#oldest;
      }
      // A segment of another engine without transactions makes room for one of this engine.
      if (isOther && scan.transaction >= scan.header.firstTransaction) {
        this.#foreign = this.#names[index];
        return { checkpoint: undefined, index };
      }
    }
    const isWhole = transactionOfName(this.#names[0] ?? '') === 1;
    const none = { checkpoint: undefined, index: 0 };
    return isWhole ? none : (this.#oldest ?? none);
  }

  /** Newest first. */
  #ofSegment(index: number): readonly (FoundCheckpoint & { readonly name: string })[] {
    const first = transactionOfName(this.#names[index] as string);
    return this.#checkpoints.filter(({ segment }) => segment === first);
  }

  #scan(index: number): SegmentScan | 'TOO_LONG' {
    const known = this.#scans.get(index);
    if (known !== undefined) return known;
    const bytes = this.#kept.read(this.#names[index] as string);
    const places = new Set(this.#ofSegment(index).map(({ offset }) => offset));
    const isTooLong = bytes.length > MAX_SEGMENT_BYTES;
    const scan = isTooLong ? 'TOO_LONG' : scanSegment(bytes, this.#crc32, places);
    this.#scans.set(index, scan);
    return scan;
  }

  #belongTogether(
    from: number,
    hasCheckpoint: boolean,
  ): Pick<History, 'segments' | 'tornBytes' | 'damage'> {
    const names = this.#names;
    const segments: HistorySegment[] = [];
    const damaged = (segment: string, at: number, what: string) => ({
      segments,
      tornBytes: 0,
      damage: { segment, at, what },
    });
    let tornBytes = 0;
    for (let index = from; index < names.length; index += 1) {
      const name = names[index] as string;
      const isLast = index === names.length - 1;
      const found = this.#scan(index);
      if (found === 'TOO_LONG') {
        return damaged(name, MAX_SEGMENT_BYTES, 'It is longer than any segment.');
      }
      const { header, mark, damage, ...scan } = found;
      if (header === undefined) return damaged(name, 0, damage?.what ?? '');
      const isFirst = segments.length === 0 && hasCheckpoint;
      const gap = isFirst ? undefined : whatDoesNotFollow(segments.at(-1), header, name);
      if (gap !== undefined) return damaged(name, 0, gap);
      const { end, chain, transaction, records } = scan;
      const isClosed = mark?.isClosed === true;
      segments.push({ name, header, end, chain, transaction, records, mark });
      if (damage !== undefined) return damaged(name, damage.at, damage.what);
      tornBytes = scan.tornBytes;
      if (tornBytes > 0 && (!isLast || isClosed)) {
        return damaged(name, end, 'It ends in the middle of a record.');
      }
      if (isLast && isClosed) {
        return damaged(name, end, 'Another segment followed, and is missing.');
      }
    }
    return { segments, tornBytes, damage: undefined };
  }
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

/** Does everything again that counts and that the checkpoint does not stand for. */
export function playHistory(
  { checkpoint, segments, read }: Pick<History, 'checkpoint' | 'segments' | 'read'>,
  target: RecordTarget,
): void {
  const player = new RecordPlayer(target);
  for (const [index, { name, end }] of segments.entries()) {
    const from = index === 0 ? (checkpoint?.offset ?? FIRST_RECORD) : FIRST_RECORD;
    if (from < end) player.play(read(name), from, end);
  }
}

/** Reads the files of a journal, which nobody writes meanwhile, and keeps the first of what it read. */
class KeptBytes {
  readonly #files: JournalFiles;
  readonly #kept = new Map<string, Uint8Array>();
  #room = KEPT_SEGMENT_BYTES;

  constructor(files: JournalFiles) {
    this.#files = files;
  }

  read(name: string): Uint8Array {
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const bytes = this.#files.read(name);
    if (bytes.length <= this.#room) {
      this.#room -= bytes.length;
      this.#kept.set(name, bytes);
    }
    return bytes;
  }
}
