/** Applies the records of whole transactions to the replica and tells the listener. */

import type { FeedListener, TransactionContext } from '../listener.ts';
import { type Epoch, NO_EPOCH } from '../market.ts';
import { type Nanos, nanos } from '../nanos.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { PacketHeader } from '../wire/packet.ts';
import type { RecordReader } from '../wire/record-reader.ts';
import { RECORD_BYTES, RecordFlag, RecordType } from '../wire/records.ts';
import type { FeedStats } from './feed-stats.ts';
import type { Replica } from './replica.ts';

/** Local, for an imported constant is read from memory at each use. */
const LAST = RecordFlag.Last << 16;
const LEVEL_WORDS = RECORD_BYTES[RecordType.Level] / 4;
const FIRST_ORDER_TYPE = RecordType.OrderAdded;
/** Type and length of a LEVEL record as this version writes it: the first two bytes. */
const LEVEL_HEAD = RecordType.Level | ((RECORD_BYTES[RecordType.Level] / 8) << 8);
const TRANSACTION_HEAD = RecordType.Transaction | ((RECORD_BYTES[RecordType.Transaction] / 8) << 8);
const TRANSACTION_WORDS = RECORD_BYTES[RecordType.Transaction] / 4;
const TWO_32 = 4_294_967_296;
/** Of the largest whole number there is, 2^53 - 1, the upper word. */
const LARGEST_HIGH = 0x1f_ffff;

/** The one object that every `transactionApplied` is given. */
class ReusedContext implements TransactionContext {
  transaction = 0;
  instrument = 0;
  epoch: Epoch = NO_EPOCH;
  readonly engineTime: Nanos = nanos();
  readonly publishTime: Nanos = nanos();
}

export interface TransactionApplierOptions {
  readonly replica: Replica;
  readonly listener: FeedListener;
  readonly stats: FeedStats;
  /** Of the packet that is being consumed. */
  readonly header: PacketHeader;
  /** A record that could not be read; its instrument is no longer trusted. */
  readonly badRecord: (error: DecodeError) => void;
  /** EPOCH_START: the last record of the epoch before that counts. */
  readonly epochStarted: (previous: Epoch, lastSequence: number) => void;
}

export class TransactionApplier {
  readonly #options: TransactionApplierOptions;
  readonly #context = new ReusedContext();
  #isOpen = false;

  constructor(options: TransactionApplierOptions) {
    this.#options = options;
  }

  /** When the engine sequenced the newest transaction; the object is reused. */
  get engineTime(): Readonly<Nanos> {
    return this.#context.engineTime;
  }

  /** Records up to the next TRANSACTION belong to one whose beginning is lost: they are passed over. */
  reset(epoch: Epoch): void {
    this.#isOpen = false;
    this.#context.epoch = epoch;
  }

  /**
   * Records `from` up to `until`, not included, of whole transactions, from the reader's cursor on.
   * Nearly all are plain levels or orders and the transactions around them, which are applied without
   * opening them one by one; whatever is unusual about a record leaves it to the slow path.
   */
  records(reader: RecordReader, from: number, until: number): void {
    const { words } = reader;
    let at = reader.cursor >> 2;
    let plain = 0;
    for (let sequence = from; sequence < until; sequence++) {
      const head = words[at] as number;
      const length = this.#applyPlain(words, at, head, sequence);
      if (length > 0) {
        at += length;
        plain += 1;
        if ((head & LAST) !== 0) this.#end();
      } else {
        reader.seek(at * 4);
        reader.next();
        this.#record(reader, sequence);
        at = reader.cursor >> 2;
      }
    }
    reader.seek(at * 4);
    this.#options.stats.records += plain;
  }

  /** The length in words of what was applied; 0: nothing was. */
  #applyPlain(words: Int32Array, at: number, head: number, sequence: number): number {
    const { replica } = this.#options;
    const opening = head & 0xffff;
    if (opening === LEVEL_HEAD) {
      return this.#isOpen && replica.applyPlainLevel(words, at, sequence) ? LEVEL_WORDS : 0;
    }
    if (opening === TRANSACTION_HEAD) return this.#begin(words, at) ? TRANSACTION_WORDS : 0;
    if (!this.#isOpen || (head & 0xff) < FIRST_ORDER_TYPE) return 0;
    return replica.applyPlainOrder(words, at, sequence);
  }

  /** Opens the transaction whose record lies at word `at`; false when its number cannot be. */
  #begin(words: Int32Array, at: number): boolean {
    const high = words[at + 3] as number;
    if (high < 0 || high > LARGEST_HIGH) return false;
    const transaction = high * TWO_32 + ((words[at + 2] as number) >>> 0);
    const context = this.#context;
    context.transaction = transaction;
    context.instrument = (words[at + 1] as number) >>> 0;
    context.engineTime.high = (words[at + 5] as number) >>> 0;
    context.engineTime.low = (words[at + 4] as number) >>> 0;
    this.#options.replica.transaction = transaction;
    this.#isOpen = true;
    return true;
  }

  #record(reader: RecordReader, sequence: number): void {
    try {
      this.#apply(reader, sequence);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#options.badRecord(error);
      const instrument = this.#options.replica.instruments.get(reader.instrument);
      if (instrument !== undefined) this.#options.replica.distrust(instrument, 'MISSED_RECORDS');
    }
    if (reader.isLast) this.#end();
  }

  #apply(reader: RecordReader, sequence: number): void {
    const { replica, stats } = this.#options;
    if (reader.type === RecordType.Transaction) {
      const context = this.#context;
      context.transaction = reader.transaction;
      context.instrument = reader.instrument;
      context.engineTime.high = reader.timeHigh;
      context.engineTime.low = reader.timeLow;
      replica.transaction = context.transaction;
      this.#isOpen = true;
    } else if (reader.type === RecordType.EpochStart) {
      const { previousEpochSeconds: seconds, previousEpochRandom: random } = reader;
      this.#options.epochStarted({ seconds, random }, reader.previousLastSequence);
    } else if (this.#isOpen) {
      replica.apply(reader, sequence);
    }
    stats.records += 1;
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { listener, header, stats } = this.#options;
    stats.transactions += 1;
    this.#context.publishTime.high = header.publishTime.high;
    this.#context.publishTime.low = header.publishTime.low;
    listener.transactionApplied?.(this.#context);
  }
}
