/** Reads the engine's state out of bytes, whatever bytes they are. */

import { MAX_INTEGER } from '../feed/index.ts';
import { StateError } from './state-error.ts';
import { partNumber } from './state-parts.ts';

const TWO_32 = 4_294_967_296;
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

/** Raised when any part begins to save something else; `StateReader.version` is what was found. */
export const STATE_VERSION = 1;

/** `StateWriter`'s cursor for reading. Every method throws `StateError`, and nothing else. */
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
