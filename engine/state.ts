/** The engine's state as bytes: a writer that grows, a reader that survives any bytes, a digest. */

import { MAX_INTEGER } from '../feed/index.ts';

/**
 * The pattern: every part of the engine whose future depends on its past has `saveState(writer)` and
 * `loadState(reader)` in its own file, which write and read the same values in the same order, inside
 * `part(name, ...)`. A part saves what it *is* and not how it lies in memory (orders in priority
 * order, not rows and free lists), so that equal states give equal bytes and an equal digest,
 * whatever way they came about; `loadState` is called on a part that is new, and between two
 * transactions only. What comes in is checked as an order of a stranger would be: a value that
 * cannot be is refused with `reader.refuse`, and an array is made only after `reader.count` has
 * found that its elements can be there.
 */

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 64 * 1024;
const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Stable codes, each with what is wrong in one sentence. */
export const STATE_ERROR_TEXT = {
  STATE_TRUNCATED: 'The bytes end before the state does.',
  STATE_BAD_VALUE: 'A value is outside its range.',
  STATE_OTHER_PART: 'Another part of the engine was to come.',
  STATE_LEFT_OVER: 'There are more bytes than the part reads.',
} as const;
export type StateErrorCode = keyof typeof STATE_ERROR_TEXT;

/** The one error that bytes may cause in `StateReader` and in any `loadState`. */
export class StateError extends Error {
  readonly code: StateErrorCode;
  /** Byte offset in the state where the trouble was seen. */
  readonly offset: number;

  constructor(code: StateErrorCode, offset: number, detail: string) {
    super(`${code} at byte ${offset}: ${STATE_ERROR_TEXT[code]} ${detail}`);
    this.name = 'StateError';
    this.code = code;
    this.offset = offset;
  }
}

/** A part that can be saved and loaded. */
export interface Stateful {
  saveState(writer: StateWriter): void;
  /** Of a part that is new. Throws `StateError`; the part is then of no use. */
  loadState(reader: StateReader): void;
}

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

/** The same cursor for reading. Every method throws `StateError`, and nothing else. */
export class StateReader {
  /** Of the engine that saved it: a part that has since learned more reads the rest if it is newer. */
  readonly version: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  /** Where the part that is being read ends. */
  #end: number;

  constructor(bytes: Uint8Array, version: number = STATE_VERSION) {
    this.version = version;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** `read` reads the part, all of it. */
  part(name: string, read: () => void): void {
    const found = this.u32();
    if (found !== partNumber(name)) {
      throw new StateError('STATE_OTHER_PART', this.#at - 4, `It is not ${name}.`);
    }
    const length = this.u32();
    const outer = this.#end;
    const end = this.#at + length;
    if (end > outer) throw new StateError('STATE_TRUNCATED', this.#at, `${name} has ${length}.`);
    this.#end = end;
    read();
    if (this.#at !== end) {
      throw new StateError('STATE_LEFT_OVER', this.#at, `${name} ends at ${end}.`);
    }
    this.#end = outer;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** A byte that names one of the values 0 to `highest`. */
  choice(highest: number): number {
    const value = this.u8();
    if (value > highest) this.refuse(`${value} is above ${highest}.`);
    return value;
  }

  bool(): boolean {
    return this.choice(1) === 1;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int(lowest: number = -MAX_INTEGER, highest: number = MAX_INTEGER): number {
    const at = this.#take(8);
    const value = this.#view.getInt32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
    if (value < lowest || value > highest) {
      this.refuse(`${value} is not within ${lowest} and ${highest}.`);
    }
    return value;
  }

  /** 64 bits as two halves, into `out`. */
  u64(out: { high: number; low: number }): void {
    const at = this.#take(8);
    out.low = this.#view.getUint32(at, true);
    out.high = this.#view.getUint32(at + 4, true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** `longest`: bytes of UTF-8. */
  text(longest: number): string {
    const bytes = this.bytes(longest);
    try {
      return utf8Decoder.decode(bytes);
    } catch {
      return this.refuse('It is not UTF-8.');
    }
  }

  /** A view of the state's own bytes: copy what is to be kept. */
  bytes(longest: number): Uint8Array {
    const length = this.count(longest, 1);
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** How many elements follow, of which each takes `bytesEach` or more. */
  count(highest: number, bytesEach: number): number {
    const elements = this.u32();
    if (elements > highest) this.refuse(`${elements} elements are more than ${highest}.`);
    if (elements * bytesEach > this.#end - this.#at) {
      throw new StateError('STATE_TRUNCATED', this.#at, `${elements} elements were to come.`);
    }
    return elements;
  }

  /** Throws unless everything has been read. */
  end(): void {
    if (this.#at === this.#end) return;
    throw new StateError('STATE_LEFT_OVER', this.#at, `The state has ${this.#end} bytes.`);
  }

  /** Throws `StateError` STATE_BAD_VALUE for what was just read. */
  refuse(detail: string): never {
    throw new StateError('STATE_BAD_VALUE', this.#at, detail);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#end) {
      throw new StateError('STATE_TRUNCATED', at, `${bytes} bytes were to come.`);
    }
    this.#at = at + bytes;
    return at;
  }
}

/** Raised when any part begins to save something else; `StateReader.version` is what was found. */
export const STATE_VERSION = 1;

/**
 * 64 bits over all of them, as 16 hexadecimal digits: two chained 32-bit lanes (those of Wellons'
 * "triple32" and "lowbias32") over the words. It detects accidents, not forgery.
 */
export function digestOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let a = 0x9747_b28c ^ bytes.length;
  let b = 0x3c6e_f372 ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = view.getInt32(at, true);
    a ^= word;
    a = Math.imul(a ^ (a >>> 17), 0xed5a_d4bb);
    b ^= word;
    b = Math.imul(b ^ (b >>> 16), 0x7feb_352d);
  }
  for (let at = whole; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    a ^= byte;
    a = Math.imul(a ^ (a >>> 17), 0xed5a_d4bb);
    b ^= byte;
    b = Math.imul(b ^ (b >>> 16), 0x7feb_352d);
  }
  a = Math.imul(a ^ (a >>> 11), 0xac4c_1b51);
  b = Math.imul(b ^ (b >>> 15), 0x846c_a68b);
  return hex(a ^ (a >>> 15)) + hex(b ^ (b >>> 16));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

function partNumber(name: string): number {
  let number = 0;
  for (let i = 3; i >= 0; i -= 1) number = number * 256 + name.charCodeAt(i);
  return number;
}
