/** Kraken's lines, one rule at a time. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { CommandType } from '../protocol/index.ts';
import { KrakenParser } from './kraken.ts';
import { Random } from './random.ts';
import type { SourceItem } from './source.ts';
import { mutate } from './testing/mutations.ts';

const SEED = process.env['TOUCHLINE_SEED'] ?? 'kraken';
const SNAPSHOT =
  '1618678133.626511: [1,{"as":[["5.10","2.000","1.1"],["5.20","1.000","1.1"]],"bs":[["5.00","3.000","1.1"]]},"book-10","A/B"]';

function items(...lines: string[]): SourceItem[] {
  const parser = new KrakenParser();
  return lines.flatMap((line, index) => parser.line(line, index + 1));
}

function code(item: SourceItem | undefined): string {
  return item?.type === 'problem' ? item.code : 'no problem';
}

describe('a snapshot', () => {
  test('lists its pair by the decimals of the strings, then replaces the book', () => {
    expect(items(SNAPSHOT)).toMatchObject([
      {
        type: 'step',
        line: 1,
        timeNs: 1_618_678_133_626_511_000n,
        commands: [
          { type: CommandType.ListInstrument, symbol: 'A/B', tickSize: '0.01', lotSize: '0.001' },
          {
            type: CommandType.BookUpdate,
            symbol: 'A/B',
            clear: true,
            depth: 10,
            levels: [
              { side: Side.Ask, price: 510, quantity: 2000 },
              { side: Side.Ask, price: 520, quantity: 1000 },
              { side: Side.Bid, price: 500, quantity: 3000 },
            ],
          },
        ],
      },
    ]);
  });

  test('may be empty, but not when it is the first', () => {
    const empty = '1.0: [1,{"as":[],"bs":[]},"book-10","A/B"]';
    expect(code(items(empty)[0])).toBe('EMPTY_SNAPSHOT');
    expect(items(SNAPSHOT, empty)[1]).toMatchObject({ commands: [{ clear: true, levels: [] }] });
  });

  test('leaves out a level beyond 2^53 ticks, and says so without ending the play', () => {
    const [warning, step] = items(
      '1.0: [1,{"as":[["99999997.00000000","1.0","1"],["5.00000000","1.0","1"]],"bs":[]},"book-10","A/B"]',
    );
    expect(warning).toMatchObject({ code: 'LEVEL_OUT_OF_RANGE', isWarning: true, line: 1 });
    expect(step).toMatchObject({ commands: [{}, { levels: [{ price: 500_000_000 }] }] });
  });
});

describe('a change', () => {
  test('may come in two objects, and applies in the order in which it stands', () => {
    const [, step] = items(
      SNAPSHOT,
      '2.0: [1,{"a":[["5.10","0.000","1.1"],["5.10","7.000","1.2"]]},{"b":[["4.90","1.500","1.1","r"]],"c":"1"},"book-10","A/B"]',
    );
    expect(step).toMatchObject({
      commands: [
        {
          clear: false,
          levels: [
            { side: Side.Ask, price: 510, quantity: 0 },
            { side: Side.Ask, price: 510, quantity: 7000 },
            { side: Side.Bid, price: 490, quantity: 1500 },
          ],
        },
      ],
    });
  });

  test('before the snapshot of its connection is a problem', () => {
    const delta = '2.0: [1,{"a":[["5.10","1.000","1.1"]],"c":"1"},"book-10","A/B"]';
    const reconnected = 'wss://ws.kraken.com <-> 3.0';
    expect(code(items(delta)[0])).toBe('DELTA_BEFORE_SNAPSHOT');
    expect(code(items(SNAPSHOT, delta, reconnected, delta)[2])).toBe('DELTA_BEFORE_SNAPSHOT');
  });

  test('with more decimals than the pair has is refused, never rounded', () => {
    const finer = '2.0: [1,{"a":[["5.101","1.000","1.1"]],"c":"1"},"book-10","A/B"]';
    expect(code(items(SNAPSHOT, finer)[1])).toBe('NOT_A_MULTIPLE');
  });
});

test('a trade names its aggressor', () => {
  const trade =
    '2.0: [2,[["5.10","1.500","1.1","s","l",""],["5.20","1.000","1.1","b","m",""]],"trade","A/B"]';
  expect(items(trade)).toEqual([]);
  expect(items(SNAPSHOT, trade)[1]).toMatchObject({
    commands: [
      { type: CommandType.VenueTrade, price: 510, quantity: 1500, aggressor: Side.Ask },
      { type: CommandType.VenueTrade, price: 520, quantity: 1000, aggressor: Side.Bid },
    ],
  });
});

test('what a line has wrong is named', () => {
  const wrong = (line: string) => code(items(SNAPSHOT, line)[1]);
  expect(wrong('nonsense')).toBe('BAD_LINE');
  expect(wrong('1.0: [1,')).toBe('NOT_JSON');
  expect(wrong('1.0: 5')).toBe('WRONG_TYPE');
  expect(wrong('1.0: [1,2]')).toBe('WRONG_LENGTH');
  expect(wrong('1.0: [1,{},"book-10","A/B"]')).toBe('NO_LEVELS');
  expect(wrong('1.0: [1,{"a":[[5.1,"1.000"]]},"book-10","A/B"]')).toBe('WRONG_TYPE');
  expect(wrong('1.0: [1,{"a":[["5.10","-1.000"]]},"book-10","A/B"]')).toBe('NEGATIVE_QUANTITY');
  expect(wrong('1.0: [1,{"a":[["5,10","1.000"]]},"book-10","A/B"]')).toBe('NOT_A_DECIMAL');
  expect(wrong('1.0: {"event":"subscriptionStatus","status":"error","errorMessage":"no"}')).toBe(
    'VENUE_ERROR',
  );
  expect(items('1.0: [1,{"as":[["1","1"]],"bs":[]},"book-10","two words"]')[0]).toMatchObject({
    code: 'BAD_SYMBOL',
  });
});

test('any damage to a line is a problem, a step or nothing, never an exception', () => {
  const random = new Random(SEED);
  const parser = new KrakenParser();
  const lines = [SNAPSHOT, '2.0: [1,{"a":[["5.10","0.000","1.1"]],"c":"12"},"book-10","A/B"]'];
  parser.line(SNAPSHOT, 1);
  for (let line = 2; line < 5000; line++) {
    const text = mutate(lines[line % 2] ?? '', random);
    for (const item of parser.line(text, line)) expect(item.line, `${SEED}: ${text}`).toBe(line);
  }
});
