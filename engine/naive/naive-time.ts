/** "Calendar" and "Time": what is due, and doing it. */

import { TradingStatus } from '../../feed/index.ts';
import { type CalendarEntry, Reason, TimeInForce } from '../protocol/index.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { changeStatus, endAlone, endMany } from './naive-status.ts';
import { finish } from './naive-transaction.ts';
import type { NaiveWorld } from './naive-world.ts';

const DAY_MS = 86_400_000;
const WEEK = 7;
/** 1970 began on a Thursday; bit 0 is Monday. */
const FIRST_WEEKDAY = 3;

type Due =
  | { readonly kind: 'ending'; readonly dueMs: number; readonly instrument: NaiveInstrument }
  | { readonly kind: 'expiry'; readonly dueMs: number; readonly order: NaiveOrder }
  | { readonly kind: 'pause'; readonly dueMs: number; readonly instrument: NaiveInstrument }
  | {
      readonly kind: 'calendar';
      readonly dueMs: number;
      readonly instrument: NaiveInstrument;
      readonly entry: CalendarEntry;
    };

const KINDS = ['ending', 'expiry', 'pause', 'calendar'];

/** What is due next; undefined where nothing ever will be. */
export function nextDue(world: NaiveWorld): Due | undefined {
  const due: Due[] = [];
  for (const order of world.orders) {
    if (order.timeInForce !== TimeInForce.Gtd) continue;
    due.push({ kind: 'expiry', dueMs: order.expiresAtMs, order });
  }
  for (const instrument of world.instruments) {
    const { ending, pausedUntilMs } = instrument;
    if (ending !== undefined) due.push({ kind: 'ending', dueMs: 0, instrument });
    if (pausedUntilMs !== undefined) due.push({ kind: 'pause', dueMs: pausedUntilMs, instrument });
    const next = nextEntry(instrument);
    if (next !== undefined) due.push({ kind: 'calendar', instrument, ...next });
  }
  // The sort is stable: at one time and of one kind, by arrival and by instrument.
  return due.sort((a, b) => a.dueMs - b.dueMs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0];
}

/** The entry that acts next: the first of the next time that has one, in the order given. */
function nextEntry(
  instrument: NaiveInstrument,
): { dueMs: number; entry: CalendarEntry } | undefined {
  const { calendar, holidays, calendarDoneMs, calendarDoneEntries } = instrument;
  if (calendar.length === 0) return undefined;
  const today = Math.floor(calendarDoneMs / DAY_MS);
  for (let day = today; day <= today + (holidays.length + 1) * WEEK; day += 1) {
    if (holidays.includes(day)) continue;
    const ofDay = calendar
      .filter(({ weekdays }) => (weekdays >> ((day + FIRST_WEEKDAY) % WEEK)) & 1)
      .map((entry) => ({ dueMs: day * DAY_MS + entry.timeOfDayMs, entry }))
      .sort((a, b) => a.dueMs - b.dueMs);
    const isNow = ofDay.filter(({ dueMs }) => dueMs === calendarDoneMs)[calendarDoneEntries];
    const next = isNow ?? ofDay.find(({ dueMs }) => dueMs > calendarDoneMs);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** From now on: nothing that is due by now acts. */
export function setCalendar(
  world: NaiveWorld,
  instrument: NaiveInstrument,
  entries: readonly CalendarEntry[],
  holidays: readonly number[],
): void {
  if (instrument.status === TradingStatus.Delisted) return;
  instrument.calendar = entries;
  instrument.holidays = holidays;
  instrument.calendarDoneMs = world.nowMs;
  instrument.calendarDoneEntries = entries.length;
}

export function advanceTime(world: NaiveWorld): void {
  let ended = 0;
  for (;;) {
    const due = nextDue(world);
    if (due === undefined || due.dueMs > world.nowMs || ended >= world.limits.ended) return;
    world.saw(`due: ${due.kind}`);
    switch (due.kind) {
      case 'ending':
        ended += endMany(world, due.instrument, world.limits.ended - ended);
        break;
      case 'expiry':
        ended += 1;
        endAlone(world, due.order, Reason.Expired);
        break;
      case 'pause':
        changeStatus(world, due.instrument, TradingStatus.Continuous, Reason.PauseOver);
        break;
      case 'calendar': {
        const { instrument, dueMs, entry } = due;
        const isSameTime = instrument.calendarDoneMs === dueMs;
        instrument.calendarDoneEntries = isSameTime ? instrument.calendarDoneEntries + 1 : 1;
        instrument.calendarDoneMs = dueMs;
        changeStatus(world, instrument, entry.status, Reason.Scheduled);
        break;
      }
      default:
        throw new Error(JSON.stringify(due satisfies never));
    }
    finish(world);
  }
}
