/** The oracle of the output ring: all packets that it must still hold, in a plain list. */

import { BLOCK_BYTES } from './ring-memory.ts';

export interface NaivePacket {
  readonly packet: Uint8Array;
  readonly first: number;
  readonly count: number;
  readonly position: number;
}

export class NaiveRing {
  packets: NaivePacket[] = [];
  head = 0;
  next = 0;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(packet: Uint8Array, first: number, count: number): void {
    if (count === 0) return;
    this.packets.push({ packet, first, count, position: this.head });
    this.head += packet.byteLength;
    this.next = first + count;
    // What no longer fits goes, and with it the rest of its block.
    if (this.head - (this.packets[0]?.position ?? 0) <= this.#capacity) return;
    const kept = Math.ceil((this.head - this.#capacity) / BLOCK_BYTES) * BLOCK_BYTES;
    this.packets = this.packets.filter(({ position }) => position >= kept);
  }

  indexOf(sequence: number): number {
    return this.packets.findIndex(
      ({ first, count }) => first <= sequence && sequence < first + count,
    );
  }
}
