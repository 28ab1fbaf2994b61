/** Reads the records of one packet as a cursor: `open`, then `next` until it says false. */

import { MAX_INTEGER } from '../limits.ts';
import { DecodeError } from './decode-error.ts';
import { type Crc32, openPacket, type PacketHeader, packetHeader } from './packet.ts';
import { RECORD_BYTES, RECORD_HEADER_BYTES, RecordFlag, RecordType } from './records.ts';
import { wordsOf } from './words.ts';

const TWO_32 = 4_294_967_296;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Shortest valid length by type; 0 where the type is unknown and therefore skipped. */
const SHORTEST = new Uint16Array(256);
/** Unknown types of an instrument still hold its sequence, which old consumers go on counting. */
const SHORTEST_UNKNOWN = 16;
for (const [type, bytes] of Object.entries(RECORD_BYTES)) SHORTEST[Number(type)] = bytes;

/** Local, for an imported constant is read from memory at each use. */
const LAST = RecordFlag.Last << 16;
const LARGEST = MAX_INTEGER;

/**
 * A cursor that never reads beyond its packet. `open` checks the frame, `next` each record's length;
 * the field methods read from the record under the cursor and throw `DecodeError` for a value
 * outside its range. Unknown types are passed to the caller, who skips them.
 */
export class RecordReader {
  readonly header: PacketHeader = packetHeader();
  /** Of the record under the cursor. */
  type = 0;
  flags = 0;
  /** The side of a level, order or imbalance, the aggressor of a trade, a status. */
  detail = 0;
  instrument = 0;
  /** Of the packet that is open: of its frame, not of its records only. */
  words: Int32Array = new Int32Array(0);
  /** Found by `survey`: the records from the cursor on, and those up to the last that ends a transaction. */
  recordCount = 0;
  wholeCount = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  /** In words. */
  #at = 0;
  /** In bytes. */
  #next = 0;
  readonly #crc32: Crc32;

  constructor(crc32: Crc32) {
    this.#crc32 = crc32;
  }

  /** Starts on `packet`, which must stay unchanged until the last record is read. */
  open(packet: Uint8Array): PacketHeader {
    this.#next = openPacket(packet, this.header, this.#crc32);
    this.#bytes = packet;
    this.words = wordsOf(packet);
    return this.header;
  }

  /** Where `next` goes on: for `seek`, or for `resume` when the packet is kept. */
  get cursor(): number {
    return this.#next;
  }

  /** Goes back to a `cursor` seen in this packet. */
  seek(cursor: number): void {
    this.#next = cursor;
  }

  /** Goes on at a `cursor` seen in `packet` when it was open before; it is not checked again. */
  resume(packet: Uint8Array, cursor: number): void {
    this.#bytes = packet;
    this.words = wordsOf(packet);
    this.#next = cursor;
  }

