/** A week of status changes as people write it: days by name, times of day, statuses by name. */

import { z } from 'zod';
import { TradingStatus } from '../../../feed/index.ts';
import { UserError } from '../../../feed/process/index.ts';
import type { WeeklyCalendar } from '../../orders/index.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MS_PER_MINUTE = 60_000;

const STATUSES: ReadonlyMap<string, TradingStatus> = new Map(
  Object.entries(TradingStatus).map(([name, status]) => [kebab(name), status]),
);

const CalendarFile = z.strictObject({
  entries: z.array(z.strictObject({ days: z.string(), at: z.string(), status: z.string() })),
  holidays: z.array(z.string()).optional(),
});

/** `cancel-only` and the like. */
export function statusNamed(text: string): TradingStatus | undefined {
  return STATUSES.get(text);
}

/**
 * ```
 * {"entries": [{"days": "mon-fri", "at": "09:30", "status": "continuous"}], "holidays": ["2030-12-25"]}
 * ```
 * Times are UTC, to the second. Throws `UserError` naming the entry.
 */
export function readCalendar(text: string, file: string): WeeklyCalendar {
  let parsed: z.infer<typeof CalendarFile>;
  try {
    parsed = CalendarFile.parse(JSON.parse(text));
  } catch {
    const shape = '{"entries": [{"days": "mon-fri", "at": "09:30", "status": "continuous"}]}';
    throw new UserError('CALENDAR', `${file} is not a calendar: ${shape}`);
  }
  const entries = parsed.entries.map(({ days, at, status }, index) => {
    const weekdays = weekdaysOf(days);
    const timeOfDayMs = timeOf(at);
    const named = statusNamed(status);
    if (weekdays === 0 || timeOfDayMs === undefined || named === undefined) {
      const what = `entry ${index + 1} (${days} ${at} ${status}) is wrong`;
      throw new UserError(
        'CALENDAR',
        `${file}: ${what}. Write: mon-fri or sat,sun; 09:30; halted.`,
      );
    }
    return { weekdays, timeOfDayMs, status: named };
  });
  const { holidays = [] } = parsed;
  return { entries, holidays };
}

/** Bit 0 is Monday; 0 for what names no days. */
function weekdaysOf(text: string): number {
  let mask = 0;
  for (const part of text.split(',')) {
    const [first = '', last = first, ...more] = part.trim().toLowerCase().split('-');
    const from = DAYS.indexOf(first);
    const to = DAYS.indexOf(last);
    if (from < 0 || to < 0 || more.length > 0) return 0;
    // Round the end of the week, as sat-mon.
    for (let day = from; ; day = (day + 1) % DAYS.length) {
      mask |= 1 << day;
      if (day === to) break;
    }
  }
  return mask;
}

function timeOf(text: string): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes, seconds = '0'] = found;
  return (Number(hours) * 60 + Number(minutes)) * MS_PER_MINUTE + Number(seconds) * 1000;
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
