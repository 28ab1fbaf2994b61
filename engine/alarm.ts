/** Wakes the engine when something is due that no command asks for: one timer, none while nothing is. */

import { nanos, type WallClock } from '../feed/index.ts';
import { nanosToMillis } from './market-time.ts';

/** What the engine needs of it. */
export interface DueAlarm {
  /** `ring` is called about then, once; `Infinity`: not any more. Replaces what was set before. */
  set(dueMs: number): void;
}

/** What could not be done when it was due (the journal cannot be written) is tried again after this. */
const RETRY_MS = 1000;

/** The wall clock may be set while the timer runs: it is looked at again at least this often. */
const LONGEST_SLEEP_MS = 60_000;

export class Alarm implements DueAlarm {
  readonly #clock: WallClock;
  readonly #ring: () => void;
  readonly #now = nanos();
  #dueMs = Number.POSITIVE_INFINITY;
  /** It has rung for this, and nothing else was set since. */
  #rungMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: WallClock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  set(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueMs = dueMs;
    if (dueMs !== this.#rungMs) this.#rungMs = undefined;
    if (dueMs !== Number.POSITIVE_INFINITY) this.#sleep();
  }

  close(): void {
    this.set(Number.POSITIVE_INFINITY);
  }

  #sleep(): void {
    const least = this.#rungMs === undefined ? 0 : RETRY_MS;
    const left = Math.max(least, this.#dueMs - this.#nowMs());
    this.#timer = setTimeout(this.#wake, Math.min(left, LONGEST_SLEEP_MS));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    if (this.#nowMs() < this.#dueMs) {
      this.#sleep();
      return;
    }
    this.#rungMs = this.#dueMs;
    this.#ring();
  };

  #nowMs(): number {
    this.#clock(this.#now);
    return nanosToMillis(this.#now.high, this.#now.low);
  }
}
