/** How long each hop took, over a window: counted in buckets, because percentiles do not add up. */

/** Each bucket is a quarter larger than the one before: 1 us to 60 s in 81 of them. */
const GROWTH = 1.25;
const BUCKETS = 82;
const LOG_GROWTH = Math.log(GROWTH);

export interface HopTimes {
  readonly samples: number;
  /** Microseconds, rounded up to the end of a bucket: at most 25 % too much. */
  readonly p50Us: number;
  readonly p99Us: number;
  readonly mostUs: number;
}

export class LatencyMeter {
  readonly #counts = new Float64Array(BUCKETS);
  #samples = 0;
  #mostUs = 0;

  add(us: number): void {
    const value = Math.max(1, us);
    const bucket = Math.min(BUCKETS - 1, Math.ceil(Math.log(value) / LOG_GROWTH));
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#samples += 1;
    if (us > this.#mostUs) this.#mostUs = us;
  }

  /** What was added since the last call. */
  take(): HopTimes {
    const times = {
      samples: this.#samples,
      p50Us: this.#percentile(0.5),
      p99Us: this.#percentile(0.99),
      mostUs: Math.round(this.#mostUs),
    };
    this.#counts.fill(0);
    this.#samples = 0;
    this.#mostUs = 0;
    return times;
  }

  #percentile(share: number): number {
    const rank = Math.ceil(share * this.#samples);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank && seen > 0) return Math.min(Math.round(GROWTH ** bucket), this.#ceiling);
    }
    return 0;
  }

  /** Nothing took longer than the longest. */
  get #ceiling(): number {
    return Math.max(1, Math.round(this.#mostUs));
  }
}
