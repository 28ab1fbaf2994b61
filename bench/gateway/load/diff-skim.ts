/** Reads from a gateway's MessagePack diff what a load generator counts, and makes no objects. */

import { MessageType } from '../../../gateway/protocol/index.ts';

/** The newest diff that was read. */
export class DiffSkim {
  classId = 0;
  sequence = 0;
  advance = 0;
  engineTimeUs = 0;
  gatewayDelayUs = 0;
  levels = 0;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  /** False for any other message. */
  read(bytes: Uint8Array, from: number): boolean {
    if (bytes[from + 1] !== MessageType.Diff) return false;
    this.#bytes = bytes;
    this.#at = from + 2;
    this.classId = this.#integer();
    this.sequence = this.#integer();
    this.advance = this.#integer();
    this.#integer();
    this.engineTimeUs = this.#integer();
    this.gatewayDelayUs = this.#integer();
    this.#integer();
    this.levels = (this.#skipIntegers() + this.#skipIntegers()) / 3;
    return true;
  }

  #integer(): number {
    const bytes = this.#bytes;
    const head = bytes[this.#at++] as number;
    if (head < 0x80) return head; // positive fixint
    if (head >= 0xe0) return head - 0x100; // negative fixint
    const width = 1 << (head & 3); // 0xcc to 0xcf unsigned, 0xd0 to 0xd3 signed
    let value = 0;
    for (let i = 0; i < width; i += 1) value = value * 256 + (bytes[this.#at + i] as number);
    const isNegative = head >= 0xd0 && (bytes[this.#at] as number) >= 0x80;
    this.#at += width;
    return isNegative ? value - 256 ** width : value;
  }

  #skipIntegers(): number {
    const bytes = this.#bytes;
    const head = bytes[this.#at++] as number;
    let count = head & 0x0f; // fixarray
    if (head === 0xdc) {
      count = (bytes[this.#at] as number) * 256 + (bytes[this.#at + 1] as number); // array 16
      this.#at += 2;
    }
    for (let i = 0; i < count; i += 1) {
      const first = bytes[this.#at] as number;
      this.#at += first < 0x80 || first >= 0xe0 ? 1 : 1 + (1 << (first & 3));
    }
    return count;
  }
}
