/** Writes records one behind the other into a buffer that it owns and that `take` copies out of. */

import { MAX_PACKET_BYTES } from '../limits.ts';
import { HEADER_BYTES } from './packet.ts';
import { RECORD_BYTES, RecordFlag, RecordType } from './records.ts';
import { wordsOf } from './words.ts';

const TWO_32 = 4_294_967_296;
const text = new TextEncoder();

/** Local, for an imported constant is read from memory at each use. */
const TRANSACTION = openingOf(RecordType.Transaction);
const LEVEL = openingOf(RecordType.Level);
const TRADE = openingOf(RecordType.Trade);
const ORDER_ADDED = openingOf(RecordType.OrderAdded);
const ORDER_EXECUTED = openingOf(RecordType.OrderExecuted);
const ORDER_REDUCED = openingOf(RecordType.OrderReduced);
const ORDER_REMOVED = openingOf(RecordType.OrderRemoved);
const LAST = RecordFlag.Last << 16;

/** The first two bytes of a record, which say its length too. */
function openingOf(type: RecordType): number {
  return type | ((RECORD_BYTES[type] / 8) << 8);
}

/** The upper 32 bits of a whole number; the lower ones are what a typed array takes of it by itself. */
function highOf(value: number): number {
  const low = value | 0;
  return low === value ? low >> 31 : Math.floor(value / TWO_32);
}

/**
 * A cursor over one packet's worth of bytes. The caller asks `fits` first; a write beyond the end
 * is a programmer's mistake and throws. Numbers are trusted to be in range: they were checked
 * where they entered.
 */
export class RecordWriter {
  /** The packet being built: the header's place is left free at the front. Reused, never sent. */
  readonly bytes: Uint8Array;
  /** Bytes written so far, the header's included. */
  length = HEADER_BYTES;
  /** Records written so far. */
  count = 0;
  /** Where the newest record begins; 0: there is none. */
  #last = 0;
  readonly #words: Int32Array;

