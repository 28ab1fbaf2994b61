/** The journal of one engine: opened, read, played again, and then written. */

import { mkdirSync } from 'node:fs';
import {
  type Crc32,
  compareEpochs,
  type Epoch,
  formatEpoch,
  type MonotonicClock,
  type Nanos,
  NO_EPOCH,
  nanos,
  nanosToBigInt,
  type WallClock,
} from '../../feed/index.ts';
import { epochAfter } from '../new-epoch.ts';
import type { UsableCheckpoint } from './checkpoint-choice.ts';
import { JournalCommandLog } from './command-log.ts';
import { isSame, type NewEpochReason, reasonForNewEpoch, witnessAgainst } from './epoch-verdict.ts';
import { configurationFingerprint } from './fingerprint.ts';
import { Durability, FIRST_RECORD, FORMAT_VERSION, type SegmentHeader } from './format.ts';
import {
  type History,
  type HistoryReader,
  type HistorySegment,
  isForeign,
  playHistory,
  readHistory,
} from './history.ts';
import { type JournalFiles, NodeJournalFiles } from './journal-files.ts';
import { otherMatcher, refuseDamage, unusable } from './journal-problems.ts';
import { type JournalLog, JournalWriter } from './journal-writer.ts';
import { RESTART_RECORDS } from './limits.ts';
import { type JournalLock, lockJournal } from './lock.ts';
import { type EpochEnd, endOfJournal, type JournalEnd } from './private-run.ts';
import type { RecordTarget } from './record-player.ts';
import {
  closeFormer,
  isWrittenAnew,
  positionAfter,
  setAsideDamage,
  syncAll,
  trimTail,
} from './tidy.ts';
import type { Testimony } from './witness.ts';

export interface JournalOptions {
  readonly fsync: boolean;
  readonly segmentBytes: number;
  /** Whether a damaged journal may be used as far as it goes, in a new epoch. */
  readonly onDamage: 'refuse' | 'new-epoch';
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  /** 0 to 2^20 - 1. */
  readonly random: () => number;
  /** What the engine does; see fingerprint.ts. */
  readonly matcher: Uint8Array;
  /** Records that a restart does again at least, checkpoint or not; default: `RESTART_RECORDS`. */
  readonly restartRecords?: number | undefined;
  /** Of the machine's present run; see boot-id.ts. */
  readonly bootId: Uint8Array;
  /** What relays have of the stream; see witness.ts. */
  readonly testimonies?: readonly Testimony[];
  readonly log: JournalLog;
}

/** What the engine's stream begins with. */
export interface EpochBeginning {
  readonly epoch: Epoch;
  readonly previous: EpochEnd;
}

/** What the first epoch of all names. */
export const NO_EPOCH_BEFORE: EpochEnd = {
  epoch: NO_EPOCH,
  lastSequence: 0,
  lastOrderSequence: 0,
};

export class Journal {
  readonly beginning: EpochBeginning;
  /** Undefined: the epoch is kept. */
  readonly newEpochReason: NewEpochReason | undefined;
  /** Where the journal leads to; made when somebody has to know. */
  #knownEnd: JournalEnd | undefined;
  readonly #options: JournalOptions;
  readonly #files: JournalFiles;
  readonly #lock: JournalLock | undefined;
  #history: History;
  #writer: JournalWriter | undefined;

  /** Takes the lock and reads everything. Throws `UserError` for what the operator must decide. */
  static async open(directory: string, options: JournalOptions): Promise<Journal> {
    let lock: JournalLock | undefined;
    try {
      mkdirSync(directory, { recursive: true });
      lock = await lockJournal(directory);
      return new Journal(new NodeJournalFiles(directory), options, lock);
    } catch (error) {
      lock?.release();
      throw unusable(directory, error);
    }
  }

  /** As `open`, without a lock: for a directory that nobody else knows of. */
  static inDirectory(directory: string, options: JournalOptions): Journal {
    mkdirSync(directory, { recursive: true });
    return new Journal(new NodeJournalFiles(directory), options);
  }

