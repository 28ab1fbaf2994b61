/** Binance's sequencing: what waits, what is dropped, what is a hole. */

import { describe, expect, test } from 'vitest';
import { Side } from '../../feed/index.ts';
import { CommandType } from '../protocol/index.ts';
import { BinanceParser } from './binance.ts';
import { DiffJoin, MAX_WAITING_DIFFS } from './binance-join.ts';
import { Random } from './random.ts';
import type { SourceItem } from './source.ts';
import { mutate } from './testing/mutations.ts';

const SEED = process.env['TOUCHLINE_SEED'] ?? 'binance';

function diff(first: number, final: number, price = '5.10'): string {
  const data = { e: 'depthUpdate', s: 'AB', U: first, u: final, b: [[price, '1.0']], a: [] };
  return `1000 ${JSON.stringify({ stream: 'ab@depth', data })}`;
}

function snapshot(id: number): string {
  return `2000 ${JSON.stringify({ lastUpdateId: id, bids: [['5.00', '2.0']], asks: [] })}`;
}

/** `S` a snapshot, `D` a diff, `C` a clear, `L` a listing, or a problem's code; with the line. */
function outline(...lines: string[]): string[] {
  const parser = new BinanceParser();
  const items = lines.flatMap((line, index) => parser.line(line, index + 1));
  return [...items, ...parser.end()].map((item) => `${item.line} ${describeItem(item)}`);
}

function describeItem(item: SourceItem): string {
  if (item.type === 'problem') return item.code;
  return item.commands
    .map((command) => {
      if (command.type === CommandType.ListInstrument) return 'L';
      if (command.type !== CommandType.BookUpdate) return 'T';
      if (!command.clear) return 'D';
      return command.levels.length === 0 ? 'C' : 'S';
    })
    .join('');
}

describe('joining', () => {
  test('diffs wait for the snapshot, and only those it does not hold are applied after it', () => {
    expect(outline(diff(1, 5), diff(6, 10), diff(11, 20), snapshot(12), diff(21, 30))).toEqual([
      '4 LS',
      '3 D',
      '5 D',
    ]);
  });

  test('a diff that ends where the snapshot does is held by it', () => {
    expect(outline(diff(1, 12), snapshot(12), diff(13, 14))).toEqual(['2 LS', '3 D']);
    const join = new DiffJoin();
    join.offer({ firstId: 1, finalId: 12 });
    expect(join.snapshot(12)).toEqual({ covered: 1, apply: [], reaches: true });
  });

  test('a diff that waits twice is applied once', () => {
    expect(outline(diff(1, 5), diff(6, 9), diff(6, 9), snapshot(5), diff(10, 11))).toEqual([
      '4 LS',
      '2 D',
      '5 D',
    ]);
  });

  test('a snapshot older than the first diff kept is of no use; a newer one is', () => {
    expect(outline(diff(20, 30), snapshot(12), snapshot(25))).toEqual([
      '2 SNAPSHOT_TOO_OLD',
      '3 LS',
      '1 D',
    ]);
  });

  test('a hole empties the book until the next snapshot', () => {
    expect(
      outline(diff(1, 5), snapshot(5), diff(6, 9), diff(11, 15), diff(16, 20), snapshot(12)),
    ).toEqual(['2 LS', '3 D', '4 SEQUENCE_GAP', '4 C', '6 S', '4 D', '5 D']);
  });

  test('what comes twice is applied once', () => {
    expect(outline(diff(1, 5), snapshot(5), diff(6, 9), diff(6, 9), diff(8, 12))).toEqual([
      '2 LS',
      '3 D',
      '5 D',
    ]);
  });

  test('a snapshot of exactly the book changes nothing', () => {
    expect(outline(diff(1, 5), snapshot(5), snapshot(5))).toEqual(['2 LS']);
  });

  test('a snapshot older than the book changes nothing, a newer one replaces it', () => {
    expect(
      outline(diff(1, 5), snapshot(5), diff(6, 9), snapshot(7), snapshot(20), diff(18, 21)),
    ).toEqual(['2 LS', '3 D', '5 S', '6 D']);
  });

  test('diffs that wait in vain are told at the end', () => {
    expect(outline(diff(1, 5), diff(6, 7))).toEqual(['2 NO_SNAPSHOT']);
  });

  test('a snapshot that names no pair needs there to be exactly one', () => {
    expect(outline(snapshot(5))).toEqual(['1 SNAPSHOT_WITHOUT_SYMBOL']);
    const other = diff(1, 5).replace('"AB"', '"CD"');
    expect(outline(diff(1, 5), other, snapshot(5)).slice(0, 1)).toEqual([
      '3 SNAPSHOT_WITHOUT_SYMBOL',
    ]);
  });

  test('no more than so many diffs wait; the oldest go', () => {
    const join = new DiffJoin();
    for (let id = 1; id <= MAX_WAITING_DIFFS; id++) join.offer({ firstId: id, finalId: id });
    expect(join.offer({ firstId: MAX_WAITING_DIFFS + 1, finalId: MAX_WAITING_DIFFS + 1 })).toBe(
      'dropped',
    );
    expect(join.waiting[0]).toEqual({ firstId: 2, finalId: 2 });
  });
});

