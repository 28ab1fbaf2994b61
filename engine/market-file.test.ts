/** The market file: what is read from it, and that every wrong thing in it is named. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DecimalScale } from '../feed/decimal.ts';
import { BookKind, TradingStatus } from '../feed/index.ts';
import {
  MARKET_PROBLEM_TEXT,
  MarketFileError,
  parseMarketFile,
  readMarketFile,
} from './market-file.ts';

const GOOD = { symbol: 'X', tickSize: '0.25', lotSize: '1' };

/** `path code` of every problem, in order. */
function problems(content: unknown): string[] {
  try {
    parseMarketFile(typeof content === 'string' ? content : JSON.stringify(content), 'm.json');
  } catch (error) {
    if (!(error instanceof MarketFileError)) throw error;
    expect(error.message).toContain('m.json');
    return error.problems.map(({ path, code }) => `${path} ${code}`);
  }
  return [];
}

/** Of a market with one instrument. */
function wrong(fields: object): string[] {
  return problems({ instruments: [{ ...GOOD, ...fields }] });
}

describe('the demo’s market', () => {
  const { instruments } = readMarketFile();
  const find = (symbol: string) => instruments.find((one) => one.symbol === symbol);

  test('has at least eight instruments of different kinds, all simulated', () => {
    expect(instruments.length).toBeGreaterThanOrEqual(8);
    expect(instruments.every(({ simulation }) => simulation !== undefined)).toBe(true);
    expect(find('AAPL')?.tickSize).toBe('0.01');
    expect(find('BTC-USD')?.lotSize).toBe('0.00000001');
    expect(find('10Y-NOTE')?.tickSize).toBe('0.015625');
    expect(find('ES-FUT')?.tickSize).toBe('0.25');
  });

  test('shows a volatility pause and an auction, and is continuous most of the time', () => {
    expect(find('ETH-USD')?.rules).toMatchObject({ pauseTicks: 60, pauseMs: 4000 });
    const entries = find('PENNY')?.calendar?.entries ?? [];
    const ofAuctions = entries.filter(({ status }) => status === TradingStatus.Auction);
    expect(entries.length).toBe(2 * ofAuctions.length);
    expect(ofAuctions.length).toBe(480);
    expect(instruments.filter(({ calendar, rules }) => calendar ?? rules)).toHaveLength(2);
  });

  test('the example of its README is a market file', () => {
    const page = readFileSync(new URL('./markets/README.md', import.meta.url), 'utf8');
    const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const [note] = parseMarketFile(json, 'README.md').instruments;
    expect(note?.rules).toMatchObject({ collarTicks: 128, pauseTicks: 32, pauseMs: 120_000 });
    expect(note?.calendar?.entries).toHaveLength(4);
    expect(note?.status).toBe(TradingStatus.PreOpen);
  });

  test('is read into whole ticks and lots', () => {
    const note = find('10Y-NOTE');
    expect(note?.simulation?.referencePrice).toBe(109.578125 * 64);
    expect([note?.lowestPrice, note?.highestPrice]).toEqual([50 * 64, 200 * 64]);
    expect(new DecimalScale('0.015625').format(note?.simulation?.referencePrice ?? 0)).toBe(
      '109.578125',
    );
    expect(find('BTC-USD')?.simulation?.typicalQuantity).toBe(8_500_000);
  });
});

test('band and simulation may be left out', () => {
  const { instruments } = parseMarketFile(JSON.stringify({ instruments: [GOOD] }), 'm.json');
  expect(instruments).toEqual([
    {
      ...GOOD,
      bookKind: BookKind.Orders,
      lowestPrice: 1,
      highestPrice: Number.MAX_SAFE_INTEGER,
      simulation: undefined,
    },
  ]);
});