  /** Of files that nobody else uses. */
  constructor(files: JournalFiles, options: JournalOptions, lock?: JournalLock) {
    this.#options = options;
    this.#files = files;
    this.#lock = lock;
    this.#history = readHistory(files, options.crc32, this.#reader());
    const { damage, segments, skipped } = this.#history;
    for (const { name, why } of skipped) {
      options.log.error({ checkpoint: name, why }, 'a checkpoint cannot be used: an older one is');
    }
    if (damage !== undefined && options.onDamage === 'refuse') refuseDamage(files, this.#history);
    this.#refuseOtherMatcher();
    const last = segments.at(-1);
    const reason = reasonForNewEpoch({
      last: last?.header,
      isDamaged: damage !== undefined,
      isForeign: last !== undefined && isForeign(last.header, this.#reader()),
      bootId: options.bootId,
      inode: last === undefined ? undefined : files.inodeOf(last.name),
      born: last === undefined ? undefined : files.bornOf(last.name),
    });
    this.newEpochReason = reason ?? this.#witnessAgainst(last);
    this.beginning = this.#beginning(last);
  }

  /** Transactions that `play` will do again. */
  get transactions(): number {
    return this.#history.segments.at(-1)?.transaction ?? 0;
  }

  /** What the engine is to load before `play`; undefined: it begins with nothing. */
  get checkpoint(): UsableCheckpoint | undefined {
    return this.#history.checkpoint;
  }

  /** Does again all that was done since the checkpoint; the target stands there. To be called once. */
  play(target: RecordTarget): void {
    this.#play(target);
    // What was read is not needed any more, and is large.
    const history = this.#history;
    const read = (name: string) => this.#files.read(name);
    const state = new Uint8Array(0);
    const checkpoint = history.checkpoint && { ...history.checkpoint, state };
    this.#history = { ...history, checkpoint, read };
  }

  #play(target: RecordTarget): void {
    playHistory(this.#history, target);
  }

  /** Cuts off what was never answered and goes on in a new segment. */
  begin(): JournalCommandLog {
    const { crc32, fsync, segmentBytes, nowMs, wallClock, log, bootId, matcher } = this.#options;
    const files = this.#files;
    const { damage } = this.#history;
    const { epoch, previous } = this.beginning;
    try {
      if (damage !== undefined) setAsideDamage(files, this.#history, crc32, formatEpoch(epoch));
      else trimTail(files, this.#history);
      if (fsync) syncAll(files, this.#history);
      const at = positionAfter(this.#history);
      this.#writer = new JournalWriter(
        {
          files,
          crc32,
          nowMs,
          now: () => nanosOf(wallClock),
          fsync,
          segmentBytes,
          log,
          header: {
            version: FORMAT_VERSION,
            durability: fsync ? Durability.Fsync : Durability.Write,
            matcher,
            configuration: configurationFingerprint(),
            bootId,
            epoch,
            previousEpoch: previous.epoch,
            previousLastSequence: previous.lastSequence,
            previousLastOrderSequence: previous.lastOrderSequence,
          },
        },
        { ...at, named: this.#clientsToKeep() },
      );
      closeFormer(files, this.#history, crc32, fsync);
      return new JournalCommandLog(this.#writer, crc32, at.nextTransaction - 1);
    } catch (error) {
      throw unusable(files.directory, error);
    }
  }

  /** The records of a segment that is about to be written anew: it holds clients only. */
  #clientsToKeep(): Uint8Array {
    const last = this.#history.segments.at(-1);
    if (last === undefined || !isWrittenAnew(last) || last.end === 0) return new Uint8Array(0);
    if (last.header.version !== FORMAT_VERSION) return new Uint8Array(0);
    return this.#history.read(last.name).slice(FIRST_RECORD, last.end);
  }

  close(): void {
    this.#writer?.close();
    this.#lock?.release();
  }

  /**
   * A new epoch's first record names the last position of the one before. Where that is only the
   * matcher knows, so everything is done once in private.
   */
  #beginning(last: HistorySegment | undefined): EpochBeginning {
    if (last === undefined) return { epoch: this.#newEpoch(NO_EPOCH), previous: NO_EPOCH_BEFORE };
    const { epoch } = last.header;
    if (this.newEpochReason === undefined) return { epoch, previous: previousOf(last.header) };
    const { lastSequence, lastOrderSequence } = this.#end();
    return {
      epoch: this.#newEpoch(epoch),
      previous: { epoch, lastSequence, lastOrderSequence },
    };
  }

  /** Later than this one, and than any that a witness knows. */
  #newEpoch(after: Epoch): Epoch {
    const { wallClock, random, testimonies = [] } = this.#options;
    const known = [after, ...testimonies.map(({ epoch }) => epoch)];
    const latest = known.reduce((a, b) => (compareEpochs(a, b) < 0 ? b : a));
    return epochAfter(latest, timeNow(wallClock), random());
  }

  #witnessAgainst(last: HistorySegment | undefined): NewEpochReason | undefined {
    const { testimonies = [], log } = this.#options;
    if (last === undefined || testimonies.length === 0) return undefined;
    const { lastSequence, records } = this.#end();
    const own = { epoch: last.header.epoch, nextSequence: lastSequence + 1, records };
    for (const testimony of testimonies) {
      const reason = witnessAgainst(own, testimony);
      if (reason === undefined) continue;
      const { endpoint, epoch, nextSequence } = testimony;
      const said = { witness: endpoint, epoch: formatEpoch(epoch), nextSequence, reason };
      log.error({ ...said, own: own.nextSequence }, 'a witness speaks against the journal');
      return reason;
    }
    return undefined;
  }

  #end(): JournalEnd {
    const { checkpoint } = this;
    const last = this.#history.segments.at(-1);
    const previous = last === undefined ? NO_EPOCH_BEFORE : previousOf(last.header);
    this.#knownEnd ??= endOfJournal(this.#options.crc32, { checkpoint, previous }, (target) =>
      this.#play(target),
    );
    return this.#knownEnd;
  }

  #reader(): HistoryReader {
    const configuration = configurationFingerprint();
    const { matcher, restartRecords = RESTART_RECORDS } = this.#options;
    return {
      isOwn: (from) => isSame(from.matcher, matcher) && isSame(from.configuration, configuration),
      restartRecords,
    };
  }

  /** Doing it again with another matcher might give other fills than those that were reported. */
  #refuseOtherMatcher(): void {
    const { foreign } = this.#history;
    if (foreign === undefined) return;
    throw otherMatcher(this.#files.directory, foreign);
  }
}

function previousOf(header: SegmentHeader): EpochEnd {
  const { previousEpoch: epoch, previousLastSequence: lastSequence } = header;
  return { epoch, lastSequence, lastOrderSequence: header.previousLastOrderSequence };
}

function timeNow(wallClock: WallClock): Nanos {
  const now = nanos();
  wallClock(now);
  return now;
}

function nanosOf(wallClock: WallClock): bigint {
  const { high, low } = timeNow(wallClock);
  return nanosToBigInt(high, low);
}
