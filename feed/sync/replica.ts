/** The instruments of a consumer with their books, and what one record does to them. */

import { type InstrumentDefinition, NOTHING_CROSSES } from '../instruments.ts';
import { MAX_INSTRUMENTS } from '../limits.ts';
import type { FeedListener } from '../listener.ts';
import type { Aggressor, Side, TradingStatus } from '../market.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import type { StreamLevel } from '../wire/topic.ts';
import { InstrumentReplica, type Trouble } from './instrument-replica.ts';
import { applyOrderRecord, applyPlainOrder } from './order-records.ts';
import {
  type LoadedInstrument,
  readDefinition,
  readIndicative,
  readSide,
} from './snapshot-loader.ts';

const TRUSTED: Trouble = 'NONE';

export interface ReplicaOptions {
  /** L2 by default. */
  readonly level?: StreamLevel;
  /** Symbols to keep; `undefined`: all. */
  readonly selected: ReadonlySet<string> | undefined;
  readonly listener: FeedListener;
  /** The instrument's trust or listing has changed: its state must be looked at. */
  readonly changed: (instrument: InstrumentReplica) => void;
  readonly hashChecked: (instrument: InstrumentReplica, isEqual: boolean) => void;
}

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #listener: FeedListener;
  readonly instruments = new Map<number, InstrumentReplica>();
  readonly #bySymbol = new Map<string, InstrumentReplica>();
  /** The same as `instruments`, for ids below the bound: an array is found in faster than a map. */
  readonly #byId: (InstrumentReplica | undefined)[] = [];
  /** Instruments whose records came without their listing: only a snapshot can tell what they are. */
  readonly unknown = new Set<number>();
  /** Instruments that nobody asked for, or that no relay knows. */
  readonly #ignored = new Set<number>();
  /** Instruments whose books a snapshot must replace. */
  readonly troubled = new Set<InstrumentReplica>();
  /** Of the transaction being applied. */
  transaction = 0;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#listener = options.listener;
  }

  find(symbol: string): InstrumentReplica | undefined {
    return this.#bySymbol.get(symbol);
  }

  clear(): void {
    this.instruments.clear();
    this.#bySymbol.clear();
    this.#byId.length = 0;
    this.unknown.clear();
    this.#ignored.clear();
    this.troubled.clear();
  }

  ignore(id: number): void {
    this.unknown.delete(id);
    this.#ignored.add(id);
  }

  /** Applies one record of a whole transaction. Throws `DecodeError` with the record not applied. */
  apply(reader: RecordReader, streamSequence: number): void {
    const id = reader.instrument;
    if (id === 0) return;
    const instrument = this.instruments.get(id) ?? this.#list(reader, id);
    if (instrument === undefined) return;
    this.#tellTrade(instrument, reader);
    if (instrument.trouble !== 'NONE' || streamSequence < instrument.joinSequence) return;
    if (!this.#isNext(instrument, reader)) return;
    this.#applyNext(instrument, reader, this.#options.listener);
  }

  /**
   * Applies the LEVEL record at word `at` when there is nothing unusual about it: its instrument is
   * known and trusted, its own sequence is the next one, its numbers fit in 31 bits. Otherwise
   * nothing is done and the answer is false: `apply` decides, and says what is wrong.
   */
  applyPlainLevel(words: Int32Array, at: number, streamSequence: number): boolean {
    const instrument = this.#byId[words[at + 1] as number];
    if (instrument === undefined || instrument.trouble !== TRUSTED || instrument.isSuspect) {
      return false;
    }
    const sequence = instrument.sequence + 1;
    const price = words[at + 4] as number;
    const quantity = words[at + 6] as number;
    const side = (words[at] as number) >>> 24;
    if (
      (words[at + 2] as number) !== (sequence | 0) ||
      streamSequence < instrument.joinSequence ||
      (words[at + 5] as number) !== price >> 31 ||
      (words[at + 7] as number) !== 0 ||
      quantity < 0 ||
      side > 1
    ) {
      return false;
    }
    const orderCount = (words[at + 3] as number) >>> 0;
    instrument.book.apply(side as Side, price, quantity, orderCount);
    this.#listener.levelChanged?.(instrument, side as Side, price, quantity, orderCount);
    instrument.sequence = sequence;
    instrument.transaction = this.transaction;
    return true;
  }

  /**
   * The same for a record of an order at word `at`. Answers with its length in words; 0: nothing
   * was done.
   */
  applyPlainOrder(words: Int32Array, at: number, streamSequence: number): number {
    const instrument = this.#byId[words[at + 1] as number];
    if (instrument === undefined || instrument.trouble !== TRUSTED || instrument.isSuspect) {
      return 0;
    }
    const { orders } = instrument;
    const sequence = instrument.sequence + 1;
    if (
      orders === undefined ||
      (words[at + 2] as number) !== (sequence | 0) ||
      streamSequence < instrument.joinSequence
    ) {
      return 0;
    }
    const length = applyPlainOrder(instrument, orders, words, at, this.#listener);
    if (length === 0) return 0;
    instrument.sequence = sequence;
    instrument.transaction = this.transaction;
    return length;
  }

  /** Applies a record that the listener has already heard of, after a snapshot of its instrument. */
  applyUnheard(instrument: InstrumentReplica, reader: RecordReader, streamSequence: number): void {
    if (instrument.trouble !== 'NONE' || streamSequence < instrument.joinSequence) return;
    if (this.#isNext(instrument, reader)) this.#applyNext(instrument, reader, NOBODY);
  }

  /** A row of a heartbeat's table: where the instrument stands after everything published. */
  checkPosition(reader: RecordReader, streamSequence: number): void {
    const instrument = this.instruments.get(reader.instrument);
    if (instrument === undefined || instrument.trouble !== 'NONE') return;
    if (instrument.joinSequence > streamSequence) return;
    if (instrument.sequence !== reader.lastSequence) {
      this.distrust(instrument, 'MISSED_RECORDS');
      return;
    }
    this.#compareHash(instrument, reader);
    this.#prove(instrument);
  }

  /** Puts a book out of a snapshot in place; `undefined` when nobody asked for the instrument. */
  restore(loaded: LoadedInstrument): InstrumentReplica | undefined {
    const { id, definition, status } = loaded;
    const { selected } = this.#options;
    if (selected !== undefined && !selected.has(definition.symbol)) {
      this.ignore(id);
      return undefined;
    }
    const instrument = this.instruments.get(id) ?? this.#add(id, definition, status);
    instrument.define(definition, status);
    instrument.statusReason = loaded.statusReason;
    instrument.indicative = loaded.indicative;
    instrument.book.takeFrom(loaded.book);
    instrument.sequence = loaded.sequence;
    instrument.transaction = loaded.transaction;
    instrument.joinSequence = loaded.streamSequence;
    instrument.trouble = 'NONE';
    instrument.isSuspect = false;
    this.troubled.delete(instrument);
    this.unknown.delete(id);
    return instrument;
  }

  distrust(instrument: InstrumentReplica, trouble: Trouble): void {
    instrument.trouble = trouble;
    instrument.isSuspect = false;
    this.troubled.add(instrument);
    this.#options.changed(instrument);
  }

  #add(id: number, definition: InstrumentDefinition, status: TradingStatus): InstrumentReplica {
    const instrument = new InstrumentReplica(id, definition, status, this.#options.level);
    this.instruments.set(id, instrument);
    if (id < MAX_INSTRUMENTS) {
      while (this.#byId.length <= id) this.#byId.push(undefined);
      this.#byId[id] = instrument;
    }
    this.#bySymbol.set(definition.symbol, instrument);
    return instrument;
  }

  /** An instrument heard of for the first time: with its listing it begins, otherwise it is unknown. */
  #list(reader: RecordReader, id: number): InstrumentReplica | undefined {
    if (this.#ignored.has(id)) return undefined;
    const { selected } = this.#options;
    if (reader.type !== RecordType.Instrument || reader.sequenceLow !== 1) {
      if (selected === undefined) this.unknown.add(id);
      return undefined;
    }
    const definition = readDefinition(reader);
    if (selected !== undefined && !selected.has(definition.symbol)) {
      this.#ignored.add(id);
      return undefined;
    }
    return this.#add(id, definition, reader.detail as TradingStatus);
  }

  /** Compares the instrument's own sequence: the proof, per record, that it missed nothing. */
  #isNext(instrument: InstrumentReplica, reader: RecordReader): boolean {
    if (reader.sequenceLow !== (instrument.sequence + 1) >>> 0) {
      this.distrust(instrument, 'MISSED_RECORDS');
      return false;
    }
    this.#prove(instrument);
    return true;
  }

  #prove(instrument: InstrumentReplica): void {
    if (!instrument.isSuspect) return;
    instrument.isSuspect = false;
    this.#options.changed(instrument);
  }

  #applyNext(instrument: InstrumentReplica, reader: RecordReader, listener: FeedListener): void {
    switch (reader.type) {
      case RecordType.Level: {
        const side = readSide(reader);
        const { price, quantity, orderCount } = reader;
        instrument.book.apply(side, price, quantity, orderCount);
        listener.levelChanged?.(instrument, side, price, quantity, orderCount);
        break;
      }
      case RecordType.OrderAdded:
      case RecordType.OrderExecuted:
      case RecordType.OrderReduced:
      case RecordType.OrderRemoved:
        // A stream of levels has no such records; a book of levels passes over them.
        if (instrument.orders !== undefined) {
          applyOrderRecord(instrument, instrument.orders, reader, listener);
        }
        break;
      case RecordType.BookClear:
        instrument.book.clear();
        listener.bookReset?.(instrument);
        break;
      case RecordType.Status:
        instrument.status = reader.detail as TradingStatus;
        instrument.statusReason = reader.statusReason;
        instrument.indicative = NOTHING_CROSSES;
        listener.instrumentChanged?.(instrument);
        break;
      case RecordType.Indicative:
        instrument.indicative = readIndicative(reader);
        listener.indicativeChanged?.(instrument);
        break;
      case RecordType.Instrument:
        this.#define(instrument, reader, listener);
        break;
      case RecordType.BookHash:
        this.#compareHash(instrument, reader);
        break;
      default:
        break;
    }
    instrument.sequence += 1;
    instrument.transaction = this.transaction;
  }

  #define(instrument: InstrumentReplica, reader: RecordReader, listener: FeedListener): void {
    const definition = readDefinition(reader);
    this.#bySymbol.delete(instrument.symbol);
    this.#bySymbol.set(definition.symbol, instrument);
    instrument.define(definition, reader.detail as TradingStatus);
    listener.instrumentChanged?.(instrument);
    this.#options.changed(instrument);
  }

  /** What is told once, whatever state the book is in. */
  #tellTrade(instrument: InstrumentReplica, reader: RecordReader): void {
    switch (reader.type) {
      case RecordType.Trade:
        this.#trade(instrument, reader);
        break;
      case RecordType.OrderExecuted:
        this.#tradeOfOrder(instrument, reader);
        break;
      case RecordType.TradeBusted:
        this.#listener.tradeBusted?.(instrument, reader.bustedTradeId);
        break;
      case RecordType.TradeCorrected: {
        const { tradeId, price, quantity } = reader;
        this.#listener.tradeCorrected?.(instrument, tradeId, price, quantity);
        break;
      }
      default:
    }
  }

  #trade(instrument: InstrumentReplica, reader: RecordReader): void {
    const aggressor = readAggressor(reader);
    const { price, quantity, tradeId } = reader;
    this.#listener.traded?.(instrument, aggressor, price, quantity, tradeId);
  }

  #tradeOfOrder(instrument: InstrumentReplica, reader: RecordReader): void {
    const aggressor = readAggressor(reader);
    const { orderPrice, orderQuantity, executedTradeId } = reader;
    this.#listener.traded?.(instrument, aggressor, orderPrice, orderQuantity, executedTradeId);
  }

  #compareHash(instrument: InstrumentReplica, reader: RecordReader): void {
    const isEqual = instrument.book.hash.equals(reader.hashLaneA, reader.hashLaneB);
    this.#options.hashChecked(instrument, isEqual);
    if (!isEqual) this.distrust(instrument, 'HASH_MISMATCH');
  }
}

const NOBODY: FeedListener = {};

function readAggressor(reader: RecordReader): Aggressor {
  const aggressor = reader.detail;
  if (aggressor > 2) throw new DecodeError('BAD_VALUE', 3, `There is no aggressor ${aggressor}.`);
  return aggressor as Aggressor;
}
