/** A week of status changes: when the next one is, and what it brings. */

import type { TradingStatus } from '../../feed/index.ts';
import { TradingStatus as Status } from '../../feed/index.ts';
import {
  type CalendarEntry,
  DAY_MS,
  EVERY_WEEKDAY,
  MAX_CALENDAR_ENTRIES,
  MAX_DAY,
  MAX_HOLIDAYS,
} from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';

const DAYS_OF_WEEK = 7;
/** 1970 began on a Thursday; Monday is 0. */
const FIRST_WEEKDAY = 3;
/** Of an entry and of a holiday in the saved state. */
const ENTRY_BYTES = 1 + 4 + 1;
const DAY_BYTES = 4;
const LAST_STATUS = Status.Delisted;

/** Never changed once made, so that instruments share one. Times are milliseconds since 1970. */
export class Calendar {
  readonly #entries: readonly CalendarEntry[];
  readonly #holidays: ReadonlySet<number>;
  /** Per day of the week its entries, by time; those of one time in their order. */
  readonly #days: readonly (readonly CalendarEntry[])[];

  /** Of well-formed entries. */
  constructor(entries: readonly CalendarEntry[], holidays: Iterable<number>) {
    this.#entries = entries;
    this.#holidays = new Set(holidays);
    this.#days = Array.from({ length: DAYS_OF_WEEK }, (_, weekday) =>
      entries
        .filter((entry) => ((entry.weekdays >> weekday) & 1) === 1)
        .toSorted((a, b) => a.timeOfDayMs - b.timeOfDayMs),
    );
  }

  /** When the first change later than `ms` is; `Infinity` when none will come. */
  nextAfter(ms: number): number {
    const today = Math.floor(ms / DAY_MS);
    // Behind so many days a whole week without a holiday has been looked at.
    const last = today + DAYS_OF_WEEK * (this.#holidays.size + 1);
    for (let day = today; day <= last; day += 1) {
      if (this.#holidays.has(day)) continue;
      const entries = this.#days[weekdayOf(day)] as readonly CalendarEntry[];
      const next = entries.find((entry) => day * DAY_MS + entry.timeOfDayMs > ms);
      if (next !== undefined) return day * DAY_MS + next.timeOfDayMs;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** What a time that `nextAfter` gave brings, one after the other. */
  statusesAt(ms: number): TradingStatus[] {
    const day = Math.floor(ms / DAY_MS);
    const entries = this.#days[weekdayOf(day)] as readonly CalendarEntry[];
    return entries
      .filter((entry) => entry.timeOfDayMs === ms - day * DAY_MS)
      .map((entry) => entry.status);
  }

  saveState(writer: StateWriter): void {
    writer.count(this.#entries.length);
    for (const { weekdays, timeOfDayMs, status } of this.#entries) {
      writer.u8(weekdays);
      writer.u32(timeOfDayMs);
      writer.u8(status);
    }
    writer.count(this.#holidays.size);
    for (const day of this.#holidays) writer.u32(day);
  }

  static load(reader: StateReader): Calendar {
    const entries: CalendarEntry[] = [];
    for (let left = reader.count(MAX_CALENDAR_ENTRIES, ENTRY_BYTES); left > 0; left -= 1) {
      const weekdays = reader.choice(EVERY_WEEKDAY);
      const timeOfDayMs = reader.u32();
      const entry = { weekdays, timeOfDayMs, status: reader.choice(LAST_STATUS) as TradingStatus };
      if (!isEntry(entry)) reader.refuse('It is no entry of a calendar.');
      entries.push(entry);
    }
    const holidays: number[] = [];
    for (let left = reader.count(MAX_HOLIDAYS, DAY_BYTES); left > 0; left -= 1) {
      const day = reader.u32();
      if (!isDay(day)) reader.refuse(`There is no day ${day}.`);
      holidays.push(day);
    }
    return new Calendar(entries, holidays);
  }
}

/** What `SetCalendar` may hold. */
export function isCalendar(
  entries: readonly CalendarEntry[],
  holidays: readonly number[],
): boolean {
  return (
    entries.length <= MAX_CALENDAR_ENTRIES &&
    holidays.length <= MAX_HOLIDAYS &&
    entries.every(isEntry) &&
    holidays.every(isDay)
  );
}

function isEntry({ weekdays, timeOfDayMs, status }: CalendarEntry): boolean {
  return (
    isWithin(weekdays, 1, EVERY_WEEKDAY) &&
    isWithin(timeOfDayMs, 0, DAY_MS - 1) &&
    isWithin(status, 0, LAST_STATUS)
  );
}

function isDay(day: number): boolean {
  return isWithin(day, 0, MAX_DAY);
}

function isWithin(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}

/** 0 is Monday. */
function weekdayOf(day: number): number {
  return (day + FIRST_WEEKDAY) % DAYS_OF_WEEK;
}
