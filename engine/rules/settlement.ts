/** What happens after each command, in the order of "What happens in one transaction" in RULES.md. */

import type { ListedInstrument } from '../listed-instrument.ts';

/**
 * A command marks the instruments whose books it has called, if they have anything to settle at all
 * (`needsSettling`); the market then runs this once. A command of plain orders in plain instruments
 * comes here with nothing marked.
 */
export class Settlement {
  /** True: `run` has something to do. */
  isDue = false;
  readonly #touched: ListedInstrument[] = [];

  /** Of every instrument whose book, orders or status the command has changed. */
  touch(instrument: ListedInstrument): void {
    if (!instrument.needsSettling || instrument.isTouched) return;
    instrument.isTouched = true;
    this.#touched.push(instrument);
    this.isDue = true;
  }

  /** Steps 2 to 7, for one instrument after the other. */
  run(): void {
    const touched = this.#touched.sort((a, b) => a.id - b.id);
    for (const instrument of touched) {
      instrument.isTouched = false;
      this.#settle(instrument);
    }
    touched.length = 0;
    this.isDue = false;
  }

  #settle(_instrument: ListedInstrument): void {}
}