  /** Checks the lengths of all records from the cursor on, and counts them; the cursor stays. */
  survey(): void {
    const words = this.words;
    const end = words.length;
    let at = this.#next >> 2;
    let count = 0;
    let whole = 0;
    while (end - at >= RECORD_HEADER_BYTES / 4) {
      const head = words[at] as number;
      const length = ((head >>> 8) & 0xff) * 2;
      if (length * 4 < shortestOf(head, words[at + 1] as number) || length > end - at) {
        throw this.#badLength(at * 4);
      }
      at += length;
      count += 1;
      if ((head & LAST) !== 0) whole = count;
    }
    if (at * 4 !== this.#bytes.length) throw truncated(at * 4);
    this.recordCount = count;
    this.wholeCount = whole;
  }

  /** Moves to the next record; false at the end of the packet. */
  next(): boolean {
    const start = this.#next;
    const left = this.#bytes.length - start;
    if (left < RECORD_HEADER_BYTES) {
      if (left !== 0) throw truncated(start);
      return false;
    }
    const at = start >> 2;
    const head = this.words[at] as number;
    const instrument = this.words[at + 1] as number;
    const bytes = ((head >>> 8) & 0xff) * 8;
    if (bytes < shortestOf(head, instrument) || bytes > left) throw this.#badLength(start);
    this.type = head & 0xff;
    this.flags = (head >>> 16) & 0xff;
    this.detail = head >>> 24;
    this.instrument = instrument >>> 0;
    this.#at = at;
    this.#next = start + bytes;
    return true;
  }

  get isLast(): boolean {
    return (this.flags & RecordFlag.Last) !== 0;
  }

  /** The low 32 bits of the instrument's own sequence; 0 in snapshots. */
  get sequenceLow(): number {
    return this.u32(8);
  }

  // Transaction
  get transaction(): number {
    return this.u64(8);
  }
  get timeLow(): number {
    return this.u32(16);
  }
  get timeHigh(): number {
    return this.u32(20);
  }

  // Level and Trade; a corrected trade has a trade's, an indicative price has price and quantity
  get orderCount(): number {
    return this.u32(12);
  }
  get tradeFlags(): number {
    return this.u32(12);
  }
  get price(): number {
    return this.i64(16);
  }
  get quantity(): number {
    return this.u64(24);
  }
  get tradeId(): number {
    return this.u64(32);
  }

  // OrderAdded, OrderExecuted, OrderReduced and OrderRemoved, as far as each has them
  get orderId(): number {
    return this.u64(16);
  }
  /** What is shown now; of an execution, what was traded. */
  get orderQuantity(): number {
    return this.u64(24);
  }
  get orderPrice(): number {
    return this.i64(32);
  }
  get executedTradeId(): number {
    return this.u64(40);
  }

  // Indicative
  get imbalance(): number {
    return this.u64(32);
  }

  // TradeBusted
  get bustedTradeId(): number {
    return this.u64(16);
  }

  // Status
  get statusReason(): number {
    return this.u32(12);
  }

  // Instrument
  get bookKind(): number {
    return this.u32(12);
  }
  get lowestPrice(): number {
    return this.i64(16);
  }
  get highestPrice(): number {
    return this.i64(24);
  }
  get tickSize(): string {
    return this.#text(32, 24);
  }
  get lotSize(): string {
    return this.#text(56, 24);
  }
  get symbol(): string {
    return this.#text(80, 32);
  }

  // BookHash
  get hashedSequence(): number {
    return this.u64(16);
  }
  get hashLaneA(): number {
    return this.u32(this.type === RecordType.BookHash ? 24 : 16);
  }
  get hashLaneB(): number {
    return this.u32(this.type === RecordType.BookHash ? 28 : 20);
  }
  get bidLevels(): number {
    return this.u32(32);
  }
  get askLevels(): number {
    return this.u32(36);
  }

  // EpochStart
  get previousEpochSeconds(): number {
    return this.u32(8);
  }
  get previousEpochRandom(): number {
    return this.u32(12);
  }
  get previousLastSequence(): number {
    return this.u64(16);
  }

  // InstrumentPosition
  get lastSequence(): number {
    return this.u64(8);
  }
  get lastTransaction(): number {
    return this.u64(24);
  }

  #badLength(start: number): DecodeError {
    const [type = 0, words = 0] = this.#bytes.subarray(start);
    const left = this.#bytes.length - start;
    const detail = `Record type ${type} says ${words * 8}, ${left} are left.`;
    return new DecodeError('BAD_LENGTH', start, detail);
  }

  protected u32(offset: number): number {
    return (this.words[this.#at + (offset >> 2)] as number) >>> 0;
  }

  protected u64(offset: number): number {
    const at = this.#at + (offset >> 2);
    const low = this.words[at] as number;
    const high = this.words[at + 1] as number;
    if (high === 0 && low >= 0) return low;
    const value = (high >>> 0) * TWO_32 + (low >>> 0);
    if (value > LARGEST) throw new DecodeError('BAD_VALUE', at * 4, 'It exceeds 2^53 - 1.');
    return value;
  }

  protected i64(offset: number): number {
    const at = this.#at + (offset >> 2);
    const low = this.words[at] as number;
    const high = this.words[at + 1] as number;
    if (high === low >> 31) return low;
    const value = high * TWO_32 + (low >>> 0);
    if (value > LARGEST || value < -LARGEST) {
      throw new DecodeError('BAD_VALUE', at * 4, 'It is beyond +-(2^53 - 1).');
    }
    return value;
  }

  #text(offset: number, room: number): string {
    const from = this.#at * 4 + offset;
    let end = from;
    while (end < from + room && this.#bytes[end] !== 0) end += 1;
    try {
      return utf8.decode(this.#bytes.subarray(from, end));
    } catch {
      throw new DecodeError('BAD_TEXT', from, '');
    }
  }
}

function shortestOf(head: number, instrument: number): number {
  const known = SHORTEST[head & 0xff] as number;
  if (known !== 0) return known;
  return instrument === 0 ? RECORD_HEADER_BYTES : SHORTEST_UNKNOWN;
}

function truncated(start: number): DecodeError {
  return new DecodeError('TRUNCATED', start, 'A record has at least 8.');
}
