/** The times of which a relay does not know what was traded: before it began, and where it skipped. */

const MAX_RANGES = 64;

/** Seconds, both included. */
export interface MissedRange {
  readonly from: number;
  readonly to: number;
}

export class MissedTimes {
  /** By time. */
  #ranges: MissedRange[] = [];

  get ranges(): readonly MissedRange[] {
    return this.#ranges;
  }

  add(from: number, to: number): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && from <= last.to) {
      this.#ranges[this.#ranges.length - 1] = { from: last.from, to: Math.max(last.to, to) };
      return;
    }
    this.#ranges.push({ from, to });
    // The two oldest become one: rather too much is called incomplete than too little.
    const [first, second] = this.#ranges;
    if (this.#ranges.length > MAX_RANGES && first !== undefined && second !== undefined) {
      this.#ranges.splice(0, 2, { from: first.from, to: second.to });
    }
  }

  /** Whether anything from `from` up to, without, `to` may have been missed. */
  touches(from: number, to: number): boolean {
    return this.#ranges.some((range) => range.from < to && range.to >= from);
  }
}
