/** Calendars against Date, minute by minute. */

import { describe, expect, it } from 'vitest';
import { TradingStatus } from '../../feed/index.ts';
import type { CalendarEntry } from '../protocol/index.ts';
import { StateReader, StateWriter } from '../state.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { Calendar, isCalendar } from './calendar.ts';

const { Auction, Closed, Continuous, PreOpen } = TradingStatus;
const WORKDAYS = 0b001_1111;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday. */
const FRIDAY = Date.parse('2026-12-18T00:00:00Z');

const SESSION: readonly CalendarEntry[] = [
  { weekdays: WORKDAYS, timeOfDayMs: 8 * HOUR, status: PreOpen },
  { weekdays: WORKDAYS, timeOfDayMs: 9 * HOUR, status: Continuous },
  { weekdays: WORKDAYS, timeOfDayMs: 17 * HOUR, status: Auction },
  { weekdays: WORKDAYS, timeOfDayMs: 17 * HOUR + 300_000, status: Closed },
];

describe('a calendar', () => {
  it('names the next change, over the night, the week end and holidays', () => {
    const christmas = FRIDAY + 7 * DAY;
    const calendar = new Calendar(SESSION, [christmas / DAY]);
    expect(calendar.nextAfter(FRIDAY)).toBe(FRIDAY + 8 * HOUR);
    expect(calendar.nextAfter(FRIDAY + 8 * HOUR - 1)).toBe(FRIDAY + 8 * HOUR);
    expect(calendar.nextAfter(FRIDAY + 8 * HOUR)).toBe(FRIDAY + 9 * HOUR);
    expect(calendar.nextAfter(FRIDAY + 18 * HOUR)).toBe(FRIDAY + 3 * DAY + 8 * HOUR);
    expect(calendar.nextAfter(christmas - 6 * HOUR)).toBe(FRIDAY + 10 * DAY + 8 * HOUR);
    expect(calendar.statusesAt(FRIDAY + 17 * HOUR)).toEqual([Auction]);
  });

  it('does what is at one time in the order of its entries', () => {
    const twice = [Closed, PreOpen].map((status) => ({ weekdays: 127, timeOfDayMs: 0, status }));
    expect(new Calendar(twice, []).statusesAt(FRIDAY)).toEqual([Closed, PreOpen]);
  });

  it('is never due without entries, or when every day is a holiday for long', () => {
    expect(new Calendar([], []).nextAfter(FRIDAY)).toBe(Number.POSITIVE_INFINITY);
    const everyFriday = Array.from({ length: 1024 }, (_, week) => FRIDAY / DAY + 7 * week);
    const fridays = new Calendar([{ weekdays: 16, timeOfDayMs: 5, status: Closed }], everyFriday);
    expect(fridays.nextAfter(FRIDAY)).toBe(FRIDAY + 1024 * 7 * DAY + 5);
  });

  it('agrees with Date about every hour of a random week', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    for (let run = 0; run < 200; run += 1) {
      const entries = Array.from({ length: random(5) }, () => ({
        weekdays: 1 + random(127),
        timeOfDayMs: random(24) * HOUR,
        status: random(6) as TradingStatus,
      }));
      const start = random(20_000) * DAY + random(DAY);
      const holidays = Array.from({ length: random(4) }, () => Math.floor(start / DAY) + random(9));
      const calendar = new Calendar(entries, holidays);
      let expected = Number.POSITIVE_INFINITY;
      for (let hour = Math.floor(start / HOUR) + 1; hour * HOUR < start + 30 * DAY; hour += 1) {
        const date = new Date(hour * HOUR);
        const weekday = (date.getUTCDay() + 6) % 7;
        const at = entries.filter(
          (entry) =>
            (entry.weekdays & (1 << weekday)) !== 0 &&
            entry.timeOfDayMs === date.getUTCHours() * HOUR,
        );
        if (at.length === 0 || holidays.includes(Math.floor(hour / 24))) continue;
        expected = hour * HOUR;
        expect(calendar.statusesAt(expected), `seed ${seed}, run ${run}`).toEqual(
          at.map(({ status }) => status),
        );
        break;
      }
      expect(calendar.nextAfter(start), `seed ${seed}, run ${run}`).toBe(expected);
    }
  });

  it('comes back from its saved state', () => {
    const writer = new StateWriter();
    new Calendar(SESSION, [20_812, 5]).saveState(writer);
    const loaded = Calendar.load(new StateReader(writer.written));
    const again = new StateWriter();
    loaded.saveState(again);
    expect(again.written).toEqual(writer.written);
    expect(loaded.nextAfter(20_812 * DAY)).toBe(20_815 * DAY + 8 * HOUR);
  });

  it('holds what a calendar may hold, and nothing else', () => {
    expect(isCalendar(SESSION, [0, 100_000_000])).toBe(true);
    const [entry] = SESSION as [CalendarEntry];
    for (const wrong of [
      { weekdays: 0 },
      { weekdays: 128 },
      { timeOfDayMs: DAY },
      { timeOfDayMs: 0.5 },
      { status: 7 as TradingStatus },
    ]) {
      expect(isCalendar([{ ...entry, ...wrong }], [])).toBe(false);
    }
    expect(isCalendar([], [-1])).toBe(false);
    expect(isCalendar([], [100_000_001])).toBe(false);
    expect(isCalendar(new Array(1025).fill(entry), [])).toBe(false);
    expect(isCalendar([], new Array(1025).fill(1))).toBe(false);
  });
});
