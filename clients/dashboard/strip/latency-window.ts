/** The newest latencies of one hop, and their quantiles. */

export class LatencyWindow {
  readonly #samples: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#samples = new Float64Array(capacity);
  }

  add(ms: number): void {
    if (!Number.isFinite(ms)) return;
    this.#samples[this.#count % this.#samples.length] = ms;
    this.#count += 1;
  }

  /** `fraction` 0 to 1, by the nearest rank; NaN without samples. */
  quantile(fraction: number): number {
    const known = Math.min(this.#count, this.#samples.length);
    if (known === 0) return Number.NaN;
    const sorted = this.#samples.slice(0, known).sort();
    const rank = Math.max(1, Math.ceil(fraction * known));
    return sorted[rank - 1] as number;
  }

  clear(): void {
    this.#count = 0;
  }
}
