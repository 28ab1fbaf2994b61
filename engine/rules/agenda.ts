/** What time brings: everything that is due by now, done in the order of RULES.md. */

import { MAX_ENDED_PER_COMMAND } from '../limits.ts';
import type { Settlement } from './settlement.ts';

/** One kind of thing that becomes due: expiries, ends of pauses, calendars. */
export interface DueSource {
  /** When its first thing is due, in milliseconds since 1970; `Infinity` when it has none. */
  readonly nextDueMs: number;
  /** Does that first thing, ending `left` orders at most (1 or more); answers how many it has ended. */
  doNext(left: number): number;
}

export class Agenda {
  readonly #sources: readonly DueSource[];
  readonly #settlement: Settlement;
  readonly #limit: number;

  /** `sources`: what comes first at one time stands first. `limit`: orders that one command ends. */
  constructor(
    sources: readonly DueSource[],
    settlement: Settlement,
    limit: number = MAX_ENDED_PER_COMMAND,
  ) {
    this.#limit = limit;
    this.#sources = sources;
    this.#settlement = settlement;
  }

  get nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextDueMs } of this.#sources) if (nextDueMs < next) next = nextDueMs;
    return next;
  }

  /** Each thing is settled before the next one is done. What does not fit one command stays due. */
  advance(nowMs: number): void {
    let left = this.#limit;
    while (left > 0) {
      const nextDueMs = this.nextDueMs;
      if (nextDueMs > nowMs) return;
      const source = this.#sources.find((one) => one.nextDueMs === nextDueMs);
      if (source === undefined) return;
      left -= source.doNext(left);
      if (this.#settlement.isDue) this.#settlement.run();
    }
  }
}
