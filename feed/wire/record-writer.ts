/** Writes records one behind the other into a buffer that it owns and that `take` copies out of. */

import { MAX_PACKET_BYTES } from '../limits.ts';
import { HEADER_BYTES } from './packet.ts';
import { RECORD_BYTES, RecordFlag, RecordType } from './records.ts';

const TWO_32 = 4_294_967_296;
const text = new TextEncoder();

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
  #last = 0;
  readonly #view: DataView;

  constructor(capacity = MAX_PACKET_BYTES) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
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

  /** A copy of the packet with room for its header, the sender's to keep. */
  take(): Uint8Array {
    const packet = this.bytes.slice(0, this.length);
    this.clear();
    return packet;
  }

  /** Marks the newest record as the last of its transaction. */
  endTransaction(): void {
    if (this.#last === 0) throw new Error('endTransaction: no record has been written');
    const flags = this.#last + 2;
    this.bytes[flags] = (this.bytes[flags] ?? 0) | RecordFlag.Last;
  }

  /** `instrument` is the only one that the transaction concerns; 0 = several or none. */
  transaction(transaction: number, timeHigh: number, timeLow: number, instrument = 0): void {
    const at = this.#open(RecordType.Transaction, 0, instrument);
    this.#i64(at + 8, transaction);
    this.#view.setUint32(at + 16, timeLow, true);
    this.#view.setUint32(at + 20, timeHigh, true);
  }

  level(
    instrument: number,
    sequence: number,
    side: number,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    const at = this.#open(RecordType.Level, side, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, orderCount, true);
    this.#i64(at + 16, price);
    this.#i64(at + 24, quantity);
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
    const at = this.#open(RecordType.Trade, aggressor, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, tradeFlags, true);
    this.#i64(at + 16, price);
    this.#i64(at + 24, quantity);
    this.#i64(at + 32, tradeId);
  }

  bookClear(instrument: number, sequence: number): void {
    const at = this.#open(RecordType.BookClear, 0, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, 0, true);
  }

  status(instrument: number, sequence: number, status: number, reason: number): void {
    const at = this.#open(RecordType.Status, status, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, reason, true);
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
    const at = this.#open(RecordType.Instrument, status, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, bookKind, true);
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
    const at = this.#open(RecordType.BookHash, 0, instrument);
    this.#view.setUint32(at + 8, sequence, true);
    this.#view.setUint32(at + 12, 0, true);
    this.#i64(at + 16, sequence);
    this.#view.setUint32(at + 24, laneA, true);
    this.#view.setUint32(at + 28, laneB, true);
    this.#view.setUint32(at + 32, bidLevels, true);
    this.#view.setUint32(at + 36, askLevels, true);
  }

  epochStart(previousSeconds: number, previousRandom: number, lastSequence: number): void {
    const at = this.#open(RecordType.EpochStart, 0, 0);
    this.#view.setUint32(at + 8, previousSeconds, true);
    this.#view.setUint32(at + 12, previousRandom, true);
    this.#i64(at + 16, lastSequence);
  }

  instrumentPosition(
    instrument: number,
    lastSequence: number,
    laneA: number,
    laneB: number,
    lastTransaction: number,
  ): void {
    const at = this.#open(RecordType.InstrumentPosition, 0, instrument);
    this.#i64(at + 8, lastSequence);
    this.#view.setUint32(at + 16, laneA, true);
    this.#view.setUint32(at + 20, laneB, true);
    this.#i64(at + 24, lastTransaction);
  }

  #open(type: RecordType, detail: number, instrument: number): number {
    const at = this.length;
    const bytes = RECORD_BYTES[type];
    this.#view.setUint32(at, type | ((bytes / 8) << 8) | (detail << 24), true);
    this.#view.setUint32(at + 4, instrument, true);
    this.#last = at;
    this.length = at + bytes;
    this.count += 1;
    return at;
  }

  #i64(offset: number, value: number): void {
    this.#view.setInt32(offset, value | 0, true);
    this.#view.setInt32(offset + 4, Math.floor(value / TWO_32), true);
  }

  #text(offset: number, room: number, value: string): void {
    this.bytes.fill(0, offset, offset + room);
    text.encodeInto(value, this.bytes.subarray(offset, offset + room));
  }
}
