/** Copies small packets together, so that keeping one does not keep all that it came in. */

/**
 * libzmq reads 8 KiB at a time and hands out messages as parts of it: a packet of 150 bytes that is
 * kept holds 9 KiB then, so that a ring of 64 MiB of an idle market would hold 4 GiB.
 *
 * ```
 *  block: | p0 | p1 |  p2  | p3 |   free   |   a block goes when its last packet does
 * ```
 */
const BLOCK_BYTES = 64 * 1024;
/** From here on a packet has memory of its own, or nearly. */
const SMALL_BYTES = 8 * 1024;
/** Packets are read in words. */
const ALIGNMENT = 8;

export class PacketShelf {
  #block = new Uint8Array(0);
  #next = 0;

  /** The same bytes, for keeping: a part of a block, or a large packet itself. */
  place(packet: Uint8Array): Uint8Array {
    const { byteLength } = packet;
    if (byteLength >= SMALL_BYTES) return packet;
    if (this.#next + byteLength > this.#block.byteLength) {
      this.#block = new Uint8Array(BLOCK_BYTES);
      this.#next = 0;
    }
    const place = this.#block.subarray(this.#next, this.#next + byteLength);
    place.set(packet);
    this.#next += Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
    return place;
  }
}
