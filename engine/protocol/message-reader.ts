/** Reads the messages of one order-entry frame as a cursor: `open`, then `next` until it says false. */

import { DecodeError, MAX_INTEGER } from '../../feed/index.ts';
import { MAX_ENTRY_FRAME_BYTES } from './limits.ts';
import { MESSAGE_BYTES, MESSAGE_HEADER_BYTES, MessageOffset, MessageType } from './messages.ts';

const TWO_32 = 4_294_967_296;
const utf8 = new TextDecoder('utf-8', { fatal: true });

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
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #next = 0;

  /** Starts on `frame`, which must stay unchanged until the last message is read. */
  open(frame: Uint8Array): void {
    if (frame.byteLength > MAX_ENTRY_FRAME_BYTES) {
      throw new DecodeError('TOO_LONG', frame.byteLength, `The limit is ${MAX_ENTRY_FRAME_BYTES}.`);
    }
    this.#bytes = frame;
    this.#view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    this.#at = 0;
    this.#next = 0;
  }

  /** Moves to the next message; false at the end of the frame. */
  next(): boolean {
    const at = this.#next;
    const left = this.#bytes.length - at;
    if (left < MESSAGE_HEADER_BYTES) {
      if (left !== 0) throw new DecodeError('TRUNCATED', at, 'A message has at least 8.');
      return false;
    }
    const type = this.#bytes[at + MessageOffset.Type] as number;
    const length = this.#view.getUint32(at + MessageOffset.Length, true);
    const shortest = SHORTEST[type] || MESSAGE_HEADER_BYTES;
    if (length < shortest || length > left || length % 8 !== 0) {
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
    return this.#view.getUint8(this.#at + offset);
  }

  /** A byte that names one of the values 0 to `highest`. */
  choice(offset: number, highest: number): number {
    const value = this.u8(offset);
    if (value > highest) this.refuse(offset, `${value} is not defined.`);
    return value;
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#at + offset, true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#at + offset, true);
  }

  u64(offset: number): number {
    const at = this.#at + offset;
    const value = this.#view.getUint32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
    if (value > MAX_INTEGER) this.refuse(offset, 'It exceeds 2^53 - 1.');
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
    const at = this.#at + offset;
    const value = this.#view.getInt32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
    if (value > MAX_INTEGER || value < -MAX_INTEGER) {
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
