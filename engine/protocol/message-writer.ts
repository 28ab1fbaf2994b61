/** Writes order-entry messages one behind the other into a growing buffer that `take` copies out of. */

import { highOf } from '../../feed/index.ts';
import { MAX_ENTRY_FRAME_BYTES } from './limits.ts';
import { MESSAGE_HEADER_BYTES, MessageOffset } from './messages.ts';

/** Local, for an imported constant is read from memory at each use. */
const HEADER_BYTES = MESSAGE_HEADER_BYTES;
const { Type: TYPE, Length: LENGTH } = MessageOffset;
const high = highOf;
const FIRST_CAPACITY = 4096;
const text = new TextEncoder();

/**
 * A cursor over one frame being built. `open` starts a message; the field methods write at an
 * offset inside it, a multiple of their size. Bytes that no field writes are zero. Numbers are
 * trusted to be in range.
 *
 * Messages are a multiple of 8 bytes long, so what lies in fours is written in fours: through
 * `words`, which is the same memory.
 */
export class MessageWriter {
  /** Bytes written so far. */
  length = 0;
  #bytes = new Uint8Array(FIRST_CAPACITY);
  /** The same memory in fours, for whoever has called `openWhole`. */
  words = new Int32Array(this.#bytes.buffer);
  #at = 0;

  /** Bytes that there is room for before the buffer grows. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Goes on in a buffer of the caller's, of which the first `length` bytes are written. */
  adopt(bytes: Uint8Array<ArrayBuffer>, length: number): void {
    this.#bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    this.length = length;
  }

  /** True when a message of `bytes` may still join the frame. */
  fits(bytes: number): boolean {
    return this.length + bytes <= MAX_ENTRY_FRAME_BYTES;
  }

  /** Starts a message of `bytes`, all zero but for its first word, which is the type, and its length. */
  open(type: number, bytes: number): void {
    const first = this.openWhole(type, bytes);
    const words = this.words;
    const end = this.length >> 2;
    // The call of a built-in `fill` costs more than these few words.
    for (let i = first + (HEADER_BYTES >> 2); i < end; i += 1) words[i] = 0;
  }

  /**
   * As `open`, for one who writes each word behind the header: nothing is made zero. Answers with
   * the place of the message's first word in `words`.
   */
  openWhole(type: number, bytes: number): number {
    const at = this.length;
    const end = at + bytes;
    if (end > this.#bytes.length) this.#grow(end);
    const words = this.words;
    words[(at + TYPE) >> 2] = type;
    words[(at + LENGTH) >> 2] = bytes;
    this.#at = at;
    this.length = end;
    return at >> 2;
  }

  u8(offset: number, value: number): void {
    this.#bytes[this.#at + offset] = value;
  }

  u16(offset: number, value: number): void {
    this.#bytes[this.#at + offset] = value;
    this.#bytes[this.#at + offset + 1] = value >> 8;
  }

  u32(offset: number, value: number): void {
    this.words[(this.#at + offset) >> 2] = value;
  }

  /** A whole number within +-(2^53 - 1), signed or not: the bytes are the same. */
  i64(offset: number, value: number): void {
    const at = (this.#at + offset) >> 2;
    this.words[at] = value;
    this.words[at + 1] = high(value);
  }

  text(offset: number, room: number, value: string): void {
    const at = this.#at + offset;
    text.encodeInto(value, this.#bytes.subarray(at, at + room));
  }

  /** `value` has two digits for each byte. */
  hex(offset: number, bytes: number, value: string): void {
    const at = this.#at + offset;
    for (let i = 0; i < bytes; i += 1) {
      this.#bytes[at + i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16);
    }
  }

  /** Adds whole messages that were written elsewhere. */
  append(messages: Uint8Array): void {
    const at = this.length;
    if (at + messages.length > this.#bytes.length) this.#grow(at + messages.length);
    this.#bytes.set(messages, at);
    this.length = at + messages.length;
  }

  /** What has been written so far, in place: valid until the next call of any other method. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** A copy of the frame, the sender's to keep; the writer starts anew. */
  take(): Uint8Array {
    const frame = this.#bytes.slice(0, this.length);
    this.clear();
    return frame;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(needed: number): void {
    let capacity = this.#bytes.length;
    while (capacity < needed) capacity *= 2;
    const larger = new Uint8Array(capacity);
    larger.set(this.#bytes.subarray(0, this.length));
    this.adopt(larger, this.length);
  }
}
