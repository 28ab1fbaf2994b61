/** Writes the records of one stream: opens and closes transactions, numbers, proves by hashes. */

import {
  type Aggressor,
  BOOK_HASH_INTERVAL_NS,
  type BookHash,
  type Epoch,
  MAX_TRANSACTION_RECORDS,
  NO_EPOCH,
  nanos,
  nanosBetween,
  RECORD_BYTES,
  RecordType,
  type RecordWriter,
  Side,
  type StreamWriter,
} from '../feed/index.ts';
import { InstrumentStream } from './instrument-stream.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { Reason } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** Local, for an imported constant is read from memory at each use. */
const TRANSACTION_BYTES = RECORD_BYTES[RecordType.Transaction];
const LEVEL_BYTES = RECORD_BYTES[RecordType.Level];
const TRADE_BYTES = RECORD_BYTES[RecordType.Trade];
const ADDED_BYTES = RECORD_BYTES[RecordType.OrderAdded];
const EXECUTED_BYTES = RECORD_BYTES[RecordType.OrderExecuted];
const REDUCED_BYTES = RECORD_BYTES[RecordType.OrderReduced];
const REMOVED_BYTES = RECORD_BYTES[RecordType.OrderRemoved];
const HASH_INTERVAL_NS = BOOK_HASH_INTERVAL_NS;

/** How a stream's books are proved. */
export interface StreamProof {
  /** Four letters, before the recorder's state. */
  readonly part: string;
  /** The hash of what the stream shows of the instrument's book, from the book itself. */
  hashOf(instrument: ListedInstrument): BookHash;
  /** At least so long after one hash record comes the next: taking it costs what the book is large. */
  hashIntervalNs(instrument: ListedInstrument): number;
  /**
   * Heartbeats leave out an instrument that has moved since the last time round: its records prove
   * it, and walking a large book that is busy would cost more than it says.
   */
  readonly omitsBusy: boolean;
}

/**
 * Between `begin` and `end` it collects one command's records. The transaction is opened by the
 * first of them, so a command that changes nothing visible leaves no trace, unless it is to be
 * published always.
 */
export class StreamRecorder {
  /** Over all hash records that were written: equal wherever the same was done. */
  readonly lanes = { a: 0, b: 0 };
  readonly #stream: StreamWriter;
  readonly #records: RecordWriter;
  readonly #proof: StreamProof;
  readonly #maxRecords: number;
  /** By instrument id; ids start at 1. */
  readonly #instruments: (InstrumentStream | undefined)[] = [undefined];
  /** Touched by the transaction under way; those behind the count are of earlier ones. */
  readonly #touched: InstrumentStream[] = [];
  #touchedCount = 0;
  #transaction = 0;
  /** Id of the only instrument that the transaction concerns; 0 = several or none. */
  #concerned = 0;
  #timeHigh = 0;
  #timeLow = 0;
  /** Records of the transaction so far, its TRANSACTION record included; 0 = not opened. */
  #count = 0;

  constructor(
    stream: StreamWriter,
    proof: StreamProof,
    maxRecords: number = MAX_TRANSACTION_RECORDS,
  ) {
    this.#stream = stream;
    this.#records = stream.records;
    this.#proof = proof;
    this.#maxRecords = maxRecords;
  }

  /** The first record of an epoch: where the one before ended, as far as it counts. */
  startEpoch(previous: Epoch = NO_EPOCH, lastSequence = 0): void {
    this.#stream.reserve(RECORD_BYTES[RecordType.EpochStart]);
    this.#records.epochStart(previous.seconds, previous.random, lastSequence);
    // It is whole by itself; else nobody could catch up with an epoch before its first transaction.
    this.#records.endTransaction();
  }

  begin(transaction: number, timeHigh: number, timeLow: number, concerned: number): void {
    this.#transaction = transaction;
    this.#concerned = concerned;
    this.#timeHigh = timeHigh;
    this.#timeLow = timeLow;
    this.#count = 0;
  }

