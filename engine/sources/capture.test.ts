/** The neutral recording: every type of line, and every way in which one can be wrong. */

import { describe, expect, test } from 'vitest';
import { BookKind, Side } from '../../feed/index.ts';
import { CommandType } from '../protocol/index.ts';
import { CaptureParser } from './capture.ts';
import { Random } from './random.ts';
import type { SourceItem } from './source.ts';
import { mutate } from './testing/mutations.ts';
import { StandInEngine } from './testing/stand-in-engine.ts';

const SEED = process.env['TOUCHLINE_SEED'] ?? 'capture';
const INSTRUMENT = {
  ts: '1000',
  type: 'instrument',
  symbol: 'X',
  tickSize: '0.5',
  lotSize: '0.01',
  depth: 2,
};

function items(...lines: (object | string)[]): SourceItem[] {
  const parser = new CaptureParser();
  return lines.flatMap((line, index) =>
    parser.line(typeof line === 'string' ? line : JSON.stringify(line), index + 1),
  );
}

/** The code of what is wrong with a line that follows the instrument's. */
function wrong(line: object | string): string {
  const item = items(INSTRUMENT, line)[1];
  return item?.type === 'problem' ? item.code : 'no problem';
}

const delta = (more: object = {}) => ({
  ts: '1001',
  type: 'delta',
  symbol: 'X',
  bids: [['10.5', '1.25']],
  asks: [],
  ...more,
});

describe('each line becomes one step', () => {
  test('an instrument is listed as a level book', () => {
    expect(items(INSTRUMENT)).toMatchObject([
      {
        timeNs: 1000n,
        line: 1,
        commands: [
          {
            type: CommandType.ListInstrument,
            symbol: 'X',
            tickSize: '0.5',
            lotSize: '0.01',
            bookKind: BookKind.Levels,
          },
        ],
      },
    ]);
  });

  test('snapshot, delta, trade and clear are what they say', () => {
    const [, ...steps] = items(
      INSTRUMENT,
      { ...delta(), type: 'snapshot', asks: [['11', '2']] },
      delta({ bids: [['10.5', '0']] }),
      { ts: '5', type: 'trade', symbol: 'X', price: '10.5', qty: '0.5', aggressor: 'ask' },
      { ts: '6', type: 'clear', symbol: 'X' },
      delta({ bids: [] }),
    );
    expect(steps.map((step) => (step.type === 'step' ? step.commands[0] : step))).toEqual([
      {
        type: CommandType.BookUpdate,
        symbol: 'X',
        clear: true,
        depth: 2,
        levels: [
          { side: Side.Bid, price: 21, quantity: 125 },
          { side: Side.Ask, price: 22, quantity: 200 },
        ],
      },
      {
        type: CommandType.BookUpdate,
        symbol: 'X',
        clear: false,
        depth: 2,
        levels: [{ side: Side.Bid, price: 21, quantity: 0 }],
      },
      { type: CommandType.VenueTrade, symbol: 'X', price: 21, quantity: 50, aggressor: Side.Ask },
      { type: CommandType.BookUpdate, symbol: 'X', clear: true, depth: 2, levels: [] },
      { type: CommandType.BookUpdate, symbol: 'X', clear: false, depth: 2, levels: [] },
    ]);
  });

  test('an instrument may be described again, but not otherwise', () => {
    expect(wrong(INSTRUMENT)).toBe('no problem');
    expect(wrong({ ...INSTRUMENT, tickSize: '0.50' })).toBe('no problem');
    expect(wrong({ ...INSTRUMENT, tickSize: '0.25' })).toBe('INSTRUMENT_DIFFERS');
  });

  test('a depth of ten holds while the price walks fifty levels', () => {
    const engine = new StandInEngine(() => undefined);
    const lines: object[] = [{ ...INSTRUMENT, tickSize: '1', lotSize: '1', depth: 10 }];
    const levels = (from: number, step: number) =>
      Array.from({ length: 10 }, (_, index) => [String(from + index * step), '5']);
    lines.push({
      ts: '1',
      type: 'snapshot',
      symbol: 'X',
      bids: levels(99, -1),
      asks: levels(101, 1),
    });
    for (let price = 100; price < 150; price++) {
      lines.push(
        delta({
          bids: [[String(price), '5']],
          asks: [
            [String(price + 1), '0'],
            [String(price + 11), '5'],
          ],
        }),
      );
    }
    for (const item of items(...lines)) {
      if (item.type === 'problem') throw new Error(item.message);
      for (const command of item.commands) engine.apply(command);
    }
    const book = engine.venue('X');
    expect(book.prices(Side.Bid)).toEqual([149, 148, 147, 146, 145, 144, 143, 142, 141, 140]);
    expect(book.prices(Side.Ask)).toEqual([151, 152, 153, 154, 155, 156, 157, 158, 159, 160]);
  });
});

