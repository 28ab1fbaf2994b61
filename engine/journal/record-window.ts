/** The newest records of a stream by sequence: to compare with somebody else's. */

import { HEADER_BYTES, PacketOffset, readU64 } from '../../feed/index.ts';

export class RecordWindow {
  readonly #size: number;
  readonly #records = new Map<number, string>();

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#records.size;
  }

  /** Bytes as hexadecimal; undefined when it is not held. */
  at(sequence: number): string | undefined {
    return this.#records.get(sequence);
  }

  /** True when a sequence that both hold has other bytes. */
  differsFrom(other: RecordWindow): boolean {
    for (const [sequence, record] of this.#records) {
      const theirs = other.at(sequence);
      if (theirs !== undefined && theirs !== record) return true;
    }
    return false;
  }

  /** Whole packets, one behind the other. Bytes that are none end it. */
  addPackets(packets: Uint8Array): void {
    const view = new DataView(packets.buffer, packets.byteOffset, packets.byteLength);
    for (let at = 0; packets.length - at >= HEADER_BYTES; ) {
      const length = view.getUint32(at + PacketOffset.Length, true);
      if (length < HEADER_BYTES || at + length > packets.length) return;
      this.add(packets.subarray(at, at + length));
      at += length;
    }
  }

  add(packet: Uint8Array): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    if (view.getUint32(PacketOffset.Count, true) === 0) return;
    let sequence = readU64(view, PacketOffset.FirstSequence);
    let at = view.getUint16(PacketOffset.HeaderBytes, true);
    while (at + 8 <= packet.length) {
      const length = view.getUint8(at + 1) * 8;
      if (length === 0 || at + length > packet.length) return;
      this.#records.set(sequence, Buffer.from(packet.subarray(at, at + length)).toString('hex'));
      sequence += 1;
      at += length;
    }
    for (const old of this.#records.keys()) {
      if (this.#records.size <= this.#size) return;
      this.#records.delete(old);
    }
  }
}
