/** When each step is due: recorded time, scaled; or at once. */

import type { MonotonicClock } from '../../feed/index.ts';

/** Recorded seconds per second; `max` waits for nothing. */
export type Speed = number | 'max';

/** A pace that has fallen behind further than this goes on from now instead of rushing after it. */
const MAX_LAG_MS = 2000;

export class Pace {
  readonly #speed: Speed;
  readonly #nowMs: MonotonicClock;
  #anchorMs = 0;
  #anchorNs: bigint | undefined;

  constructor(speed: Speed, nowMs: MonotonicClock) {
    this.#speed = speed;
    this.#nowMs = nowMs;
  }

  /** Milliseconds to wait until a step recorded at `timeNs` is due; 0 or less when it is. */
  waitMs(timeNs: bigint): number {
    if (this.#speed === 'max') return 0;
    const now = this.#nowMs();
    if (this.#anchorNs === undefined) this.#anchor(timeNs, now);
    const dueMs = this.#anchorMs + Number(timeNs - (this.#anchorNs ?? 0n)) / 1e6 / this.#speed;
    if (now - dueMs <= MAX_LAG_MS) return dueMs - now;
    this.#anchor(timeNs, now);
    return 0;
  }

  #anchor(timeNs: bigint, now: number): void {
    this.#anchorNs = timeNs;
    this.#anchorMs = now;
  }
}
