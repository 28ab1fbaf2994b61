/** Closes order entry while a configured relay is too far behind: history must not tear. */

import type { OutputRing } from './output-ring.ts';

export interface RelayGateLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RelayGateOptions {
  /** The relays that must not lose anything; without any the gate is always open. */
  readonly relays: readonly string[];
  readonly ring: Pick<OutputRing, 'behind' | 'slowest' | 'capacity'>;
  readonly log: RelayGateLog;
}

/**
 * ```
 *   published     ... | 70 | 71 | 72 | 73 | 74 | 75 |
 *                          ^                        ^
 *                    the slowest relay          the newest
 *                          |<------- behind ------->|
 * ```
 * It closes when `behind` is half the ring, so that the relay has the other half to come back in, and
 * opens when it is a quarter, so that it does not flutter.
 */
export class RelayGate {
  readonly #options: RelayGateOptions;
  readonly #isNeeded: boolean;
  #isClosed = false;

  constructor(options: RelayGateOptions) {
    this.#options = options;
    this.#isNeeded = options.relays.length > 0;
  }

  /** Asked for every command that makes the market larger. */
  get isClosed(): boolean {
    return this.#isNeeded && this.#judge();
  }

  #judge(): boolean {
    const { ring, relays, log } = this.#options;
    const { behind, capacity } = ring;
    if (!this.#isClosed && behind >= capacity / 2) {
      this.#isClosed = true;
      const fields = { relay: relays[ring.slowest], behindBytes: behind };
      log.warn(fields, 'overloaded: a relay is half a ring behind, no new orders');
    } else if (this.#isClosed && behind <= capacity / 4) {
      this.#isClosed = false;
      log.info({ behindBytes: behind }, 'the relays have caught up');
    }
    return this.#isClosed;
  }
}
