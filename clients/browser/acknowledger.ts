/** Counts what was received, and says when it is time to say so. */

import { ACK_EVERY_BYTES, ACK_EVERY_FRAMES, ACK_EVERY_MS } from '../../gateway/protocol/index.ts';

export class Acknowledger {
  #frames = 0;
  #acked = 0;
  #bytes = 0;
  #ackedAtMs = 0;

  /** Returns the number of frames to acknowledge now, or 0. */
  received(bytes: number, nowMs: number): number {
    this.#frames += 1;
    this.#bytes += bytes;
    const isDue =
      this.#frames - this.#acked >= ACK_EVERY_FRAMES ||
      this.#bytes >= ACK_EVERY_BYTES ||
      nowMs - this.#ackedAtMs >= ACK_EVERY_MS;
    if (!isDue) return 0;
    this.#acked = this.#frames;
    this.#bytes = 0;
    this.#ackedAtMs = nowMs;
    return this.#frames;
  }
}