test('rules, calendar and status are read into ticks, times of day and days', () => {
  const session = {
    status: 'pre-open',
    rules: { collar: '5', pause: { beyond: '2.50', seconds: 1.5 }, referencePrice: '100.25' },
    calendar: {
      entries: [
        { days: ['mon', 'fri'], at: '09:30', status: 'continuous' },
        { at: '23:50:10', everyMinutes: 4, status: 'auction' },
      ],
      holidays: ['2026-12-25'],
    },
  };
  const text = JSON.stringify({ instruments: [{ ...GOOD, ...session }] });
  expect(parseMarketFile(text, 'm.json').instruments[0]).toMatchObject({
    status: TradingStatus.PreOpen,
    rules: { collarTicks: 20, pauseTicks: 10, pauseMs: 1500, referencePrice: 401 },
    calendar: {
      entries: [
        { weekdays: 0b001_0001, timeOfDayMs: 34_200_000, status: TradingStatus.Continuous },
        { weekdays: 127, timeOfDayMs: 85_810_000, status: TradingStatus.Auction },
        { weekdays: 127, timeOfDayMs: 86_050_000, status: TradingStatus.Auction },
        { weekdays: 127, timeOfDayMs: 86_290_000, status: TradingStatus.Auction },
      ],
      holidays: [20_812],
    },
  });
});

test('a step written longer than needed means the same', () => {
  const { instruments } = parseMarketFile(
    JSON.stringify({ instruments: [{ ...GOOD, tickSize: '0.2500' }] }),
    'm.json',
  );
  expect(instruments[0]?.tickSize).toBe('0.25');
});

