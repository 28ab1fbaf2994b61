/** Does again what an engine's journal says is committed, while it is being written. */

import type { Crc32 } from '../../feed/index.ts';
import { UserError } from '../../feed/process/index.ts';
import { STATE_VERSION, StateWriter } from '../state.ts';
import { checkpointName, encodeCheckpoint } from './checkpoint-file.ts';
import { isSame } from './epoch-verdict.ts';
import {
  decodeHeader,
  decodeMarks,
  FIRST_RECORD,
  headerChain,
  RECORD_HEAD_BYTES,
  RecordOffset,
  recordLength,
  type SegmentHeader,
  segmentName,
} from './format.ts';
import { type HistoryReader, playHistory, readHistory } from './history.ts';
import type { JournalFiles } from './journal-files.ts';
import { MAX_RECORD_BYTES } from './limits.ts';
import { type PrivateRun, privateRun } from './private-run.ts';
import { RecordPlayer } from './record-player.ts';
import { replayTarget } from './replay.ts';
import { writeWhole } from './segment-file.ts';
import { saveWhole } from './whole-state.ts';

/** Read at a time: any record fits. */
const READ_BYTES = MAX_RECORD_BYTES;

export interface FollowerOptions {
  readonly files: JournalFiles;
  readonly crc32: Crc32;
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
  readonly matcher: Uint8Array;
  readonly configuration: Uint8Array;
}

/** The segment that is being read, and how far. */
interface Place {
  /** As in the segment's name. */
  readonly first: number;
  readonly header: SegmentHeader;
  /** The chain value before the first record: another one, another segment. */
  readonly seed: number;
  offset: number;
  chain: number;
}

export interface TakenCheckpoint {
  readonly name: string;
  readonly transaction: number;
  readonly bytes: number;
}

/**
 * It has an engine of its own, and touches nothing of the one that it follows: it reads what stands
 * before the commit mark, which is done or about to be. Where it would have to guess it throws.
 */
export class JournalFollower {
  /** Commands done and bytes read since the last checkpoint. */
  commands = 0;
  bytes = 0;
  readonly #options: FollowerOptions;
  readonly #run: PrivateRun;
  readonly #player: RecordPlayer;
  readonly #writer = new StateWriter();
  #place: Place;
  /** The end of the segment before, when that was read too. */
  #former: Place | undefined;

