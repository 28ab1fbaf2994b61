/**
 * The frames sent and not yet acknowledged: their sizes and times, in a ring that grows.
 *
 * ```
 *      first            first + count
 *        v                    v
 *  [ . . 59 t 61 t 1204 t 59 t . . . ]     size and time in turn; a power of two with a mask
 * ```
 * A plain array of numbers, which V8 keeps as doubles in one piece: every connection has one, and
 * two typed arrays with their buffers were twice the bytes, each on a list that the collector walks.
 */

import { MAX_UNACKED_FRAMES } from '../protocol/index.ts';

const FIRST_CAPACITY = 16;
/** Size and time. */
const WIDTH = 2;

export class UnackedFrames {
  /** Frames sent since the connection began: what acknowledgements count. */
  sent = 0;
  count = 0;
  bytes = 0;
  #ring: number[] = emptyRing(FIRST_CAPACITY);

  get isFull(): boolean {
    return this.count >= MAX_UNACKED_FRAMES;
  }

  get acknowledged(): number {
    return this.sent - this.count;
  }

  /** `nowMs`: of the session's clock. */
  push(bytes: number, nowMs: number): void {
    if (this.count * WIDTH === this.#ring.length) this.#grow();
    const slot = (this.sent * WIDTH) & (this.#ring.length - 1);
    this.#ring[slot] = bytes;
    this.#ring[slot + 1] = nowMs;
    this.sent += 1;
    this.count += 1;
    this.bytes += bytes;
  }

  /** The first `frames` frames of the connection have arrived; false if fewer were ever sent. */
  acknowledge(frames: number): boolean {
    if (frames > this.sent) return false;
    const mask = this.#ring.length - 1;
    while (this.acknowledged < frames) {
      this.bytes -= this.#ring[(this.acknowledged * WIDTH) & mask] as number;
      this.count -= 1;
    }
    return true;
  }

  /** How long the oldest has been waiting; 0 when none is. */
  oldestAgeMs(nowMs: number): number {
    if (this.count === 0) return 0;
    const slot = (this.acknowledged * WIDTH) & (this.#ring.length - 1);
    return nowMs - (this.#ring[slot + 1] as number);
  }

  #grow(): void {
    const old = this.#ring;
    const ring = emptyRing(this.count * 2);
    for (let frame = this.acknowledged; frame < this.sent; frame += 1) {
      const from = (frame * WIDTH) & (old.length - 1);
      const to = (frame * WIDTH) & (ring.length - 1);
      ring[to] = old[from] as number;
      ring[to + 1] = old[from + 1] as number;
    }
    this.#ring = ring;
  }
}

function emptyRing(capacity: number): number[] {
  return new Array<number>(capacity * WIDTH).fill(0);
}
