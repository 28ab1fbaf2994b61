/** Rules, calendar and opening status of an instrument, as a market file writes them. */

import { z } from 'zod';
import { DecimalError, type DecimalScale } from '../../feed/decimal.ts';
import { TradingStatus } from '../../feed/index.ts';
import {
  type CalendarEntry,
  DAY_MS,
  EVERY_WEEKDAY,
  MAX_CALENDAR_ENTRIES,
  MAX_HOLIDAYS,
  type SetCalendar,
  type SetRules,
} from '../protocol/index.ts';
import { type ProblemReport, refuse } from './problems.ts';

/** What the engine is asked for when it lists the instrument; absent: nothing. */
export interface SessionSettings {
  readonly rules?: Pick<SetRules, 'collarTicks' | 'pauseTicks' | 'pauseMs' | 'referencePrice'>;
  readonly calendar?: Pick<SetCalendar, 'entries' | 'holidays'>;
  readonly status?: TradingStatus;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const STATUSES = {
  'pre-open': TradingStatus.PreOpen,
  auction: TradingStatus.Auction,
  continuous: TradingStatus.Continuous,
  'cancel-only': TradingStatus.CancelOnly,
  halted: TradingStatus.Halted,
  closed: TradingStatus.Closed,
} as const;
const MINUTES_OF_DAY = 24 * 60;

export const STATUS = z
  .enum(Object.keys(STATUSES) as (keyof typeof STATUSES)[])
  .transform((name) => STATUSES[name]);
const TIME = z.string().transform((text, context) => {
  const [, hours, minutes, seconds = '0'] = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  const parts = [Number(hours), Number(minutes), Number(seconds)];
  const [h = 24, m = 60, s = 60] = parts;
  if (h < 24 && m < 60 && s < 60) return ((h * 60 + m) * 60 + s) * 1000;
  refuse(context, 'BAD_TIME', `Write a time of day in UTC, such as "14:30:00", not "${text}".`);
  return z.NEVER;
});
const DATE = z.string().transform((text, context) => {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A 31st of February is none.
  const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  if (isDay && ms >= 0) return ms / DAY_MS;
  refuse(context, 'BAD_DATE', `Write a day such as "2026-12-25", not "${text}".`);
  return z.NEVER;
});
const ENTRY_SHAPE = z.strictObject({
  at: TIME,
  days: z.array(z.enum(WEEKDAYS)).min(1).optional(),
  everyMinutes: z.number().int().min(1).max(MINUTES_OF_DAY).optional(),
  status: STATUS,
});
export const CALENDAR_SHAPE = z.strictObject({
  entries: z.array(ENTRY_SHAPE).min(1),
  holidays: z.array(DATE).max(MAX_HOLIDAYS).optional(),
});
export const RULES_SHAPE = z.strictObject({
  collar: z.string().optional(),
  pause: z
    .strictObject({
      beyond: z.string(),
      seconds: z
        .number()
        .positive()
        .max(DAY_MS / 1000),
    })
    .optional(),
  referencePrice: z.string().optional(),
});

/** In ticks and milliseconds; `undefined` after a problem has been noted. */
export function convertRules(
  { collar, pause, referencePrice }: z.infer<typeof RULES_SHAPE>,
  tick: DecimalScale,
  path: string,
  report: ProblemReport,
): SessionSettings['rules'] {
  const distance = (name: string, text: string | undefined): number | undefined =>
    text === undefined ? 0 : report.decimal(`${path}.${name}`, () => aboveZero(tick, text));
  const collarTicks = distance('collar', collar);
  const pauseTicks = distance('pause.beyond', pause?.beyond);
  const reference =
    referencePrice === undefined
      ? {}
      : {
          referencePrice: report.decimal(`${path}.referencePrice`, () =>
            tick.parse(referencePrice),
          ),
        };
  if (collarTicks === undefined || pauseTicks === undefined) return undefined;
  const pauseMs = Math.round((pause?.seconds ?? 0) * 1000);
  const { referencePrice: price } = reference;
  return {
    collarTicks,
    pauseTicks,
    pauseMs,
    ...(price === undefined ? {} : { referencePrice: price }),
  };
}

/** The entries of a whole day where one is repeated; `undefined` after a problem has been noted. */
export function convertCalendar(
  { entries, holidays = [] }: z.infer<typeof CALENDAR_SHAPE>,
  path: string,
  report: ProblemReport,
): SessionSettings['calendar'] {
  const all = entries.flatMap((entry): CalendarEntry[] => {
    const { at, days, everyMinutes = MINUTES_OF_DAY, status } = entry;
    const weekdays =
      days?.reduce((mask, day) => mask | (1 << WEEKDAYS.indexOf(day)), 0) ?? EVERY_WEEKDAY;
    const times: CalendarEntry[] = [];
    for (let timeOfDayMs = at; timeOfDayMs < DAY_MS; timeOfDayMs += everyMinutes * 60_000) {
      times.push({ weekdays, timeOfDayMs, status });
    }
    return times;
  });
  if (all.length <= MAX_CALENDAR_ENTRIES) return { entries: all, holidays };
  const message = `At most ${MAX_CALENDAR_ENTRIES} changes a week are allowed, not ${all.length}.`;
  report.add('TOO_MANY_ENTRIES', `${path}.entries`, message);
  return undefined;
}

function aboveZero(tick: DecimalScale, text: string): number {
  const ticks = tick.parse(text);
  if (ticks < 1) throw new DecimalError('OUT_OF_RANGE', `"${text}" is not above zero`);
  return ticks;
}
