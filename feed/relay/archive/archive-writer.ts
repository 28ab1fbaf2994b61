/** Keeps one stream on disk: segments that roll, the oldest of which make room. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Epoch } from '../../market.ts';
import { type Nanos, nanos, type WallClock } from '../../nanos.ts';
import { SnapshotEncoder, type SnapshotProvider } from '../../sync/snapshot-encoder.ts';
import type { Crc32 } from '../../wire/packet.ts';
import { type StreamLevel, shardTopic } from '../../wire/topic.ts';
import { listSegments } from './archive-reader.ts';
import { segmentName, streamFolder } from './format.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface ArchiveLimits {
  /** A new segment, and with it a keyframe, begins after so many records or bytes. */
  readonly segmentRecords: number;
  readonly segmentBytes: number;
  /** The oldest segments of the stream go when all together are larger or older; `Infinity` keeps them. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface ArchiveLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ArchiveWriterOptions {
  readonly directory: string;
  readonly level: StreamLevel;
  readonly shard?: number;
  /** The books, as of everything accepted: for keyframes. */
  readonly books: SnapshotProvider;
  readonly limits: ArchiveLimits;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly log: ArchiveLog;
}

/**
 * A disk that is full, or gone, costs the archive a hole and the feed nothing: what cannot be
 * written is left out, `problem` says why, and `poll` begins a new segment as soon as that works.
 */
export class ArchiveWriter {
  /** Why nothing is written at the moment. */
  problem: string | undefined;
  readonly #options: ArchiveWriterOptions;
  readonly #encoder: SnapshotEncoder;
  readonly #now = nanos();
  #segment: SegmentWriter | undefined;
  #epoch: Epoch | undefined;

  constructor(options: ArchiveWriterOptions) {
    this.#options = options;
    const { level, shard = 0, crc32, wallClock } = options;
    this.#encoder = new SnapshotEncoder({ topic: shardTopic(level, shard), crc32, wallClock });
  }

  /** Sequence after the last record that is in a file; 0 before there is any. */
  get archivedSequence(): number {
    return this.#segment?.isFlushed === true ? this.#segment.nextSequence : this.#archived;
  }
  #archived = 0;

  /** Begins at the books' position: what is accepted next follows it. */
  begin(): void {
    this.end();
    const { books } = this.#options;
    this.#epoch = books.epoch;
    this.#try(() => this.#open(books.nextSequence));
  }

  /** Nothing that is accepted next follows what was: the segment ends here. */
  end(): void {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment !== undefined) this.#try(() => segment.finish(this.#time()), segment);
  }

  /** A packet of the stream, in order, whose records the books have. */
  accept(packet: Uint8Array, firstSequence: number, count: number): void {
    const segment = this.#segment;
    if (segment === undefined) {
      // The first record of all needs no keyframe: before it there was nothing.
      if (firstSequence !== 1 || this.problem !== undefined) return;
      this.#epoch = this.#options.books.epoch;
      this.#try(() => this.#openAt(1, []));
      if (this.#segment !== undefined) this.accept(packet, firstSequence, count);
      return;
    }
    const isWritten = this.#try(
      () => segment.packet(packet, firstSequence, count, this.#time()),
      segment,
    );
    if (isWritten) this.#roll(segment);
  }

  /** Writes what waits. Call it many times a second. */
  flush(): void {
    const segment = this.#segment;
    if (segment === undefined || segment.isFlushed) return;
    if (this.#try(() => segment.flush(), segment)) this.#archived = segment.nextSequence;
  }

  /** After a problem: tries again. Call it about once a second. */
  poll(): void {
    if (this.problem === undefined || !this.#options.books.isReady) return;
    this.begin();
    if (this.problem === undefined) this.#options.log.info({}, 'the archive is written again');
  }

  /** At a place between two transactions, where the books are those of the position. */
  #roll(segment: SegmentWriter): void {
    const { limits, books } = this.#options;
    const isLong = segment.records >= limits.segmentRecords || segment.bytes >= limits.segmentBytes;
    if (!isLong || books.nextSequence !== segment.nextSequence) return;
    // A book that is in doubt just now would be missing from the keyframe: a little later, then.
    const isLate = segment.records >= 2 * limits.segmentRecords;
    const ids = books.instrumentIds();
    if (!isLate && ids.some((id) => books.instrument(id) === undefined)) return;
    this.begin();
    this.#makeRoom();
  }

  #open(sequence: number): void {
    const { books } = this.#options;
    const ids = books.instrumentIds();
    const keyframe: Uint8Array[] = [];
    let next = 0;
    while (next < ids.length) next = this.#encoder.encode(books, ids, next, keyframe);
    this.#openAt(sequence, keyframe);
  }

  #openAt(firstSequence: number, keyframe: readonly Uint8Array[]): void {
    const { directory, level, shard = 0, crc32 } = this.#options;
    const epoch = this.#epoch;
    if (epoch === undefined) return;
    const folder = join(directory, streamFolder(level, epoch));
    mkdirSync(folder, { recursive: true });
    const begunAt = this.#time();
    const header = { level, shard, epoch, firstSequence, begunAt };
    const segment = new SegmentWriter(join(folder, segmentName(firstSequence)), header, crc32);
    try {
      for (const packet of keyframe) segment.keyframe(packet, begunAt);
      segment.flush();
    } catch (error) {
      segment.close();
      throw error;
    }
    this.#segment = segment;
    this.#archived = firstSequence;
    this.problem = undefined;
  }

  #makeRoom(): void {
    const { directory, level, crc32, limits, log } = this.#options;
    if (limits.maxBytes === Infinity && limits.maxAgeMs === Infinity) return;
    this.#try(() => {
      const segments = listSegments(directory, crc32).filter((one) => one.level === level);
      let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
      const nowMs = millisOf(this.#time());
      for (const segment of segments) {
        if (segment.path === this.#segment?.path) return;
        const isOld = nowMs - millisOf(segment.lastReceivedAt) > limits.maxAgeMs;
        if (bytes <= limits.maxBytes && !isOld) return;
        rmSync(segment.path);
        bytes -= segment.bytes;
        log.info({ path: segment.path }, 'the oldest segment of the archive makes room');
      }
    });
  }

  /** False, and said, when it could not be done; `segment` is then given up. */
  #try(work: () => void, segment?: SegmentWriter): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      if (this.problem === undefined) {
        const code = String(error.code);
        this.#options.log.error({ code }, `the archive has a hole from here: ${error.message}`);
      }
      this.problem = error.message;
      if (segment !== undefined) {
        if (this.#segment === segment) this.#segment = undefined;
        closeQuietly(segment);
      }
      return false;
    }
  }

  #time(): Nanos {
    this.#options.wallClock(this.#now);
    return { high: this.#now.high, low: this.#now.low };
  }
}

function closeQuietly(segment: SegmentWriter): void {
  try {
    segment.close();
  } catch {}
}

function millisOf({ high, low }: Nanos): number {
  return (high * 4_294_967_296 + low) / 1_000_000;
}
