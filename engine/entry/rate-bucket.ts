/** A token bucket: how much a client may ask for, in a burst and for good. */

export interface RateLimit {
  /** Commands a second. */
  readonly perSecond: number;
  /** Commands at once, after a pause. */
  readonly burst: number;
}

export class RateBucket {
  readonly #limit: RateLimit;
  #tokens: number;
  #filledMs: number;

  constructor(limit: RateLimit, nowMs: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledMs = nowMs;
  }

  /** Takes `cost` and answers 0; or takes nothing, and answers after how many milliseconds to ask again. */
  take(cost: number, nowMs: number): number {
    const { perSecond, burst } = this.#limit;
    if (nowMs > this.#filledMs) {
      const filled = this.#tokens + ((nowMs - this.#filledMs) * perSecond) / 1000;
      this.#tokens = Math.min(burst, filled);
      this.#filledMs = nowMs;
    }
    // What costs more than there ever is takes a full bucket.
    const taken = Math.min(cost, burst);
    if (taken > this.#tokens) {
      return Math.max(1, Math.ceil(((taken - this.#tokens) * 1000) / perSecond));
    }
    this.#tokens -= taken;
    return 0;
  }
}
