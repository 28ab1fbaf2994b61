/** A naive reader of the L2 stream for tests: checks every rule of it and rebuilds the books. */

import { LevelBook, RecordReader, RecordType, Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';

export interface ReplicaInstrument {
  readonly id: number;
  readonly symbol: string;
  status: number;
  sequence: number;
  readonly book: LevelBook;
  hashesChecked: number;
}

export interface ReplicaTrade {
  readonly transaction: number;
  readonly instrument: number;
  readonly aggressor: number;
  readonly price: number;
  readonly quantity: number;
  readonly tradeId: number;
}

/** Throws at the first thing that is not as the protocol says. */
export class StreamReplica {
  readonly instruments = new Map<number, ReplicaInstrument>();
  readonly trades: ReplicaTrade[] = [];
  /** What was told besides levels and hashes, as rows: the name of the record and its values. */
  readonly told: (readonly (string | number)[])[] = [];
  /** Numbers of the transactions read, in order. */
  readonly transactions: number[] = [];
  /** The instrument that each of them names. */
  readonly concerned: number[] = [];
  /** Times of the transactions, as nanoseconds. */
  lastTimeNs = 0n;
  nextSequence = 1;
  heartbeats = 0;
  hasEnded = false;
  recordsOfTransaction = 0;
  mostRecords = 0;
  readonly #reader = new RecordReader(crc32);
  #transaction = 0;
  #isOpen = false;
  #concerned = 0;

  read(packet: Uint8Array): void {
    const header = this.#reader.open(packet);
    if (header.firstSequence !== this.nextSequence) {
      throw new Error(`sequence ${header.firstSequence} instead of ${this.nextSequence}`);
    }
    if ((header.flags & 8) !== 0) this.hasEnded = true;
    if (header.count === 0) {
      this.heartbeats += 1;
      this.#readPositions();
      return;
    }
    let records = 0;
    while (this.#reader.next()) {
      records += 1;
      this.#readRecord();
    }
    if (records !== header.count) throw new Error(`${records} records instead of ${header.count}`);
    this.nextSequence += records;
  }

  instrument(id: number): ReplicaInstrument {
    const found = this.instruments.get(id);
    if (found === undefined) throw new Error(`instrument ${id} is not listed`);
    return found;
  }

  #readPositions(): void {
    while (this.#reader.next()) {
      const reader = this.#reader;
      if (reader.type !== RecordType.InstrumentPosition) throw new Error('not a position');
      const { sequence, book, symbol } = this.instrument(reader.instrument);
      if (reader.lastSequence !== sequence) {
        throw new Error(`${symbol} is said to be at ${reader.lastSequence}, not ${sequence}`);
      }
      if (!book.hash.equals(reader.hashLaneA, reader.hashLaneB)) {
        throw new Error(`the hash of ${symbol} in a heartbeat differs`);
      }
    }
  }

  #readRecord(): void {
    const reader = this.#reader;
    if (reader.type === RecordType.EpochStart) {
      if (this.nextSequence !== 1) throw new Error('an epoch starts in the middle');
      return;
    }
    this.recordsOfTransaction += 1;
    if (reader.type === RecordType.Transaction) this.#openTransaction();
    else if (!this.#isOpen) throw new Error(`record type ${reader.type} outside a transaction`);
    else this.#readInstrumentRecord();
    this.mostRecords = Math.max(this.mostRecords, this.recordsOfTransaction);
    if (!reader.isLast) return;
    this.#isOpen = false;
    this.transactions.push(this.#transaction);
    this.concerned.push(this.#concerned);
  }

  #openTransaction(): void {
    const { transaction, timeHigh, timeLow } = this.#reader;
    if (this.#isOpen) throw new Error(`transaction ${this.#transaction} was never ended`);
    if (transaction < this.#transaction) throw new Error('transaction numbers fall');
    const timeNs = (BigInt(timeHigh) << 32n) | BigInt(timeLow);
    if (timeNs < this.lastTimeNs) throw new Error('time runs backwards');
    this.#isOpen = true;
    this.#transaction = transaction;
    this.lastTimeNs = timeNs;
    this.#concerned = this.#reader.instrument;
    this.recordsOfTransaction = 1;
  }

  #readInstrumentRecord(): void {
    const reader = this.#reader;
    const id = reader.instrument;
    if (this.#concerned !== 0 && id !== this.#concerned) {
      throw new Error(`a record of ${id} in a transaction of ${this.#concerned}`);
    }
    if (reader.type === RecordType.Instrument && !this.instruments.has(id)) {
      const book = new LevelBook(id);
      const { symbol, detail: status } = reader;
      this.instruments.set(id, { id, symbol, status, sequence: 0, book, hashesChecked: 0 });
    }
    const instrument = this.instrument(id);
    instrument.sequence += 1;
    if (reader.sequenceLow !== instrument.sequence) {
      throw new Error(`${instrument.symbol}: ${reader.sequenceLow}, not ${instrument.sequence}`);
    }
    this.#apply(instrument);
  }

  #apply(instrument: ReplicaInstrument): void {
    const reader = this.#reader;
    switch (reader.type) {
      case RecordType.Level: {
        const side = reader.detail === 0 ? Side.Bid : Side.Ask;
        instrument.book.apply(side, reader.price, reader.quantity, reader.orderCount);
        break;
      }
      case RecordType.BookClear:
        instrument.book.clear();
        break;
      case RecordType.Trade: {
        const { instrument: id, detail: aggressor, price, quantity, tradeId } = reader;
        const transaction = this.#transaction;
        this.trades.push({ transaction, instrument: id, aggressor, price, quantity, tradeId });
        this.told.push(['trade', id, aggressor, price, quantity, tradeId]);
        break;
      }
      case RecordType.Status:
        instrument.status = reader.detail;
        this.told.push(['status', instrument.id, reader.detail, reader.statusReason]);
        break;
      case RecordType.Instrument:
        instrument.status = reader.detail;
        this.told.push(['instrument', instrument.id, reader.lowestPrice, reader.highestPrice]);
        break;
      case RecordType.Indicative: {
        const { price, quantity, imbalance, detail: side } = reader;
        this.told.push(['indicative', instrument.id, price, quantity, imbalance, side]);
        break;
      }
      case RecordType.TradeBusted:
        this.told.push(['busted', instrument.id, reader.bustedTradeId]);
        break;
      case RecordType.TradeCorrected: {
        const { price, quantity, tradeId } = reader;
        this.told.push(['corrected', instrument.id, tradeId, price, quantity]);
        break;
      }
      case RecordType.BookHash:
        this.#checkHash(instrument);
        break;
      default:
        throw new Error(`record type ${reader.type} is not of this stream`);
    }
  }

  #checkHash({ book, symbol, sequence }: ReplicaInstrument): void {
    const reader = this.#reader;
    if (!book.hash.equals(reader.hashLaneA, reader.hashLaneB)) {
      throw new Error(`the book hash of ${symbol} differs at ${sequence}`);
    }
    if (reader.hashedSequence !== sequence) throw new Error('the hash names another sequence');
    const counts = [book.levelCount(Side.Bid), book.levelCount(Side.Ask)];
    if (counts[0] !== reader.bidLevels || counts[1] !== reader.askLevels) {
      throw new Error(`${symbol} has ${counts} levels`);
    }
    this.instrument(reader.instrument).hashesChecked += 1;
  }
}

/** Levels of a book as rows, best first: what two books are compared by. */
export function rows(book: LevelBook): readonly (readonly number[])[] {
  const all: number[][] = [];
  for (const side of [Side.Bid, Side.Ask]) {
    for (let i = 0; i < book.levelCount(side); i++) {
      const level = [book.priceAt(side, i), book.quantityAt(side, i), book.orderCountAt(side, i)];
      all.push([side, ...level]);
    }
  }
  return all;
}
