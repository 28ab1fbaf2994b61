/** Tells an engine how far a relay has come with one stream: at once when it is far, else now and then. */

import { RELAY_ACKNOWLEDGE_IDLE_MS, RELAY_ACKNOWLEDGE_RECORDS } from '../limits.ts';
import type { MonotonicClock } from '../nanos.ts';

export interface AcknowledgerOptions {
  /** The first record that is not safe with the relay. */
  readonly next: () => number;
  readonly tell: (next: number) => void;
  readonly nowMs: MonotonicClock;
}

export class Acknowledger {
  readonly #options: AcknowledgerOptions;
  #told = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AcknowledgerOptions) {
    this.#options = options;
  }

  /** Every `RELAY_ACKNOWLEDGE_INTERVAL_MS`. */
  poll(): void {
    const { next: read, tell, nowMs: clock } = this.#options;
    const next = read();
    const nowMs = clock();
    // Less than was told is another history.
    const isFar = next < this.#told || next - this.#told >= RELAY_ACKNOWLEDGE_RECORDS;
    // An engine that has been started anew knows nothing, so it is told again though nothing came.
    if (!isFar && nowMs - this.#toldAtMs < RELAY_ACKNOWLEDGE_IDLE_MS) return;
    this.#told = next;
    this.#toldAtMs = nowMs;
    tell(next);
  }
}