describe('checks', () => {
  test('are left to the checker when they are well formed', () => {
    for (const check of [
      { kind: 'kraken-crc32', value: '974947235' },
      { kind: 'okx-crc32', value: -855196043 },
      { kind: 'top', bids: [['10.5', '1']], asks: [] },
    ]) {
      expect(wrong(delta({ check }))).toBe('no problem');
    }
  });

  test('are refused when they are not', () => {
    expect(wrong(delta({ check: 5 }))).toBe('WRONG_TYPE');
    expect(wrong(delta({ check: { kind: 'sha1', value: 1 } }))).toBe('UNKNOWN_CHECK');
    expect(wrong(delta({ check: { kind: 'okx-crc32', value: 2 ** 33 } }))).toBe('BAD_CHECK');
    expect(wrong(delta({ check: { kind: 'top', bids: [['10.3', '1']], asks: [] } }))).toBe(
      'NOT_A_MULTIPLE',
    );
  });
});

test('what a line has wrong is named, with its number', () => {
  expect(items(INSTRUMENT, '{')[1]).toMatchObject({ line: 2, code: 'NOT_JSON' });
  expect(wrong('[]')).toBe('WRONG_TYPE');
  expect(wrong(delta({ ts: 1001 }))).toBe('WRONG_TYPE');
  expect(wrong(delta({ ts: '-1' }))).toBe('BAD_TIME');
  expect(wrong(delta({ ts: '99999999999999999999' }))).toBe('BAD_TIME');
  expect(wrong(delta({ type: 'quote' }))).toBe('UNKNOWN_TYPE');
  expect(wrong(delta({ symbol: 'Y' }))).toBe('UNKNOWN_SYMBOL');
  expect(wrong(delta({ asks: undefined }))).toBe('WRONG_TYPE');
  expect(wrong(delta({ bids: [['10.25', '1']] }))).toBe('NOT_A_MULTIPLE');
  expect(wrong(delta({ bids: [['10.5', '1.001']] }))).toBe('NOT_A_MULTIPLE');
  expect(wrong(delta({ bids: [[10.5, '1']] }))).toBe('WRONG_TYPE');
  expect(wrong(delta({ bids: [['10.5', '-1']] }))).toBe('NEGATIVE_QUANTITY');
  expect(wrong(delta({ bids: Array(40_000).fill(['10.5', '1']) }))).toBe('TOO_MANY_LEVELS');
  expect(wrong({ ...INSTRUMENT, symbol: 'a b' })).toBe('BAD_SYMBOL');
  expect(wrong({ ...INSTRUMENT, symbol: 'Z', tickSize: '0' })).toBe('OUT_OF_RANGE');
  expect(wrong({ ...INSTRUMENT, symbol: 'Z', depth: 0 })).toBe('BAD_DEPTH');
  const trade = { ts: '5', type: 'trade', symbol: 'X', price: '10.5', qty: '1', aggressor: 'ask' };
  expect(wrong({ ...trade, aggressor: 'buy' })).toBe('BAD_AGGRESSOR');
  expect(wrong({ ...trade, qty: '0' })).toBe('ZERO_QUANTITY');
});

test('any damage to a line is a problem, a step or nothing, never an exception', () => {
  const random = new Random(SEED);
  const parser = new CaptureParser();
  const lines = [INSTRUMENT, delta({ check: { kind: 'top', bids: [['1', '1']], asks: [] } })].map(
    (line) => JSON.stringify(line),
  );
  parser.line(lines[0] ?? '', 1);
  for (let line = 2; line < 5000; line++) {
    const text = mutate(lines[line % 2] ?? '', random);
    for (const item of parser.line(text, line)) expect(item.line, `${SEED}: ${text}`).toBe(line);
  }
  expect(() => parser.line('['.repeat(200_000), 5000)).not.toThrow();
});
