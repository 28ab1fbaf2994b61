/** Notices a consumer that falls behind what is published, and does not catch up by itself. */

import { SLOW_CONSUMER_AFTER_MS, SLOW_CONSUMER_LAG_MS } from '../limits.ts';

/** Long beside any delay, short beside the drift of two clocks. */
const USUAL_AGE_WINDOW_MS = 60_000;

/**
 * ```
 *   lag |            . skip: behind for SLOW_CONSUMER_AFTER_MS, and no less than at its beginning
 *       |        . '
 *       |- - - ' - - - - - - - - - - - - - - - - - - - SLOW_CONSUMER_LAG_MS
 *       |   .'        . '  .
 *       |.'         '        '  .                       a reader that was paused catches up
 *       +------------------------------------- time
 * ```
 * The lag is the age of what is read beyond the age of what was read when nothing more waited: so
 * two machines whose clocks differ have none. A reader that was paused reads old packets, but ever
 * younger ones, and loses nothing; only one that does not catch up has to skip.
 */
export class SlowReader {
  #newestAgeMs = 0;
  /** The age that is due to the line and the clocks: the least of this window and the last. */
  #usualAgeMs = Number.POSITIVE_INFINITY;
  #lastWindowMs = Number.POSITIVE_INFINITY;
  #windowSinceMs = 0;
  #behindSinceMs: number | undefined;
  #lagThenMs = 0;
  /** And the lag has not gone since. */
  #hasSkipped = false;

  /** By how much the last packet was older than usual. */
  get lagMs(): number {
    const usualMs = Math.min(this.#usualAgeMs, this.#lastWindowMs);
    return Math.max(0, this.#newestAgeMs - Math.min(usualMs, this.#newestAgeMs));
  }

  /** Everything that waited has been read. */
  drained(): void {
    if (this.#usualAgeMs === Number.POSITIVE_INFINITY) return;
    this.#usualAgeMs = this.#newestAgeMs;
    this.#lastWindowMs = this.#newestAgeMs;
    this.#behindSinceMs = undefined;
  }

  /** A packet was read `ageMs` after it was published. True: skip, it gets no better. */
  heard(nowMs: number, ageMs: number): boolean {
    if (nowMs - this.#windowSinceMs >= USUAL_AGE_WINDOW_MS) {
      this.#windowSinceMs = nowMs;
      this.#lastWindowMs = this.#usualAgeMs;
      this.#usualAgeMs = ageMs;
    }
    this.#newestAgeMs = ageMs;
    this.#usualAgeMs = Math.min(this.#usualAgeMs, ageMs);
    const { lagMs } = this;
    if (lagMs < SLOW_CONSUMER_LAG_MS) {
      this.#behindSinceMs = undefined;
      this.#hasSkipped = false;
      return false;
    }
    if (this.#behindSinceMs === undefined) {
      this.#behindSinceMs = nowMs;
      this.#lagThenMs = lagMs;
    }
    if (nowMs - this.#behindSinceMs < SLOW_CONSUMER_AFTER_MS) return false;
    const isCatchingUp = lagMs < this.#lagThenMs;
    this.#behindSinceMs = undefined;
    if (isCatchingUp) return false;
    if (this.#hasSkipped) {
      // Skipping has not helped, so it was not the reader: a clock has jumped.
      this.#usualAgeMs = ageMs;
      this.#lastWindowMs = ageMs;
      this.#hasSkipped = false;
      return false;
    }
    this.#hasSkipped = true;
    return true;
  }

  /** It has skipped, or another history begins. */
  reset(): void {
    this.#behindSinceMs = undefined;
  }
}
