/** Writes the engine's state as bytes, into a buffer that grows. */

import { partNumber } from './state-parts.ts';

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 64 * 1024;
const utf8Encoder = new TextEncoder();

/** A cursor that writes little-endian values one behind the other; numbers are trusted. */
export class StateWriter {
  /** Bytes written so far. */
  length = 0;
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);

  /** What has been written so far, in place: valid until something more is written. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** `name`: four ASCII letters. `write` writes the part, whose length is put in front of it. */
  part(name: string, write: () => void): void {
    this.u32(partNumber(name));
    const at = this.#room(4);
    write();
    this.#view.setUint32(at, this.length - at - 4, true);
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  /** A whole number within +-(2^53 - 1). */
  int(value: number): void {
    const at = this.#room(8);
    this.#view.setInt32(at, value | 0, true);
    this.#view.setInt32(at + 4, Math.floor(value / TWO_32), true);
  }

  /** 64 bits as two halves. */
  u64(high: number, low: number): void {
    const at = this.#room(8);
    this.#view.setUint32(at, low, true);
    this.#view.setUint32(at + 4, high, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  text(value: string): void {
    this.bytes(utf8Encoder.encode(value));
  }

  /** With their count in front. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** In front of as many elements. */
  count(elements: number): void {
    this.u32(elements);
  }

  clear(): void {
    this.length = 0;
  }

  /** To be called before the buffer is named: it may be another one afterwards. */
  #room(bytes: number): number {
    const at = this.length;
    const end = at + bytes;
    if (end > this.#bytes.length) this.#grow(end);
    this.length = end;
    return at;
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
