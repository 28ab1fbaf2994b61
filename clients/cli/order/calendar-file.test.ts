import { expect, it } from 'vitest';
import { TradingStatus } from '../../../feed/index.ts';
import { readCalendar, statusNamed } from './calendar-file.ts';

function read(...entries: object[]) {
  return readCalendar(JSON.stringify({ entries, holidays: ['2030-12-25'] }), 'week.json');
}

it('reads days, times and statuses as people write them', () => {
  expect(
    read(
      { days: 'mon-fri', at: '09:30', status: 'continuous' },
      { days: 'sat,sun', at: '00:00:01', status: 'closed' },
      { days: 'Sun-Tue', at: '23:59', status: 'pre-open' },
    ),
  ).toEqual({
    entries: [
      { weekdays: 0b0011111, timeOfDayMs: 34_200_000, status: TradingStatus.Continuous },
      { weekdays: 0b1100000, timeOfDayMs: 1000, status: TradingStatus.Closed },
      { weekdays: 0b1000011, timeOfDayMs: 86_340_000, status: TradingStatus.PreOpen },
    ],
    holidays: ['2030-12-25'],
  });
  expect(readCalendar('{"entries": []}', 'week.json')).toEqual({ entries: [], holidays: [] });
});

it.each([
  [{ days: 'mon-fri-sun', at: '09:30', status: 'continuous' }],
  [{ days: 'every day', at: '09:30', status: 'continuous' }],
  [{ days: '', at: '09:30', status: 'continuous' }],
  [{ days: 'mon', at: '24:00', status: 'continuous' }],
  [{ days: 'mon', at: '9:30', status: 'continuous' }],
  [{ days: 'mon', at: '09:30', status: 'open' }],
])('refuses %o and names the entry', (entry) => {
  const good = { days: 'mon', at: '09:30', status: 'halted' };
  expect(() => read(good, entry)).toThrow(/week.json: entry 2 /);
});

it.each(['', '[]', '{"entries": [{"days": "mon"}]}', '{"entries": [], "more": 1}'])(
  'refuses what is no calendar: %s',
  (text) => {
    expect(() => readCalendar(text, 'week.json')).toThrow(/week.json is not a calendar/);
  },
);

it('knows every status by its name', () => {
  const names = [
    'pre-open',
    'auction',
    'continuous',
    'cancel-only',
    'halted',
    'closed',
    'delisted',
  ];
  expect(names.map(statusNamed)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(statusNamed('Halted')).toBeUndefined();
});