  /** Adds the hash records that are due and closes the transaction. */
  end(): void {
    for (let i = 0; i < this.#touchedCount; i += 1) {
      const stream = this.#touched[i] as InstrumentStream;
      stream.isTouched = false;
      if (this.#isHashDue(stream)) this.#writeHash(stream);
    }
    // The array keeps its length: to set it is a call of the runtime.
    this.#touchedCount = 0;
    if (this.#count > 0) this.#records.endTransaction();
  }

  publish(): void {
    if (this.#count === 0) this.#open();
  }

  listed(instrument: ListedInstrument): void {
    this.#instruments[instrument.id] ??= new InstrumentStream(instrument);
    // The command could not name what did not exist.
    if (this.#count === 0) this.#concerned = instrument.id;
    const sequence = this.#next(this.#streamOf(instrument), RECORD_BYTES[RecordType.Instrument]);
    const { id, status, bookKind, lowestPrice, highestPrice } = instrument;
    const { tickSize, lotSize, symbol } = instrument;
    this.#records.instrument(
      id,
      sequence,
      status,
      bookKind,
      lowestPrice,
      highestPrice,
      tickSize,
      lotSize,
      symbol,
    );
  }

  statusChanged(instrument: ListedInstrument, reason: Reason): void {
    const sequence = this.#next(this.#streamOf(instrument), RECORD_BYTES[RecordType.Status]);
    this.#records.status(instrument.id, sequence, instrument.status, reason);
  }

  indicative(
    instrument: ListedInstrument,
    price: number,
    volume: number,
    imbalance: number,
    side: Side,
  ): void {
    const sequence = this.#next(this.#streamOf(instrument), RECORD_BYTES[RecordType.Indicative]);
    this.#records.indicative(instrument.id, sequence, side, price, volume, imbalance);
  }

  tradeBusted(instrument: ListedInstrument, tradeId: number): void {
    const sequence = this.#next(this.#streamOf(instrument), RECORD_BYTES[RecordType.TradeBusted]);
    this.#records.tradeBusted(instrument.id, sequence, tradeId);
  }

  tradeCorrected(
    instrument: ListedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    const stream = this.#streamOf(instrument);
    const sequence = this.#next(stream, RECORD_BYTES[RecordType.TradeCorrected]);
    this.#records.tradeCorrected(instrument.id, sequence, price, quantity, tradeId);
  }

  cleared(instrument: ListedInstrument): void {
    const stream = this.#streamOf(instrument);
    const sequence = this.#next(stream, RECORD_BYTES[RecordType.BookClear]);
    this.#records.bookClear(instrument.id, sequence);
    this.#touch(stream);
  }

  /** Where each instrument's stream stands; there is one for each instrument of the market. */
  saveState(writer: StateWriter): void {
    writer.part(this.#proof.part, () => {
      writer.u64(this.lanes.a >>> 0, this.lanes.b >>> 0);
      writer.count(this.#instruments.length - 1);
      for (const stream of this.#instruments) stream?.saveState(writer);
      writer.int(this.#stream.nextSequence);
    });
  }

  /** `instruments` are those of the market, which has been loaded before. */
  loadState(reader: StateReader, instruments: readonly ListedInstrument[]): void {
    reader.part(this.#proof.part, () => {
      const lanes = nanos();
      reader.u64(lanes);
      this.lanes.a = lanes.high | 0;
      this.lanes.b = lanes.low | 0;
      const count = reader.count(instruments.length, 1);
      if (count !== instruments.length) reader.refuse(`${instruments.length} were to come.`);
      for (const instrument of instruments) {
        const stream = new InstrumentStream(instrument);
        stream.loadState(reader);
        this.#instruments[instrument.id] = stream;
      }
      this.#stream.continueAt(reader.int(1));
    });
  }

  /** The instrument's own sequence: of its last record. */
  sequenceOf(id: number): number {
    return this.#instruments[id]?.sequence ?? 0;
  }

  /** The last transaction that wrote a record of the instrument. */
  transactionOf(id: number): number {
    return this.#instruments[id]?.transaction ?? 0;
  }

  /** For heartbeats, between two transactions. */
  writePosition(records: RecordWriter, id: number): void {
    const stream = this.#instruments[id];
    if (stream === undefined) return;
    const isQuiet = stream.sequence === stream.sequenceAtHeartbeat;
    stream.sequenceAtHeartbeat = stream.sequence;
    if (this.#proof.omitsBusy && !isQuiet) return;
    const { laneA, laneB } = this.#proof.hashOf(stream.instrument);
    records.instrumentPosition(id, stream.sequence, laneA, laneB, stream.transaction);
  }

  #streamOf(instrument: ListedInstrument): InstrumentStream {
    const stream = this.#instruments[instrument.id];
    if (stream === undefined) throw new Error(`Recorder: ${instrument.symbol} is not listed`);
    return stream;
  }

  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    const stream = this.#streamOf(instrument);
    const sequence = this.#next(stream, LEVEL_BYTES);
    this.#records.level(instrument.id, sequence, side, price, quantity, orderCount);
    this.#touch(stream);
  }

  traded(
    instrument: ListedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const sequence = this.#next(this.#streamOf(instrument), TRADE_BYTES);
    this.#records.trade(instrument.id, sequence, aggressor, 0, price, quantity, tradeId);
  }

  added(
    instrument: ListedInstrument,
    orderId: number,
    side: Side,
    price: number,
    shown: number,
  ): void {
    const stream = this.#streamOf(instrument);
    const sequence = this.#next(stream, ADDED_BYTES);
    this.#records.orderAdded(instrument.id, sequence, side, price, orderId, shown);
    this.#touch(stream);
  }

  executed(
    instrument: ListedInstrument,
    orderId: number,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const stream = this.#streamOf(instrument);
    const sequence = this.#next(stream, EXECUTED_BYTES);
    const { id } = instrument;
    this.#records.orderExecuted(id, sequence, aggressor, 0, orderId, quantity, price, tradeId);
    this.#touch(stream);
  }

  /** The order shows fewer lots; 0: it has left. */
  reduced(instrument: ListedInstrument, orderId: number, shown: number): void {
    const stream = this.#streamOf(instrument);
    const { id } = instrument;
    if (shown > 0) {
      this.#records.orderReduced(id, this.#next(stream, REDUCED_BYTES), orderId, shown);
    } else {
      this.#records.orderRemoved(id, this.#next(stream, REMOVED_BYTES), orderId);
    }
    this.#touch(stream);
  }

  /** Makes room for an instrument's next record and returns its number. */
  #next(stream: InstrumentStream, bytes: number): number {
    if (this.#concerned !== 0 && this.#concerned !== stream.id) this.#refuse(stream);
    if (this.#count === 0) this.#open();
    else if (this.#count >= this.#maxRecords) this.#split();
    this.#stream.reserve(bytes);
    this.#count += 1;
    stream.sequence += 1;
    stream.transaction = this.#transaction;
    return stream.sequence;
  }

  #refuse({ instrument: { symbol } }: InstrumentStream): never {
    throw new Error(`Recorder: ${symbol} in a transaction of instrument ${this.#concerned}`);
  }

  #touch(stream: InstrumentStream): void {
    if (stream.isTouched) return;
    stream.isTouched = true;
    this.#touched[this.#touchedCount] = stream;
    this.#touchedCount += 1;
  }

  #open(): void {
    this.#stream.reserve(TRANSACTION_BYTES);
    this.#records.transaction(this.#transaction, this.#timeHigh, this.#timeLow, this.#concerned);
    this.#count = 1;
  }

  /**
   * Consumers hold a transaction's records until its last one, so its length is bounded: the
   * records of a command that needs more are published as several transactions of one number.
   */
  #split(): void {
    this.#records.endTransaction();
    this.#open();
  }

  #isHashDue(stream: InstrumentStream): boolean {
    if (!stream.hasHash) return true;
    const { hashTimeHigh, hashTimeLow } = stream;
    const age = nanosBetween(hashTimeHigh, hashTimeLow, this.#timeHigh, this.#timeLow);
    return age >= HASH_INTERVAL_NS && age >= this.#proof.hashIntervalNs(stream.instrument);
  }

  #writeHash(stream: InstrumentStream): void {
    const { instrument } = stream;
    const sequence = this.#next(stream, RECORD_BYTES[RecordType.BookHash]);
    const { laneA, laneB } = this.#proof.hashOf(instrument);
    const bids = instrument.levelCount(Side.Bid);
    const asks = instrument.levelCount(Side.Ask);
    this.#records.bookHash(instrument.id, sequence, laneA, laneB, bids, asks);
    const { lanes } = this;
    lanes.a = Math.imul((lanes.a ^ laneA ^ sequence) + instrument.id, 0xed5a_d4bb) | 0;
    lanes.b = Math.imul((lanes.b ^ laneB) + sequence, 0x7feb_352d) | 0;
    lanes.a ^= lanes.a >>> 15;
    lanes.b ^= lanes.b >>> 16;
    stream.hasHash = true;
    stream.hashTimeHigh = this.#timeHigh;
    stream.hashTimeLow = this.#timeLow;
  }
}
