/** Keeps the packets that arrive while a consumer waits for older ones, in order, within a bound. */

/** What keeping a packet costs beside its bytes: its entry, its array, and the memory's own objects. */
const KEEPING_BYTES = 256;

/** A packet that waits; the bytes are the consumer's own. */
export interface WaitingPacket {
  readonly packet: Uint8Array;
  readonly firstSequence: number;
  /** Sequence after its last record. */
  readonly nextSequence: number;
}

/** Packets may come in any order and repeated; holes between them stay holes. */
export class JoinBuffer {
  readonly #maxBytes: number;
  #waiting: WaitingPacket[] = [];
  /** Packets before this place have been taken. */
  #head = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#waiting.length;
  }

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** Memory held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the oldest record that waits; 0 when empty. */
  get firstSequence(): number {
    return this.#waiting[this.#head]?.firstSequence ?? 0;
  }

  /** False when the bound is reached: the packet was not kept. */
  add(packet: Uint8Array, firstSequence: number, count: number): boolean {
    const nextSequence = firstSequence + count;
    const waiting = this.#waiting;
    let place = waiting.length;
    while (place > this.#head && (waiting[place - 1]?.firstSequence ?? 0) >= firstSequence) {
      place -= 1;
      const other = waiting[place];
      if (other?.firstSequence === firstSequence && other.nextSequence >= nextSequence) return true;
    }
    const bytes = bytesOf(packet);
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    const added = { packet: ownBytes(packet), firstSequence, nextSequence };
    if (place === waiting.length) waiting.push(added);
    else waiting.splice(place, 0, added);
    return true;
  }

  /**
   * Takes out the packet that holds record `next`; older ones are dropped. `undefined` when there
   * is a hole at `next`, or nothing waits.
   */
  take(next: number): Uint8Array | undefined {
    for (;;) {
      const oldest = this.#waiting[this.#head];
      if (oldest === undefined || oldest.firstSequence > next) return undefined;
      this.#bytes -= bytesOf(oldest.packet);
      this.#head += 1;
      if (this.#head === this.#waiting.length || this.#head >= 1024) this.#compact();
      if (oldest.nextSequence > next) return oldest.packet;
    }
  }

  /** Takes out the oldest packet, whatever is expected next. */
  takeOldest(): Uint8Array | undefined {
    const oldest = this.#waiting[this.#head];
    if (oldest === undefined) return undefined;
    this.#bytes -= bytesOf(oldest.packet);
    this.#head += 1;
    if (this.#head === this.#waiting.length || this.#head >= 1024) this.#compact();
    return oldest.packet;
  }

  clear(): void {
    this.#waiting = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #compact(): void {
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}

function bytesOf({ byteLength }: Uint8Array): number {
  return byteLength + KEEPING_BYTES;
}

/** A packet that is a small part of what it came in, as libzmq hands them out, would keep all of that. */
function ownBytes(packet: Uint8Array): Uint8Array {
  return packet.buffer.byteLength > 2 * packet.byteLength ? new Uint8Array(packet) : packet;
}
