/** The newest packets of one stream in shared memory: written by the matching thread, at one copy. */

import { MAX_PACKET_BYTES } from '../../feed/index.ts';
import {
  BLOCK_BYTES,
  Control,
  indexOfBlock,
  Mark,
  type RingMemory,
  ringMemory,
  UNIT_BYTES,
} from './ring-memory.ts';

/**
 * ```
 *            tail                          head
 *             v                             v
 *   ~~~~~~~~~~| p4 |   p5   | p6 |    p7    |~~~~~~~~~~    positions rise for ever
 *    may be               readable
 *  overwritten
 * ```
 * Before anything is overwritten the tail is moved behind it, and the head is moved when a packet is
 * complete. Whoever copies a packet out and finds the tail still before it has what was written;
 * otherwise it was too slow, and knows. The writer never waits and never looks at readers.
 */
export class OutputRing {
  readonly memory: RingMemory;
  #tail = 0;
  #first = 0;
  #head = 0;
  #next = 0;
  /** Where the slowest relay was when last looked at. */
  #safe = 0;

  /** Holds at least `bytes` of packets, and at least two of the largest. */
  constructor(bytes: number) {
    this.memory = ringMemory(bytes);
  }

  /** Bytes of packets that can be held. */
  get capacity(): number {
    return this.memory.data.length;
  }

  /** Bytes ever added. */
  get head(): number {
    return this.#head;
  }

  /** Bytes of packets that the slowest relay does not have. */
  get behind(): number {
    const { control } = this.memory;
    const safe = Atomics.load(control, Control.Safe);
    this.#safe += ((safe - this.#safe / UNIT_BYTES) | 0) * UNIT_BYTES;
    return this.#head - this.#safe;
  }

  /** Which relay that is: its place among those that were configured. */
  get slowest(): number {
    return Atomics.load(this.memory.control, Control.Slowest);
  }

  /**
   * Copies a packet in; the oldest make room. Packets without records are passed over: nobody asks
   * for them again. Each must begin where the one before ended.
   */
  add(packet: Uint8Array, firstSequence: number, count: number): void {
    if (count === 0) return;
    const bytes = packet.byteLength;
    if (bytes > MAX_PACKET_BYTES || bytes % UNIT_BYTES !== 0) {
      throw new Error(`OutputRing.add: a packet of ${bytes} bytes`);
    }
    if (this.#head === 0) this.#begin(firstSequence);
    else if (firstSequence !== this.#next) {
      throw new Error(`OutputRing.add: ${firstSequence} does not follow ${this.#next}`);
    }
    const end = this.#head + bytes;
    if (end - this.capacity > this.#tail) this.#makeRoom(end - this.capacity);
    this.#copyIn(packet);
    this.#head = end;
    this.#next = firstSequence + count;
    this.#writeIndex(end - bytes, end);
    this.#publish();
  }

  #begin(firstSequence: number): void {
    const { index } = this.memory;
    this.#first = firstSequence;
    index[0] = 0;
    index[1] = firstSequence;
  }

  /** Gives up at least all before `position`: up to the first packet of the next block. */
  #makeRoom(position: number): void {
    const { index } = this.memory;
    const at = indexOfBlock(this.memory, Math.ceil(position / BLOCK_BYTES));
    this.#tail = index[at] as number;
    this.#first = index[at + 1] as number;
    // Seen by readers before the first byte is overwritten.
    this.#publish();
  }

  #copyIn(packet: Uint8Array): void {
    const { data } = this.memory;
    const at = this.#head % data.length;
    const room = data.length - at;
    if (packet.byteLength <= room) {
      data.set(packet, at);
    } else {
      data.set(packet.subarray(0, room), at);
      data.set(packet.subarray(room), 0);
    }
  }

  /** Of the blocks that begin behind `start`, up to `end`: the next packet is the first in them. */
  #writeIndex(start: number, end: number): void {
    const { index } = this.memory;
    const last = Math.floor(end / BLOCK_BYTES);
    for (let block = Math.floor(start / BLOCK_BYTES) + 1; block <= last; block += 1) {
      const at = indexOfBlock(this.memory, block);
      index[at] = end;
      index[at + 1] = this.#next;
    }
  }

  #publish(): void {
    const { control, marks } = this.memory;
    // Adding is a full barrier on every processor, which storing is not.
    Atomics.add(control, Control.Version, 1);
    marks[Mark.Tail] = this.#tail;
    marks[Mark.First] = this.#first;
    marks[Mark.Head] = this.#head;
    marks[Mark.Next] = this.#next;
    Atomics.add(control, Control.Version, 1);
  }
}
