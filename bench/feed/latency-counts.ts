/** A histogram of microseconds that allocates nothing: one counter for each, up to a second. */

const LONGEST_US = 1_000_000;

export class LatencyCounts {
  readonly #counts = new Uint32Array(LONGEST_US + 1);
  samples = 0;

  /** What takes longer than a second counts as a second; what was early by the clock, as nothing. */
  add(us: number): void {
    const at = us < 0 ? 0 : us > LONGEST_US ? LONGEST_US : us | 0;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.samples += 1;
  }

  clear(): void {
    this.#counts.fill(0);
    this.samples = 0;
  }

  /** Microseconds within which that share of the samples lies; `NaN` without any. */
  percentile(share: number): number {
    if (this.samples === 0) return Number.NaN;
    const wanted = Math.ceil(this.samples * share);
    let seen = 0;
    for (let us = 0; us < LONGEST_US; us += 1) {
      seen += this.#counts[us] as number;
      if (seen >= wanted) return us;
    }
    return LONGEST_US;
  }
}