  constructor(capacity = MAX_PACKET_BYTES) {
    this.bytes = new Uint8Array(capacity);
    this.#words = wordsOf(this.bytes);
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  fits(bytes: number): boolean {
    return this.length + bytes <= this.bytes.length;
  }

  clear(): void {
    this.length = HEADER_BYTES;
    this.count = 0;
    this.#last = 0;
  }

  /**
   * A copy of the packet with room for its header, the sender's to keep. Building packets where they
   * stay, in slabs of 1 MiB, was a tenth slower: fresh memory costs more than copying into used one.
   */
  take(): Uint8Array {
    const packet = this.bytes.slice(0, this.length);
    this.clear();
    return packet;
  }

  /** Marks the newest record as the last of its transaction. */
  endTransaction(): void {
    if (this.#last === 0) throw new Error('endTransaction: no record has been written');
    const head = this.#last >> 2;
    this.#words[head] = (this.#words[head] as number) | LAST;
  }

  /** `instrument` is the only one that the transaction concerns; 0 = several or none. */
  transaction(transaction: number, timeHigh: number, timeLow: number, instrument = 0): void {
    const at = this.#open(TRANSACTION, 0, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = transaction;
    words[at + 3] = highOf(transaction);
    words[at + 4] = timeLow;
    words[at + 5] = timeHigh;
  }

  level(
    instrument: number,
    sequence: number,
    side: number,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    const at = this.#open(LEVEL, side, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = orderCount;
    words[at + 4] = price;
    words[at + 5] = highOf(price);
    words[at + 6] = quantity;
    words[at + 7] = highOf(quantity);
  }

  trade(
    instrument: number,
    sequence: number,
    aggressor: number,
    tradeFlags: number,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const at = this.#open(TRADE, aggressor, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = tradeFlags;
    words[at + 4] = price;
    words[at + 5] = highOf(price);
    words[at + 6] = quantity;
    words[at + 7] = highOf(quantity);
    words[at + 8] = tradeId;
    words[at + 9] = highOf(tradeId);
  }

  /** `sequence` is 0 in snapshots. */
  orderAdded(
    instrument: number,
    sequence: number,
    side: number,
    price: number,
    orderId: number,
    shown: number,
  ): void {
    const at = this.#open(ORDER_ADDED, side, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = highOf(orderId);
    words[at + 6] = shown;
    words[at + 7] = highOf(shown);
    words[at + 8] = price;
    words[at + 9] = highOf(price);
  }

  orderExecuted(
    instrument: number,
    sequence: number,
    aggressor: number,
    tradeFlags: number,
    orderId: number,
    quantity: number,
    price: number,
    tradeId: number,
  ): void {
    const at = this.#open(ORDER_EXECUTED, aggressor, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = tradeFlags;
    words[at + 4] = orderId;
    words[at + 5] = highOf(orderId);
    words[at + 6] = quantity;
    words[at + 7] = highOf(quantity);
    words[at + 8] = price;
    words[at + 9] = highOf(price);
    words[at + 10] = tradeId;
    words[at + 11] = highOf(tradeId);
  }

  orderReduced(instrument: number, sequence: number, orderId: number, shown: number): void {
    const at = this.#open(ORDER_REDUCED, 0, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = highOf(orderId);
    words[at + 6] = shown;
    words[at + 7] = highOf(shown);
  }

  orderRemoved(instrument: number, sequence: number, orderId: number): void {
    const at = this.#open(ORDER_REMOVED, 0, instrument) >> 2;
    const words = this.#words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = highOf(orderId);
  }

  bookClear(instrument: number, sequence: number): void {
    const at = this.#open(openingOf(RecordType.BookClear), 0, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, 0);
  }

  status(instrument: number, sequence: number, status: number, reason: number): void {
    const at = this.#open(openingOf(RecordType.Status), status, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, reason);
  }

  /** `sequence` is 0 in snapshots. */
  indicative(
    instrument: number,
    sequence: number,
    imbalanceSide: number,
    price: number,
    volume: number,
    imbalance: number,
  ): void {
    const at = this.#open(openingOf(RecordType.Indicative), imbalanceSide, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, 0);
    this.#i64(at + 16, price);
    this.#i64(at + 24, volume);
    this.#i64(at + 32, imbalance);
  }

  tradeBusted(instrument: number, sequence: number, tradeId: number): void {
    const at = this.#open(openingOf(RecordType.TradeBusted), 0, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, 0);
    this.#i64(at + 16, tradeId);
  }

  tradeCorrected(
    instrument: number,
    sequence: number,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const at = this.#open(openingOf(RecordType.TradeCorrected), 0, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, 0);
    this.#i64(at + 16, price);
    this.#i64(at + 24, quantity);
    this.#i64(at + 32, tradeId);
  }

  instrument(
    instrument: number,
    sequence: number,
    status: number,
    bookKind: number,
    lowestPrice: number,
    highestPrice: number,
    tickSize: string,
    lotSize: string,
    symbol: string,
  ): void {
    const at = this.#open(openingOf(RecordType.Instrument), status, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, bookKind);
    this.#i64(at + 16, lowestPrice);
    this.#i64(at + 24, highestPrice);
    this.#text(at + 32, 24, tickSize);
    this.#text(at + 56, 24, lotSize);
    this.#text(at + 80, 32, symbol);
  }

  bookHash(
    instrument: number,
    sequence: number,
    laneA: number,
    laneB: number,
    bidLevels: number,
    askLevels: number,
  ): void {
    const at = this.#open(openingOf(RecordType.BookHash), 0, instrument);
    this.#u32(at + 8, sequence);
    this.#u32(at + 12, 0);
    this.#i64(at + 16, sequence);
    this.#u32(at + 24, laneA);
    this.#u32(at + 28, laneB);
    this.#u32(at + 32, bidLevels);
    this.#u32(at + 36, askLevels);
  }

  epochStart(previousSeconds: number, previousRandom: number, lastSequence: number): void {
    const at = this.#open(openingOf(RecordType.EpochStart), 0, 0);
    this.#u32(at + 8, previousSeconds);
    this.#u32(at + 12, previousRandom);
    this.#i64(at + 16, lastSequence);
  }

  instrumentPosition(
    instrument: number,
    lastSequence: number,
    laneA: number,
    laneB: number,
    lastTransaction: number,
  ): void {
    const at = this.#open(openingOf(RecordType.InstrumentPosition), 0, instrument);
    this.#i64(at + 8, lastSequence);
    this.#u32(at + 16, laneA);
    this.#u32(at + 20, laneB);
    this.#i64(at + 24, lastTransaction);
  }

  /** `opening`: the type and the length. Answers with the record's offset in bytes. */
  #open(opening: number, detail: number, instrument: number): number {
    const at = this.length;
    const end = at + (opening >> 8) * 8;
    // A word beyond the end of an array would be dropped without a sign.
    if (end > this.bytes.length) throw new RangeError(`RecordWriter: ${end} bytes do not fit`);
    this.#words[at >> 2] = opening | (detail << 24);
    this.#words[(at >> 2) + 1] = instrument;
    this.#last = at;
    this.length = end;
    this.count += 1;
    return at;
  }

  #u32(offset: number, value: number): void {
    this.#words[offset >> 2] = value;
  }

  #i64(offset: number, value: number): void {
    this.#words[offset >> 2] = value;
    this.#words[(offset >> 2) + 1] = highOf(value);
  }

  #text(offset: number, room: number, value: string): void {
    this.bytes.fill(0, offset, offset + room);
    text.encodeInto(value, this.bytes.subarray(offset, offset + room));
  }
}