describe('a wrong thing is named with its place and its code', () => {
  test('in the file as a whole', () => {
    expect(problems('{')).toEqual([' NOT_JSON']);
    expect(problems([])).toEqual([' WRONG_TYPE']);
    expect(problems({})).toEqual(['instruments MISSING']);
    expect(problems({ instruments: [] })).toEqual(['instruments WRONG_TYPE']);
    expect(problems({ instruments: [GOOD], extra: 1 })).toEqual(['extra UNKNOWN_FIELD']);
    expect(problems({ instruments: Array(65_537).fill(GOOD) })).toEqual([
      'instruments TOO_MANY_INSTRUMENTS',
    ]);
    expect(() => readMarketFile('/nowhere/market.json')).toThrow(
      expect.objectContaining({ code: 'MARKET_FILE_UNREADABLE' }),
    );
  });

  test('in an instrument', () => {
    expect(wrong({ symbol: 'a b' })).toEqual(['instruments[0].symbol BAD_SYMBOL']);
    expect(wrong({ symbol: '' })).toEqual(['instruments[0].symbol BAD_SYMBOL']);
    expect(wrong({ symbol: 'é'.repeat(17) })).toEqual(['instruments[0].symbol BAD_SYMBOL']);
    expect(wrong({ tickSize: 0.01 })).toEqual(['instruments[0].tickSize WRONG_TYPE']);
    expect(wrong({ tickSize: undefined })).toEqual(['instruments[0].tickSize MISSING']);
    expect(wrong({ tickSize: '0' })).toEqual(['instruments[0].tickSize OUT_OF_RANGE']);
    expect(wrong({ lotSize: '1e-8' })).toEqual(['instruments[0].lotSize NOT_A_DECIMAL']);
    expect(wrong({ lotSize: `0.${'0'.repeat(24)}1` })).toEqual(['instruments[0].lotSize TOO_LONG']);
    expect(wrong({ tick: '1' })).toEqual(['instruments[0].tick UNKNOWN_FIELD']);
    expect(wrong({ lowestPrice: '0.3' })).toEqual(['instruments[0].lowestPrice NOT_A_MULTIPLE']);
    expect(wrong({ lowestPrice: '2', highestPrice: '1' })).toEqual([
      'instruments[0].lowestPrice EMPTY_BAND',
    ]);
    expect(problems({ instruments: [GOOD, 5] })).toEqual(['instruments[1] WRONG_TYPE']);
    expect(problems({ instruments: [GOOD, GOOD] })).toEqual([
      'instruments[1].symbol DUPLICATE_SYMBOL',
    ]);
  });

  test('in the rules and the calendar', () => {
    expect(wrong({ status: 'open' })).toEqual(['instruments[0].status WRONG_TYPE']);
    const rules = (fields: object) => wrong({ rules: fields });
    expect(rules({ collar: '0.1' })).toEqual(['instruments[0].rules.collar NOT_A_MULTIPLE']);
    expect(rules({ collar: '0' })).toEqual(['instruments[0].rules.collar OUT_OF_RANGE']);
    expect(rules({ pause: { beyond: '1' } })).toEqual([
      'instruments[0].rules.pause.seconds MISSING',
    ]);
    expect(rules({ pause: { beyond: '-1', seconds: 1 } })).toEqual([
      'instruments[0].rules.pause.beyond OUT_OF_RANGE',
    ]);
    expect(rules({ referencePrice: 'x' })).toEqual([
      'instruments[0].rules.referencePrice NOT_A_DECIMAL',
    ]);
    const entry = { at: '09:30', status: 'continuous' };
    const calendar = (fields: object, more: object = {}) =>
      wrong({ calendar: { entries: [{ ...entry, ...fields }], ...more } });
    expect(calendar({})).toEqual([]);
    const at = 'instruments[0].calendar.entries[0].at';
    for (const time of ['9:30', '24:00', '12:60', '12:00:60', '12', 'noon']) {
      expect(calendar({ at: time })).toEqual([`${at} BAD_TIME`]);
    }
    expect(calendar({ days: ['monday'] })).toEqual([
      'instruments[0].calendar.entries[0].days[0] WRONG_TYPE',
    ]);
    expect(calendar({ everyMinutes: 0.5 })).toEqual([
      'instruments[0].calendar.entries[0].everyMinutes WRONG_TYPE',
    ]);
    expect(calendar({ at: '00:00', everyMinutes: 1 })).toEqual([
      'instruments[0].calendar.entries TOO_MANY_ENTRIES',
    ]);
    for (const day of ['2026-02-29', '1969-12-31', '25.12.2026', '2026-13-01']) {
      expect(calendar({}, { holidays: [day] })).toEqual([
        'instruments[0].calendar.holidays[0] BAD_DATE',
      ]);
    }
  });

  test('in a simulation', () => {
    const good = { referencePrice: '10', volatility: 0.1, typicalQuantity: '5', activity: 1 };
    const at = (fields: object) =>
      wrong({ highestPrice: '20', simulation: { ...good, ...fields } });
    expect(at({})).toEqual([]);
    expect(at({ referencePrice: '10.1' })).toEqual([
      'instruments[0].simulation.referencePrice NOT_A_MULTIPLE',
    ]);
    expect(at({ referencePrice: '30' })).toEqual([
      'instruments[0].simulation.referencePrice OUTSIDE_BAND',
    ]);
    expect(at({ typicalQuantity: '0' })).toEqual([
      'instruments[0].simulation.typicalQuantity OUT_OF_RANGE',
    ]);
    expect(at({ volatility: 2 })).toEqual(['instruments[0].simulation.volatility WRONG_TYPE']);
    expect(at({ activity: undefined })).toEqual(['instruments[0].simulation.activity MISSING']);
  });

  test('all at once, each with words that say what to do', () => {
    expect(
      problems({
        instruments: [
          { symbol: 'a b', tickSize: 0.01 },
          { ...GOOD, lotSize: 'x', more: 1 },
          { ...GOOD, simulation: { volatility: 'high' } },
        ],
      }),
    ).toEqual([
      'instruments[0].symbol BAD_SYMBOL',
      'instruments[0].tickSize WRONG_TYPE',
      'instruments[0].lotSize MISSING',
      'instruments[1].lotSize NOT_A_DECIMAL',
      'instruments[1].more UNKNOWN_FIELD',
      'instruments[2].symbol DUPLICATE_SYMBOL',
      'instruments[2].simulation.referencePrice MISSING',
      'instruments[2].simulation.volatility WRONG_TYPE',
      'instruments[2].simulation.typicalQuantity MISSING',
      'instruments[2].simulation.activity MISSING',
    ]);
    expect(Object.values(MARKET_PROBLEM_TEXT).every((text) => text.endsWith('.'))).toBe(true);
  });
});
