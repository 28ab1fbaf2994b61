/** Writes batches to the newest segment, begins the next one when it is full, and tries again. */

import type { Crc32, MonotonicClock } from '../../feed/index.ts';
import type { SegmentHeader } from './format.ts';
import type { JournalFiles } from './journal-files.ts';
import { PATH_CHECK_MS } from './limits.ts';
import type { SealedBatch } from './record-batch.ts';
import { JournalLost, SegmentFile } from './segment-file.ts';

/** As much of a logger as is needed; pino's fits. */
export interface JournalLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What all segments of one run have in common. */
export type RunHeader = Omit<
  SegmentHeader,
  'inode' | 'born' | 'firstTransaction' | 'previousChain' | 'created'
>;

export interface JournalWriterOptions {
  readonly files: JournalFiles;
  readonly crc32: Crc32;
  readonly nowMs: MonotonicClock;
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
  readonly fsync: boolean;
  readonly segmentBytes: number;
  readonly header: RunHeader;
  readonly log: JournalLog;
}

/** Where the journal stands; the first segment of a run goes on from here. */
export interface JournalPosition {
  readonly chain: number;
  readonly nextTransaction: number;
}

/** Records of clients that a new segment begins with, because it takes the place of theirs. */
export interface RunStart extends JournalPosition {
  readonly named: Uint8Array;
}

export class JournalWriter {
  readonly #options: JournalWriterOptions;
  #segment: SegmentFile;
  /** Of the segment. */
  #first: number;
  #checkedMs: number;
  #isUnavailable = false;

  /** Begins a segment: throws what the file system says. */
  constructor(options: JournalWriterOptions, from: RunStart) {
    this.#options = options;
    this.#checkedMs = options.nowMs();
    this.#first = from.nextTransaction;
    this.#segment = this.#begin(from.nextTransaction, from.chain, from.named);
  }

  /** Chain value that the next batch is sealed with. */
  get chain(): number {
    return this.#segment.chain;
  }

  /**
   * Looks after the path and begins a new segment when this one is full; false while that fails.
   * The batch is sealed afterwards, for its chain goes on from the segment that it is written to.
   */
  prepare(nextTransaction: number): boolean {
    return this.#attempt(() => {
      this.#checkPath();
      // One that names clients only would be followed by another one of its own name.
      const { length, transaction } = this.#segment;
      if (length < this.#options.segmentBytes || transaction < this.#first) return;
      const full = this.#segment;
      this.#segment = this.#begin(nextTransaction, full.chain);
      this.#first = nextTransaction;
      full.close();
    });
  }

  /** False: nothing of it is in the journal. Throws `JournalLost` when that is not certain. */
  append(batch: SealedBatch, lastTransaction: number): boolean {
    const isWritten = this.#attempt(() => this.#segment.append(batch, lastTransaction));
    if (isWritten) this.#recovered();
    return isWritten;
  }

  close(): void {
    this.#segment.release();
  }

  #begin(firstTransaction: number, previousChain: number, named?: Uint8Array): SegmentFile {
    const { files, crc32, fsync, header, now } = this.#options;
    return SegmentFile.create(
      { ...header, firstTransaction, previousChain, created: now() },
      { files, crc32, fsync },
      named,
    );
  }

  /** A file that was removed or moved away can be written for ever, and nobody will read it. */
  #checkPath(): void {
    const { files, nowMs } = this.#options;
    const now = nowMs();
    if (!this.#isUnavailable && now - this.#checkedMs < PATH_CHECK_MS) return;
    this.#checkedMs = now;
    const { name, inode } = this.#segment;
    if (files.inodeOf(name) === inode) return;
    throw new Error(`${name} is no longer in its directory`);
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (error instanceof JournalLost) throw error;
      this.#failed(error);
      return false;
    }
  }

  #failed(error: unknown): void {
    if (this.#isUnavailable) return;
    this.#isUnavailable = true;
    const { directory } = this.#options.files;
    const what = 'the journal cannot be written: orders are refused until it can';
    this.#options.log.error({ directory, err: error }, what);
  }

  #recovered(): void {
    if (!this.#isUnavailable) return;
    this.#isUnavailable = false;
    const { directory } = this.#options.files;
    this.#options.log.info({ directory }, 'the journal is written again');
  }
}
