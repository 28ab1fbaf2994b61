/** A token bucket: so many at once, and then so many a second. */

export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #size: BucketSize;
  #tokens: number;
  #filledAtMs: number;

  constructor(size: BucketSize, nowMs: number) {
    this.#size = size;
    this.#tokens = size.burst;
    this.#filledAtMs = nowMs;
  }

  /** Takes one, or says that there is none. */
  take(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** A full bucket remembers nothing and may be thrown away. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= this.#size.burst;
  }

  #fill(nowMs: number): void {
    const { burst, perSecond } = this.#size;
    const tokens = this.#tokens + ((nowMs - this.#filledAtMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, tokens);
    this.#filledAtMs = nowMs;
  }
}
