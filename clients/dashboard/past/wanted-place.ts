/** The moment that the reader wants to see next: however fast a slider is dragged, the last one. */

import type { HistoryRange } from '../../browser/channels/index.ts';

export class WantedPlace {
  #timeUs: number | undefined;

  /** Microseconds since 1970; undefined when nothing is wanted that has not been asked for. */
  get timeUs(): number | undefined {
    return this.#timeUs;
  }

  want(timeUs: number, range: HistoryRange | undefined): void {
    this.#timeUs = within(timeUs, range);
  }

  forget(): void {
    this.#timeUs = undefined;
  }

  /** What to ask for now; nothing while an answer is awaited, so that what it passed by is never asked. */
  take(isLoading: boolean): number | undefined {
    if (isLoading) return undefined;
    const timeUs = this.#timeUs;
    this.#timeUs = undefined;
    return timeUs;
  }
}

/** `timeUs`, or the end of the range that is nearer. */
export function within(timeUs: number, range: HistoryRange | undefined): number {
  if (range === undefined) return timeUs;
  const { earliest, latest } = range;
  return Math.min(Math.max(timeUs, earliest.timeMicros), latest.timeMicros);
}
