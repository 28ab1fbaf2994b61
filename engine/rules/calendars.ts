/** The calendars of all instruments: which entry acts next, and when. */

import type { TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { ListedInstruments } from '../listed-instruments.ts';
import type { DueSource } from './agenda.ts';
import type { Calendar } from './calendar.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class Calendars implements DueSource {
  readonly #instruments: ListedInstruments;
  readonly #change: (instrument: ListedInstrument, status: TradingStatus) => void;
  #nextDueMs: number = NEVER;
  /** Those whose entries act at `#nextDueMs`, the last one first; `undefined`: to be looked for. */
  #due: ListedInstrument[] | undefined = [];

  constructor(
    instruments: ListedInstruments,
    change: (instrument: ListedInstrument, status: TradingStatus) => void,
  ) {
    this.#instruments = instruments;
    this.#change = change;
  }

  /** Acts on what is later than `nowMs`. Without a calendar nothing is due any more. */
  set(instrument: ListedInstrument, calendar: Calendar | undefined, nowMs: number): void {
    const { session } = instrument;
    session.calendar = calendar;
    session.calendarStep = 0;
    session.calendarDueMs = calendar?.nextAfter(nowMs) ?? NEVER;
    this.#due = undefined;
  }

  get nextDueMs(): number {
    if (this.#due === undefined) this.#find();
    return this.#nextDueMs;
  }

  /** One entry of one instrument. */
  doNext(): number {
    if (this.#due === undefined) this.#find();
    const instrument = this.#due?.at(-1);
    const calendar = instrument?.session.calendar;
    if (instrument === undefined || calendar === undefined)
      throw new Error('Calendars: none is due');
    const { session } = instrument;
    const dueMs = session.calendarDueMs;
    const statuses = calendar.statusesAt(dueMs);
    const status = statuses[session.calendarStep] as TradingStatus;
    session.calendarStep += 1;
    if (session.calendarStep === statuses.length) {
      session.calendarStep = 0;
      session.calendarDueMs = calendar.nextAfter(dueMs);
      this.#due?.pop();
      if (this.#due?.length === 0) this.#due = undefined;
    }
    this.#change(instrument, status);
    return 0;
  }

  /** After the instruments have been loaded. */
  load(): void {
    this.#due = undefined;
  }

  /** O(instruments), once for each time at which something acts. */
  #find(): void {
    this.#nextDueMs = NEVER;
    let due: ListedInstrument[] = [];
    for (const instrument of this.#instruments.all) {
      const { calendarDueMs } = instrument.session;
      if (calendarDueMs < this.#nextDueMs) {
        this.#nextDueMs = calendarDueMs;
        due = [];
      }
      if (calendarDueMs === this.#nextDueMs && calendarDueMs !== NEVER) due.push(instrument);
    }
    this.#due = due.reverse();
  }
}
