/** Writes order-entry messages one behind the other into a growing buffer that `take` copies out of. */

import { MAX_ENTRY_FRAME_BYTES } from './limits.ts';
import { MessageOffset } from './messages.ts';

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 4096;
const text = new TextEncoder();

/**
 * A cursor over one frame being built. `open` starts a message; the field methods write at an
 * offset inside it. Bytes that no field writes are zero. Numbers are trusted to be in range.
 */
export class MessageWriter {
  /** Bytes written so far. */
  length = 0;
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** True when a message of `bytes` may still join the frame. */
  fits(bytes: number): boolean {
    return this.length + bytes <= MAX_ENTRY_FRAME_BYTES;
  }

  /** Starts a message of `bytes`, all zero but for its type and length. */
  open(type: number, bytes: number): void {
    const at = this.length;
    if (at + bytes > this.#bytes.length) this.#grow(at + bytes);
    this.#bytes.fill(0, at, at + bytes);
    this.#bytes[at + MessageOffset.Type] = type;
    this.#view.setUint32(at + MessageOffset.Length, bytes, true);
    this.#at = at;
    this.length = at + bytes;
  }

  u8(offset: number, value: number): void {
    this.#bytes[this.#at + offset] = value;
  }

  u16(offset: number, value: number): void {
    this.#view.setUint16(this.#at + offset, value, true);
  }

  u32(offset: number, value: number): void {
    this.#view.setUint32(this.#at + offset, value, true);
  }

  /** A whole number within +-(2^53 - 1), signed or not: the bytes are the same. */
  i64(offset: number, value: number): void {
    const at = this.#at + offset;
    this.#view.setInt32(at, value | 0, true);
    this.#view.setInt32(at + 4, Math.floor(value / TWO_32), true);
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
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
