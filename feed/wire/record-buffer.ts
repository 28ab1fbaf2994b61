/** A cursor over one packet's worth of bytes, into which records are written. */

import { MAX_PACKET_BYTES } from '../limits.ts';
import { HEADER_BYTES } from './packet.ts';
import { RECORD_BYTES, RecordFlag, type RecordType } from './records.ts';
import { highOf, wordsOf } from './words.ts';

const text = new TextEncoder();

/** Local, for what is imported is read from memory at each use. */
const high = highOf;
const LAST = RecordFlag.Last << 16;

/** The first two bytes of a record, which say its length too. */
export function openingOf(type: RecordType): number {
  return type | ((RECORD_BYTES[type] / 8) << 8);
}

/**
 * A cursor over one packet's worth of bytes. The caller asks `fits` first; a write beyond the end
 * is a programmer's mistake and throws. Numbers are trusted to be in range: they were checked
 * where they entered.
 */
export abstract class RecordBuffer {
  /** The packet being built: the header's place is left free at the front. Reused, never sent. */
  readonly bytes: Uint8Array;
  /** Bytes written so far, the header's included. */
  length = HEADER_BYTES;
  /** Records written so far. */
  count = 0;
  /** Where the newest record begins; 0: there is none. */
  #last = 0;
  protected readonly words: Int32Array;

  constructor(capacity = MAX_PACKET_BYTES) {
    this.bytes = new Uint8Array(capacity);
    this.words = wordsOf(this.bytes);
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
    this.words[head] = (this.words[head] as number) | LAST;
  }

  /** `opening`: the type and the length. Answers with the record's offset in bytes. */
  protected open(opening: number, detail: number, instrument: number): number {
    const at = this.length;
    const end = at + (opening >> 8) * 8;
    // A word beyond the end of an array would be dropped without a sign.
    if (end > this.bytes.length) throw new RangeError(`RecordBuffer: ${end} bytes do not fit`);
    this.words[at >> 2] = opening | (detail << 24);
    this.words[(at >> 2) + 1] = instrument;
    this.#last = at;
    this.length = end;
    this.count += 1;
    return at;
  }

  protected u32(offset: number, value: number): void {
    this.words[offset >> 2] = value;
  }

  protected i64(offset: number, value: number): void {
    this.words[offset >> 2] = value;
    this.words[(offset >> 2) + 1] = high(value);
  }

  protected text(offset: number, room: number, value: string): void {
    this.bytes.fill(0, offset, offset + room);
    text.encodeInto(value, this.bytes.subarray(offset, offset + room));
  }
}
