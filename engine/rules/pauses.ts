/** Volatility pauses: which instruments are in one, and what is due when it is over. */

import type { ListedInstrument } from '../listed-instrument.ts';
import type { DueSource } from './agenda.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Pauses implements DueSource {
  /** Of the one that ends first. */
  nextDueMs: number = NEVER;
  /** Few at a time, so they are searched. */
  #paused: ListedInstrument[] = [];
  readonly #over: (instrument: ListedInstrument) => void;

  /** `over` is called when a pause has ended by its time. */
  constructor(over: (instrument: ListedInstrument) => void) {
    this.#over = over;
  }

  begin(instrument: ListedInstrument, untilMs: number): void {
    instrument.session.pauseEndsMs = untilMs;
    this.#paused.push(instrument);
    this.#findNext();
  }

  /** Any change of status ends it, too. */
  end(instrument: ListedInstrument): void {
    if (instrument.session.pauseEndsMs === NEVER) return;
    instrument.session.pauseEndsMs = NEVER;
    this.#paused = this.#paused.filter((one) => one !== instrument);
    this.#findNext();
  }

  doNext(): number {
    const first = this.#paused
      .filter(({ session }) => session.pauseEndsMs === this.nextDueMs)
      .sort((a, b) => a.id - b.id)[0];
    if (first === undefined) throw new Error('Pauses: none is due');
    this.#over(first);
    return 0;
  }

  /** After the instruments have been loaded. */
  load(instruments: readonly ListedInstrument[]): void {
    this.#paused = instruments.filter(({ session }) => session.pauseEndsMs !== NEVER);
    this.#findNext();
  }

  #findNext(): void {
    this.nextDueMs = NEVER;
    for (const { session } of this.#paused) {
      if (session.pauseEndsMs < this.nextDueMs) this.nextDueMs = session.pauseEndsMs;
    }
  }
}