test('joining equals a sequence that is simply replayed, whatever the order of snapshot and diffs', () => {
  for (let run = 0; run < 300; run++) {
    const random = new Random(`${SEED}/${run}`);
    const join = new DiffJoin<{ firstId: number; finalId: number }>();
    const applied: number[] = [];
    let last = 0;
    let joinedAt = 0;
    const snapshotAfter = random.below(20);
    for (let index = 0; index < 40; index++) {
      const next = { firstId: last + 1, finalId: last + 1 + random.below(5) };
      last = next.finalId;
      if (join.offer(next) === 'apply') applied.push(next.finalId);
      if (index !== snapshotAfter) continue;
      joinedAt = Math.max(0, last - random.below(30));
      const { apply, reaches } = join.snapshot(joinedAt);
      expect(reaches, `${SEED}/${run}`).toBe(true);
      applied.push(...apply.map(({ finalId }) => finalId));
    }
    expect(applied.at(-1), `${SEED}/${run}`).toBe(last);
    expect(applied.every((id) => id > joinedAt)).toBe(true);
    expect(applied.toSorted((a, b) => a - b)).toEqual(applied);
  }
});

test('a trade may come before any book, and lists its pair', () => {
  const trade =
    '1000 {"stream":"ab@trade","data":{"e":"trade","s":"AB","p":"5.10","q":"0.5","m":true}}';
  const [step] = new BinanceParser().line(trade, 1);
  expect(step).toMatchObject({
    commands: [
      { type: CommandType.ListInstrument, tickSize: '0.01', lotSize: '0.1' },
      { type: CommandType.VenueTrade, price: 510, quantity: 5, aggressor: Side.Ask },
    ],
  });
});

test('what a line has wrong is named', () => {
  const wrong = (line: string) => {
    const [item] = new BinanceParser().line(line, 1);
    return item?.type === 'problem' ? item.code : 'no problem';
  };
  expect(wrong('nonsense')).toBe('BAD_LINE');
  expect(wrong('12 {')).toBe('NOT_JSON');
  expect(wrong('12 []')).toBe('WRONG_TYPE');
  expect(wrong('12 {}')).toBe('UNKNOWN_MESSAGE');
  expect(wrong(diff(9, 3))).toBe('BAD_IDS');
  expect(wrong(diff(1, 3).replace('"U":1', '"U":1.5'))).toBe('WRONG_TYPE');
  expect(wrong(diff(1, 3, '5.1.0'))).toBe('NOT_A_DECIMAL');
  expect(wrong('12 {"data":{"e":"trade","s":"AB","p":"1","q":"0","m":true}}')).toBe(
    'ZERO_QUANTITY',
  );
  expect(wrong('12 {"data":{"e":"trade","s":"AB","p":"1","q":"1"}}')).toBe('BAD_AGGRESSOR');
});

test('any damage to a line is a problem, a step or nothing, never an exception', () => {
  const random = new Random(SEED);
  const parser = new BinanceParser();
  const trade = '1 {"data":{"e":"trade","s":"AB","p":"5.10","q":"0.5","m":true}}';
  for (let line = 1; line < 5000; line++) {
    const lines = [diff(line, line + 1), snapshot(line), trade];
    const text = mutate(lines[line % 3] ?? '', random);
    for (const item of parser.line(text, line)) expect(typeof item.line, text).toBe('number');
  }
});
