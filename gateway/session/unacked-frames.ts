/**
 * The frames sent and not yet acknowledged: their sizes and times, in a ring that grows.
 *
 * ```
 *      first            first + count
 *        v                    v
 *  [ . . 59 59 61 1204 59 59 . . . . ]     sizes; times beside them; a power of two with a mask
 * ```
 */

import { MAX_UNACKED_FRAMES } from '../protocol/index.ts';

const FIRST_CAPACITY = 16;

export class UnackedFrames {
  /** Frames sent since the connection began: what acknowledgements count. */
  sent = 0;
  count = 0;
  bytes = 0;
  #sizes = new Uint32Array(FIRST_CAPACITY);
  /** Milliseconds of the session's clock. */
  #times = new Float64Array(FIRST_CAPACITY);

  get isFull(): boolean {
    return this.count >= MAX_UNACKED_FRAMES;
  }

  get acknowledged(): number {
    return this.sent - this.count;
  }

  push(bytes: number, nowMs: number): void {
    if (this.count === this.#sizes.length) this.#grow();
    const slot = this.sent & (this.#sizes.length - 1);
    this.#sizes[slot] = bytes;
    this.#times[slot] = nowMs;
    this.sent += 1;
    this.count += 1;
    this.bytes += bytes;
  }

  /** The first `frames` frames of the connection have arrived; false if fewer were ever sent. */
  acknowledge(frames: number): boolean {
    if (frames > this.sent) return false;
    const mask = this.#sizes.length - 1;
    while (this.acknowledged < frames) {
      this.bytes -= this.#sizes[this.acknowledged & mask] as number;
      this.count -= 1;
    }
    return true;
  }

  /** How long the oldest has been waiting; 0 when none is. */
  oldestAgeMs(nowMs: number): number {
    if (this.count === 0) return 0;
    return nowMs - (this.#times[this.acknowledged & (this.#times.length - 1)] as number);
  }

  #grow(): void {
    const sizes = new Uint32Array(this.#sizes.length * 2);
    const times = new Float64Array(sizes.length);
    for (let frame = this.acknowledged; frame < this.sent; frame += 1) {
      const from = frame & (this.#sizes.length - 1);
      const to = frame & (sizes.length - 1);
      sizes[to] = this.#sizes[from] as number;
      times[to] = this.#times[from] as number;
    }
    this.#sizes = sizes;
    this.#times = times;
  }
}
