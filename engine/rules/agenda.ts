/** What time brings: everything that is due by now, done in the order of RULES.md. */

import type { Settlement } from './settlement.ts';

/** One kind of thing that becomes due: expiries, ends of pauses, calendars. */
export interface DueSource {
  /** When its first thing is due, in milliseconds since 1970; `Infinity` when it has none. */
  readonly nextDueMs: number;
  /** Does that first thing; false, and nothing is done, when it does not fit this command any more. */
  doNext(): boolean;
}

export class Agenda {
  readonly #sources: readonly DueSource[];
  readonly #settlement: Settlement;

  /** `sources`: what comes first at one time stands first. */
  constructor(sources: readonly DueSource[], settlement: Settlement) {
    this.#sources = sources;
    this.#settlement = settlement;
  }

  get nextDueMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { nextDueMs } of this.#sources) if (nextDueMs < next) next = nextDueMs;
    return next;
  }

  /** Each thing is settled before the next one is done. */
  advance(nowMs: number): void {
    for (;;) {
      const nextDueMs = this.nextDueMs;
      if (nextDueMs > nowMs) return;
      const source = this.#sources.find((one) => one.nextDueMs === nextDueMs);
      if (source === undefined || !source.doNext()) return;
      if (this.#settlement.isDue) this.#settlement.run();
    }
  }
}
