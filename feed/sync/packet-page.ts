/** One page of a packet ring: packets from the front, and from the back what is known of each. */

/** A packet of a ring. The bytes are the ring's own: read them before the next one is added. */
export interface RingPacket {
  readonly packet: Uint8Array;
  readonly firstSequence: number;
  readonly count: number;
}

/** Packets are read in words. */
const ALIGNMENT = 8;
/** First sequence (f64); offset, length and count of records (u32 each); four bytes of nothing. */
const ENTRY_BYTES = 24;
const ENTRY_SEQUENCES = ENTRY_BYTES / Float64Array.BYTES_PER_ELEMENT;
const ENTRY_WORDS = ENTRY_BYTES / Uint32Array.BYTES_PER_ELEMENT;
const OFFSET_WORD = 2;
const LENGTH_WORD = 3;
const COUNT_WORD = 4;

/**
 * ```
 *  | p0 | p1 |  p2  | p3 |      free      | e3 | e2 | e1 | e0 |
 * ```
 * So all that a packet costs lies in the page, and a page costs what it measures, however small the
 * packets are. When its packets are no longer wanted it is emptied and filled again.
 */
export class PacketPage {
  readonly #bytes: Uint8Array;
  readonly #sequences: Float64Array;
  readonly #words: Uint32Array;
  #length = 0;
  #used = 0;

  constructor(byteLength: number) {
    this.#bytes = new Uint8Array(align(byteLength));
    this.#sequences = new Float64Array(this.#bytes.buffer);
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  /** What a packet of so many bytes takes up. */
  static bytesOf(packetBytes: number): number {
    return align(packetBytes) + ENTRY_BYTES;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Packets in it. */
  get length(): number {
    return this.#length;
  }

  /** Of the first packet; it must have one. */
  get firstSequence(): number {
    return this.#sequenceAt(0);
  }

  hasRoom(packetBytes: number): boolean {
    const free = this.#bytes.byteLength - this.#used - this.#length * ENTRY_BYTES;
    return PacketPage.bytesOf(packetBytes) <= free;
  }

  /** Copies a packet in, for which there must be room. */
  add(packet: Uint8Array, firstSequence: number, count: number): void {
    const { byteLength } = packet;
    this.#bytes.set(packet, this.#used);
    this.#length += 1;
    const entry = this.#bytes.byteLength - this.#length * ENTRY_BYTES;
    this.#sequences[entry / Float64Array.BYTES_PER_ELEMENT] = firstSequence;
    const word = entry / Uint32Array.BYTES_PER_ELEMENT;
    this.#words[word + OFFSET_WORD] = this.#used;
    this.#words[word + LENGTH_WORD] = byteLength;
    this.#words[word + COUNT_WORD] = count;
    this.#used += align(byteLength);
  }

  at(index: number): RingPacket {
    const word = this.#words.length - (index + 1) * ENTRY_WORDS;
    const offset = this.#words[word + OFFSET_WORD] as number;
    const length = this.#words[word + LENGTH_WORD] as number;
    return {
      packet: this.#bytes.subarray(offset, offset + length),
      firstSequence: this.#sequenceAt(index),
      count: this.#words[word + COUNT_WORD] as number,
    };
  }

  /** Place of the last packet that begins at `sequence` or before; the first one must. */
  indexOf(sequence: number): number {
    let low = 0;
    let high = this.#length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#sequenceAt(middle) <= sequence) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  empty(): void {
    this.#length = 0;
    this.#used = 0;
  }

  #sequenceAt(index: number): number {
    return this.#sequences[this.#sequences.length - (index + 1) * ENTRY_SEQUENCES] as number;
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
