/** Microseconds since 1970 with the resolution of the monotonic clock and the truth of the date. */

/** The two clocks part when the machine sleeps or its date is set; more than this is not rounding. */
const LARGEST_DRIFT_MS = 5;

export class WallTime {
  readonly #date: () => number;
  readonly #monotonic: () => number;
  #originMs: number;

  constructor(date: () => number, monotonic: () => number, originMs: number) {
    this.#date = date;
    this.#monotonic = monotonic;
    this.#originMs = originMs;
  }

  nowUs(): number {
    const monotonicMs = this.#monotonic();
    const dateMs = this.#date();
    if (Math.abs(this.#originMs + monotonicMs - dateMs) > LARGEST_DRIFT_MS) {
      this.#originMs = dateMs - monotonicMs;
    }
    return (this.#originMs + monotonicMs) * 1000;
  }
}
