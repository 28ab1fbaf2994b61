/** Reads packets out of an output ring in another thread than the one that writes it. */

import {
  MAX_CHUNK_PAYLOAD_BYTES,
  MAX_PACKET_BYTES,
  PacketOffset,
  type RecentPackets,
  type RepairTransfer,
  readU64,
  type TransferChunk,
} from '../../feed/index.ts';
import {
  BLOCK_BYTES,
  Control,
  fence,
  indexOfBlock,
  Mark,
  type RingMemory,
  UNIT_BYTES,
} from './ring-memory.ts';

const HEADER_BYTES = PacketOffset.Count + 4;
/** The writer changes its marks within nanoseconds; only one that was stopped meanwhile takes longer. */
const STOPPED_WRITER_MS = 1;
const LOOKS_BEFORE_WAITING = 1000;

/**
 * Everything read is doubted until the tail has been looked at again: if it has come as far as what
 * was read, the writer may have been there, and the answer is that it is no longer held.
 */
export class OutputRingReader implements RecentPackets {
  readonly #memory: RingMemory;
  readonly #words: Uint32Array<SharedArrayBuffer>;
  #tail = 0;
  #first = 0;
  #head = 0;
  #next = 0;
  /** What the search under way has come to: a packet, its first sequence, and all that it relied on. */
  #position = 0;
  #sequence = 0;
  #lowest = 0;

  constructor(memory: RingMemory) {
    this.#memory = memory;
    this.#words = new Uint32Array(memory.data.buffer);
  }

  get isEmpty(): boolean {
    this.#look();
    return this.#head === 0;
  }

  get firstSequence(): number {
    this.#look();
    return this.#first;
  }

  get nextSequence(): number {
    this.#look();
    return this.#next;
  }

  replay(from: number, to: number): RepairTransfer {
    return new RingTransfer(this, from, to);
  }

  /** Where the packet begins that holds `sequence`; -1: it is not, or no longer, held. */
  find(sequence: number): number {
    this.#look();
    if (this.#head === 0 || sequence < this.#first || sequence >= this.#next) return -1;
    this.#searchBlocks(sequence);
    for (;;) {
      const bytes = this.#lengthAt(this.#position);
      if (bytes < 0) return -1;
      const next = this.#sequence + this.#wordAt(this.#position + PacketOffset.Count);
      if (sequence < next) return this.#isHeld(this.#lowest) ? this.#position : -1;
      this.#sequence = next;
      this.#position += bytes;
    }
  }

  /**
   * Everything before this position is what whoever has all records before `sequence` has whole;
   * what is older than the ring counts as held by everybody.
   */
  positionOf(sequence: number): number {
    this.#look();
    if (sequence >= this.#next) return this.#head;
    const found = this.find(sequence);
    return found < 0 ? this.#tail : found;
  }

  /** A copy of the packet at a position; `undefined`: none is, or no longer, there. */
  copy(position: number): Uint8Array | undefined {
    this.#look();
    const bytes = this.#lengthAt(position);
    if (bytes < 0) return undefined;
    const packet = this.copyBytes(position, bytes);
    return this.#isHeld(position) ? packet : undefined;
  }

  /** As they lie there, whoever is writing. */
  protected copyBytes(position: number, bytes: number): Uint8Array {
    const { data } = this.#memory;
    const packet = new Uint8Array(bytes);
    const at = position % data.length;
    const part = Math.min(bytes, data.length - at);
    packet.set(data.subarray(at, at + part));
    if (part < bytes) packet.set(data.subarray(0, bytes - part), part);
    return packet;
  }

  /** Finds the last indexed packet that begins with `sequence` or an earlier one. */
  #searchBlocks(sequence: number): void {
    const { index } = this.#memory;
    let low = Math.floor(this.#tail / BLOCK_BYTES) + 1;
    let high = Math.floor(this.#head / BLOCK_BYTES);
    let lowest = Number.POSITIVE_INFINITY;
    this.#position = this.#tail;
    this.#sequence = this.#first;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const at = indexOfBlock(this.#memory, middle);
      const first = index[at + 1] as number;
      lowest = Math.min(lowest, middle * BLOCK_BYTES);
      if (first <= sequence) {
        this.#position = index[at] as number;
        this.#sequence = first;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    this.#lowest = this.#position === this.#tail ? this.#tail : lowest;
  }

  /** Of the packet at a position; -1 when there can be none. */
  #lengthAt(position: number): number {
    if (position < this.#tail || position + HEADER_BYTES > this.#head) return -1;
    const bytes = this.#wordAt(position + PacketOffset.Length);
    const isLength = bytes >= HEADER_BYTES && bytes <= MAX_PACKET_BYTES && bytes % UNIT_BYTES === 0;
    return isLength && position + bytes <= this.#head ? bytes : -1;
  }

  #wordAt(position: number): number {
    return this.#words[(position % this.#memory.data.length) >>> 2] as number;
  }

  /** Whether nothing from `position` on can have been overwritten while it was read. */
  #isHeld(position: number): boolean {
    fence(this.#memory);
    this.#look();
    return position >= this.#tail;
  }

  /** Takes the writer's marks, all of one moment. */
  #look(): void {
    const { control, marks } = this.#memory;
    for (let looks = 0; ; looks += 1) {
      const version = Atomics.load(control, Control.Version);
      if ((version & 1) === 0) {
        this.#tail = marks[Mark.Tail] as number;
        this.#first = marks[Mark.First] as number;
        this.#head = marks[Mark.Head] as number;
        this.#next = marks[Mark.Next] as number;
        fence(this.#memory);
        if (Atomics.load(control, Control.Version) === version) return;
      }
      if (looks > LOOKS_BEFORE_WAITING) {
        Atomics.wait(control, Control.Version, version, STOPPED_WRITER_MS);
      }
    }
  }
}

/** A range of records: whole packets, so the first may begin before the range. */
class RingTransfer implements RepairTransfer {
  readonly #ring: OutputRingReader;
  #from: number;
  readonly #to: number;
  /** Of the packet that holds `from`; -1: not looked for yet. */
  #position = -1;

  constructor(ring: OutputRingReader, from: number, to: number) {
    this.#ring = ring;
    this.#from = from;
    this.#to = to;
  }

  nextChunk(): TransferChunk | undefined {
    const ring = this.#ring;
    const packets: Uint8Array[] = [];
    let bytes = 0;
    if (this.#position < 0) this.#position = ring.find(this.#from);
    while (this.#from < this.#to) {
      const packet = this.#position < 0 ? undefined : ring.copy(this.#position);
      if (packet === undefined) return undefined;
      if (packets.length > 0 && bytes + packet.byteLength > MAX_CHUNK_PAYLOAD_BYTES) break;
      packets.push(packet);
      bytes += packet.byteLength;
      this.#position += packet.byteLength;
      this.#from = sequenceAfter(packet);
    }
    return { packets, isLast: this.#from >= this.#to };
  }
}

function sequenceAfter(packet: Uint8Array): number {
  const view = new DataView(packet.buffer);
  return readU64(view, PacketOffset.FirstSequence) + view.getUint32(PacketOffset.Count, true);
}
