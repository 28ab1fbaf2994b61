/** The newest packets of one stream, found by sequence, within a bound of bytes. */

import { type RecentPackets, type RepairTransfer, ReplayTransfer } from './repair-transfer.ts';

/** A ring packet; the bytes are shared and must not be changed. */
export interface RingPacket {
  readonly packet: Uint8Array;
  readonly firstSequence: number;
  readonly count: number;
}

const FIRST_SLOTS = 1024;

/**
 * ```
 *        head                     head + size
 *         v                           v
 *  +----+----+----+----+----+----+----+----+
 *  |    | p0 | p1 | p2 | p3 | p4 | p5 |    |   slots: a power of two, doubled when full
 *  +----+----+----+----+----+----+----+----+
 * ```
 * The packets are contiguous: each starts where the one before ended, or overlaps it. The oldest
 * make room when the bytes exceed the bound; the newest always stays.
 */
export class PacketRing implements RecentPackets {
  readonly #maxBytes: number;
  #slots: (RingPacket | undefined)[] = new Array(FIRST_SLOTS);
  #head = 0;
  #size = 0;
  #bytes = 0;
  #next = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Packets held. */
  get length(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the oldest record held; 0 when empty. */
  get firstSequence(): number {
    return this.#slots[this.#head]?.firstSequence ?? 0;
  }

  /** Sequence after the newest record held; 0 when empty. */
  get nextSequence(): number {
    return this.#next;
  }

  /**
   * Adds a packet with records. One that repeats what is held is ignored; one that leaves a hole
   * behind the newest is a programmer's mistake: `clear` first.
   */
  add(packet: Uint8Array, firstSequence: number, count: number): void {
    const next = firstSequence + count;
    if (count === 0 || (this.#size !== 0 && next <= this.#next)) return;
    if (this.#size !== 0 && firstSequence > this.#next) {
      throw new Error(`PacketRing.add: ${firstSequence} leaves a hole after ${this.#next}`);
    }
    if (this.#size === this.#slots.length) this.#grow();
    this.#slots[this.#slot(this.#size)] = { packet, firstSequence, count };
    this.#size += 1;
    this.#bytes += packet.byteLength;
    this.#next = next;
    while (this.#bytes > this.#maxBytes && this.#size > 1) this.#dropOldest();
  }

  /** Place of the packet that holds `sequence`; -1 when none does. Valid until the next `add`. */
  indexOf(sequence: number): number {
    if (this.#size === 0 || sequence < this.firstSequence || sequence >= this.#next) return -1;
    let low = 0;
    let high = this.#size - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.at(middle).firstSequence <= sequence) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The packet at a place, 0 being the oldest. */
  at(index: number): RingPacket {
    const found = index < this.#size ? this.#slots[this.#slot(index)] : undefined;
    if (found === undefined) throw new Error(`PacketRing.at: ${index} of ${this.#size}`);
    return found;
  }

  replay(from: number, to: number): RepairTransfer {
    return new ReplayTransfer(this, from, to);
  }

  clear(): void {
    this.#slots = new Array(FIRST_SLOTS);
    this.#head = 0;
    this.#size = 0;
    this.#bytes = 0;
    this.#next = 0;
  }

  #slot(index: number): number {
    return (this.#head + index) & (this.#slots.length - 1);
  }

  #dropOldest(): void {
    this.#bytes -= this.#slots[this.#head]?.packet.byteLength ?? 0;
    this.#slots[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#size -= 1;
  }

  #grow(): void {
    const slots: (RingPacket | undefined)[] = new Array(this.#slots.length * 2);
    for (let i = 0; i < this.#size; i++) slots[i] = this.#slots[this.#slot(i)];
    this.#slots = slots;
    this.#head = 0;
  }
}
