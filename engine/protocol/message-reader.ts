/** Reads the messages of one order-entry frame as a cursor: `open`, then `next` until it says false. */

import { DecodeError, MAX_INTEGER, wordsOf } from '../../feed/index.ts';
import { MAX_ENTRY_FRAME_BYTES } from './limits.ts';
import { MESSAGE_BYTES, MESSAGE_HEADER_BYTES, MessageOffset, MessageType } from './messages.ts';

const TWO_32 = 4_294_967_296;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Local, for an imported constant is read from memory at each use. */
const LARGEST = MAX_INTEGER;
const HEADER_BYTES = MESSAGE_HEADER_BYTES;
const LENGTH = MessageOffset.Length;

/** Shortest valid length by type; 0 where the type is unknown. */
const SHORTEST = new Uint16Array(256);
for (const [name, type] of Object.entries(MessageType)) {
  SHORTEST[type] = MESSAGE_BYTES[name as keyof typeof MessageType];
}

/**
 * A cursor that never reads beyond its frame. `next` checks each message's length; the field
 * methods read from the message under the cursor and throw `DecodeError` for a value outside its
 * range. Messages of unknown type are passed to the caller, with `isKnown` false.
 */
export class MessageReader {
  /** Of the message under the cursor. */
  type = 0;
  length = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  /** The same bytes in fours: messages are a multiple of 8 long. */
  #words: Int32Array = new Int32Array(0);
  #at = 0;
  #next = 0;

  /** Starts on `frame`, which must stay unchanged until the last message is read. */
  open(frame: Uint8Array): void {
    if (frame.byteLength > MAX_ENTRY_FRAME_BYTES) {
      throw new DecodeError('TOO_LONG', frame.byteLength, `The limit is ${MAX_ENTRY_FRAME_BYTES}.`);
    }
    this.#bytes = frame;
    this.#words = wordsOf(frame);
    this.#at = 0;
    this.#next = 0;
  }

  /** Moves to the next message; false at the end of the frame. */
  next(): boolean {
    const at = this.#next;
    const left = this.#bytes.length - at;
    if (left < HEADER_BYTES) {
      if (left !== 0) throw new DecodeError('TRUNCATED', at, 'A message has at least 8.');
      return false;
    }
    const type = this.#words[at >> 2]! & 0xff;
    const length = this.#words[(at + LENGTH) >> 2]! >>> 0;
    const shortest = SHORTEST[type] || HEADER_BYTES;
    if (length < shortest || length > left || (length & 7) !== 0) {
      throw new DecodeError('BAD_LENGTH', at, `Type ${type} says ${length}, ${left} are left.`);
    }
    this.type = type;
    this.length = length;
    this.#at = at;
    this.#next = at + length;
    return true;
  }

  get isKnown(): boolean {
    return SHORTEST[this.type] !== 0;
  }

  /** Throws unless the message under the cursor has at least `bytes`. */
  require(bytes: number): void {
    if (bytes > this.length) {
      throw new DecodeError('BAD_LENGTH', this.#at, `It needs ${bytes}, and has ${this.length}.`);
    }
  }

  /** Of the message under the cursor, in the frame. */
  get offset(): number {
    return this.#at;
  }

  u8(offset: number): number {
    return this.#bytes[this.#at + offset]!;
  }

  /** A byte that names one of the values 0 to `highest`. */
  choice(offset: number, highest: number): number {
    const value = this.u8(offset);
    if (value > highest) this.refuse(offset, `${value} is not defined.`);
    return value;
  }

  u16(offset: number): number {
    const at = this.#at + offset;
    return this.#bytes[at]! | (this.#bytes[at + 1]! << 8);
  }

  u32(offset: number): number {
    return this.#words[(this.#at + offset) >> 2]! >>> 0;
  }

  i32(offset: number): number {
    return this.#words[(this.#at + offset) >> 2]!;
  }

  u64(offset: number): number {
    const at = (this.#at + offset) >> 2;
    const low = this.#words[at]!;
    const high = this.#words[at + 1]!;
    if (high === 0 && low >= 0) return low;
    const value = (high >>> 0) * TWO_32 + (low >>> 0);
    if (value > LARGEST) this.refuse(offset, 'It exceeds 2^53 - 1.');
    return value;
  }

  /** A field that shorter messages of the type end before. */
  u64OrZero(offset: number): number {
    return offset + 8 > this.length ? 0 : this.u64(offset);
  }

  /** A field that shorter messages of the type end before. */
  u32OrZero(offset: number): number {
    return offset + 4 > this.length ? 0 : this.u32(offset);
  }

  /** A field that shorter messages of the type end before. */
  i64OrZero(offset: number): number {
    return offset + 8 > this.length ? 0 : this.i64(offset);
  }

  i64(offset: number): number {
    const at = (this.#at + offset) >> 2;
    const low = this.#words[at]!;
    const high = this.#words[at + 1]!;
    if (high === low >> 31) return low;
    const value = high * TWO_32 + (low >>> 0);
    if (value > LARGEST || value < -LARGEST) {
      this.refuse(offset, 'It is beyond +-(2^53 - 1).');
    }
    return value;
  }

  text(offset: number, room: number): string {
    const from = this.#at + offset;
    let end = from;
    while (end < from + room && this.#bytes[end] !== 0) end += 1;
    try {
      return utf8.decode(this.#bytes.subarray(from, end));
    } catch {
      throw new DecodeError('BAD_TEXT', from, '');
    }
  }

  /** Two digits for each byte. */
  hex(offset: number, bytes: number): string {
    let digits = '';
    for (let i = 0; i < bytes; i += 1) {
      digits += this.u8(offset + i)
        .toString(16)
        .padStart(2, '0');
    }
    return digits;
  }

  /** Throws `DecodeError` BAD_VALUE for the field at `offset`. */
  refuse(offset: number, detail: string): never {
    throw new DecodeError('BAD_VALUE', this.#at + offset, detail);
  }
}
