/** The newest packets of one stream, found by sequence, within a bound of bytes. */

import { PacketPage, type RingPacket } from './packet-page.ts';
import { type RecentPackets, type RepairTransfer, ReplayTransfer } from './repair-transfer.ts';

/** Of a full ring; larger packets than a page have one of their own. */
const PAGES = 64;

/**
 * ```
 *  pages   | page | page | page | page |       the oldest, emptied, becomes the next newest
 *            ^ oldest              ^ newest, being filled
 * ```
 * The packets are contiguous: each starts where the one before ended, or overlaps it. They are copied
 * in, so that none keeps what it came in (libzmq hands out parts of the 8 KiB that it read at once).
 * The bound counts all that is held. The oldest page makes room; the newest packet always stays.
 */
export class PacketRing implements RecentPackets {
  readonly #maxBytes: number;
  readonly #pageBytes: number;
  #pages: PacketPage[] = [];
  /** Packets in them. */
  #length = 0;
  #bytes = 0;
  #next = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#pageBytes = Math.floor(maxBytes / PAGES);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Packets held. */
  get length(): number {
    return this.#length;
  }

  /** Memory held, with what finds the packets. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the oldest record held; 0 when empty. */
  get firstSequence(): number {
    return this.#pages[0]?.firstSequence ?? 0;
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
    if (count === 0 || (!this.isEmpty && next <= this.#next)) return;
    if (!this.isEmpty && firstSequence > this.#next) {
      throw new Error(`PacketRing.add: ${firstSequence} leaves a hole after ${this.#next}`);
    }
    let page = this.#pages.at(-1);
    if (page?.hasRoom(packet.byteLength) !== true) page = this.#nextPage(packet.byteLength);
    page.add(packet, firstSequence, count);
    this.#length += 1;
    this.#next = next;
  }

  /** The packets from the one on that holds `sequence`; none when it is not held. */
  *packetsFrom(sequence: number): Generator<RingPacket, void, undefined> {
    if (this.isEmpty || sequence < this.firstSequence || sequence >= this.#next) return;
    const pages = this.#pages;
    const first = pages.findLastIndex(({ firstSequence }) => firstSequence <= sequence);
    let index = pages[first]?.indexOf(sequence) ?? 0;
    for (const page of pages.slice(first)) {
      for (; index < page.length; index++) yield page.at(index);
      index = 0;
    }
  }

  replay(from: number, to: number): RepairTransfer {
    return new ReplayTransfer(this, from, to);
  }

  clear(): void {
    this.#pages = [];
    this.#length = 0;
    this.#bytes = 0;
    this.#next = 0;
  }

  /** An empty page with room for a packet, within the bound. */
  #nextPage(packetBytes: number): PacketPage {
    const bytes = Math.max(this.#pageBytes, PacketPage.bytesOf(packetBytes));
    let spare: PacketPage | undefined;
    while (this.#bytes + bytes > this.#maxBytes && this.#pages.length > 0) {
      spare = this.#pages.shift() as PacketPage;
      this.#bytes -= spare.byteLength;
      this.#length -= spare.length;
      spare.empty();
    }
    const page = spare?.hasRoom(packetBytes) === true ? spare : new PacketPage(bytes);
    this.#pages.push(page);
    this.#bytes += page.byteLength;
    return page;
  }
}