  /** Begins with the newest checkpoint. Throws `UserError` for a journal that cannot be followed. */
  constructor(options: FollowerOptions) {
    this.#options = options;
    const { files, crc32 } = options;
    const { checkpoint, names, foreign, damage } = readHistory(files, crc32, this.#reader());
    if (foreign !== undefined) this.#lost(`${foreign} was written by another version.`);
    if (names.length === 0) this.#lost('There is no journal yet.');
    // What is damaged behind the beginning is met in its place.
    if (checkpoint === undefined && damage?.segment === names[0]) this.#lost(damage?.what ?? '');
    this.#run = privateRun(crc32, { checkpoint });
    this.#player = new RecordPlayer(replayTarget(this.#run, () => 0));
    const { segment = 1, offset, chain } = checkpoint ?? {};
    const place = this.#open(segment) ?? this.#lost(`${segmentName(segment)} is missing.`);
    this.#place = offset === undefined ? place : { ...place, offset, chain: chain ?? 0 };
  }

  get transaction(): number {
    return this.#run.engine.sequencer.transaction;
  }

  /** Of the L2 stream. */
  get nextSequence(): number {
    return this.#run.engine.nextSequence;
  }

  /** Does some of what is committed; false when nothing is left to be done now. */
  step(): boolean {
    const place = this.#place;
    const head = this.#read(0, FIRST_RECORD);
    if (headerChain(head) !== place.seed) return this.#begunAnew();
    const mark = decodeMarks(head, this.#options.crc32);
    // Neither can be read while one of them is damaged and the other is being written.
    if (mark === undefined) return false;
    if (mark.end < place.offset) this.#lost(`${segmentName(place.first)} has become shorter.`);
    if (mark.end > place.offset) {
      this.#play(this.#read(place.offset, Math.min(READ_BYTES, mark.end - place.offset)));
      return true;
    }
    if (mark.chain !== place.chain) this.#lost(`${segmentName(place.first)} is another file.`);
    return mark.isClosed && this.#next();
  }

  /** Writes the state where it stands; undefined when there was no transaction so far. */
  takeCheckpoint(): TakenCheckpoint | undefined {
    const { crc32, now, matcher, configuration } = this.#options;
    const { transaction } = this;
    // A segment without transactions is written anew by the next restart: a place in it means
    // nothing then.
    const isBegun = transaction >= this.#place.first;
    const place = isBegun ? this.#place : this.#former;
    if (place === undefined) return undefined;
    const hasMore = !isBegun && this.#place.offset > FIRST_RECORD;
    const run = hasMore ? this.#runBefore(this.#place.first) : this.#run;
    const { first, header, offset, chain } = place;
    const state = saveWhole(run, this.#writer);
    const bytes = encodeCheckpoint(
      {
        stateVersion: STATE_VERSION,
        matcher,
        configuration,
        epoch: header.epoch,
        previousEpoch: header.previousEpoch,
        previousLastSequence: header.previousLastSequence,
        previousLastOrderSequence: header.previousLastOrderSequence,
        transaction,
        segment: first,
        offset,
        chain,
        nextSequence: this.nextSequence,
        created: now(),
      },
      state,
      crc32,
    );
    const name = checkpointName(transaction);
    writeDurably(this.#options.files, name, bytes);
    this.commands = 0;
    this.bytes = 0;
    return { name, transaction, bytes: bytes.length };
  }

  /** One that has not met the clients that a segment without transactions names. */
  #runBefore(first: number): PrivateRun {
    const { files, crc32 } = this.#options;
    const history = readHistory(files, crc32, this.#reader());
    const run = privateRun(crc32, { checkpoint: history.checkpoint });
    const segments = history.segments.filter(({ header }) => header.firstTransaction < first);
    const target = replayTarget(run, () => 0);
    playHistory({ ...history, segments }, target);
    return run;
  }

  #reader(): HistoryReader {
    const { matcher, configuration } = this.#options;
    return {
      isOwn: (from) => isSame(from.matcher, matcher) && isSame(from.configuration, configuration),
    };
  }

  #play(bytes: Uint8Array): void {
    const { crc32 } = this.#options;
    const place = this.#place;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = 0;
    while (bytes.length - end >= RECORD_HEAD_BYTES) {
      const next = end + recordLength(view, end);
      if (next > bytes.length) break;
      const crc =
        next > end + RECORD_HEAD_BYTES
          ? crc32(bytes.subarray(end + RecordOffset.Commands, next), place.chain)
          : undefined;
      if (crc !== view.getUint32(end + RecordOffset.Crc, true)) {
        this.#lost(`${segmentName(place.first)} is damaged at byte ${place.offset + end}.`);
      }
      place.chain = crc;
      end = next;
    }
    if (end === 0) this.#lost(`${segmentName(place.first)}: no record at byte ${place.offset}.`);
    const before = this.transaction;
    this.#player.play(bytes, 0, end);
    place.offset += end;
    this.bytes += end;
    this.commands += this.transaction - before;
  }

  #next(): boolean {
    const { chain } = this.#place;
    const next = this.#open(this.transaction + 1);
    if (next === undefined) return false;
    if (next.header.previousChain !== chain) {
      this.#lost(`${segmentName(next.first)} does not follow the one before.`);
    }
    const isOwn = this.#reader().isOwn?.(next.header) === true;
    if (!isOwn) this.#lost(`${segmentName(next.first)} was written by another version.`);
    this.#former = this.#place;
    this.#place = next;
    return true;
  }

  /** An engine that has come back has written it anew: nothing but clients was in it. */
  #begunAnew(): boolean {
    const { first } = this.#place;
    const place = this.transaction < first ? this.#open(first) : undefined;
    if (place === undefined) return this.#lost(`${segmentName(first)} is another file.`);
    this.#place = place;
    return true;
  }

  #open(first: number): Place | undefined {
    const { files, crc32 } = this.#options;
    const name = segmentName(first);
    if (files.inodeOf(name) === undefined) return undefined;
    const head = files.readPart(name, 0, FIRST_RECORD);
    const seed = headerChain(head);
    const header = decodeHeader(head, crc32);
    return { first, header, seed, offset: FIRST_RECORD, chain: seed };
  }

  #read(from: number, length: number): Uint8Array {
    return this.#options.files.readPart(segmentName(this.#place.first), from, length);
  }

  #lost(what: string): never {
    const { directory } = this.#options.files;
    throw new UserError('JOURNAL_NOT_FOLLOWED', `${directory} cannot be followed. ${what}`);
  }
}

/** All of the file is on the disk before it has its name, and then its name is. */
function writeDurably(files: JournalFiles, name: string, bytes: Uint8Array): void {
  const unborn = `${name}.new`;
  const file = files.create(unborn);
  try {
    writeWhole(file, bytes, 0);
    file.sync();
  } finally {
    file.close();
  }
  files.rename(unborn, name);
  files.syncDirectory();
}
