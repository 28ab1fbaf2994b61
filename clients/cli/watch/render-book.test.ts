import { expect, test } from 'vitest';
import { coloursFor } from '../colours.ts';
import type { BookView } from './book-view.ts';
import { paletteFor } from './palette.ts';
import { renderBook } from './render-book.ts';
import { bar, barToLeft, grouped } from './text-columns.ts';

const VIEW: BookView = {
  symbol: 'AAPL',
  from: 'tcp://127.0.0.1:7101',
  state: 'LIVE',
  reason: 'NONE',
  grouping: 1,
  sequence: 1204551,
  transaction: 998877,
  bids: [
    { price: '101.25', quantity: '800', orders: 2, lots: 800 },
    { price: '101.24', quantity: '1600', orders: 11, lots: 1600 },
  ],
  asks: [
    { price: '101.26', quantity: '300', orders: 1, lots: 300 },
    { price: '1101.27', quantity: '1200', orders: 3, lots: 1200 },
  ],
  spread: '0.01',
  mid: '101.255',
  trades: [
    { price: '101.26', quantity: '100', aggressor: 'bid', time: '14:03:22.123' },
    { price: '101.25', quantity: '50', aggressor: 'ask', time: '14:03:21.001' },
  ],
  tradesSeen: 2,
  facts: { gaps: 0, 'hashes checked': 12 },
};
const OPTIONS = { width: 60, depth: 3, trades: 3, palette: paletteFor(false, {}) };

test('draws asks above bids, best ones in the middle, figures below figures', () => {
  expect(renderBook(VIEW, OPTIONS)).toEqual([
    'AAPL  LIVE  tcp://127.0.0.1:7101',
    '',
    '',
    '                n   size     price   size   n',
    '',
    '                          1,101.27  1,200   3  █████████▊',
    '                            101.26    300   1  ██▌',
    '                  spread 0.01   mid 101.255',
    '      ▐██████   2    800    101.25',
    '█████████████  11  1,600    101.24',
    '',
    '',
    '14:03:22.123  101.26   100 ▲',
    '14:03:21.001  101.25    50 ▼',
    '',
    'sequence 1,204,551   transaction 998,877   gaps 0   hashes checked 12',
  ]);
});

test('says why a book is not live, and keeps its height', () => {
  const stale: BookView = { ...VIEW, state: 'STALE', reason: 'HEARTBEAT_LOST' };
  const lines = renderBook(stale, OPTIONS);
  expect(lines[0]).toBe('AAPL  STALE  tcp://127.0.0.1:7101');
  expect(lines[1]).toBe('Three heartbeats were missed.');
  expect(lines).toHaveLength(renderBook(VIEW, OPTIONS).length);
});

test('paints no price in its side’s colour unless the book is live', () => {
  const palette = paletteFor(true, {});
  const [askCode = ''] = palette.ask('x').split('x');
  expect(renderBook(VIEW, { ...OPTIONS, palette }).join()).toContain(askCode);
  for (const state of ['SYNCING', 'GAPPED', 'STALE'] as const) {
    const lines = renderBook({ ...VIEW, state, trades: [] }, { ...OPTIONS, palette });
    expect(lines.join()).not.toContain(askCode);
  }
});

test('an empty book keeps its height too', () => {
  const empty: BookView = { ...VIEW, bids: [], asks: [], spread: '', mid: '', trades: [] };
  const lines = renderBook(empty, OPTIONS);
  expect(lines).toHaveLength(renderBook(VIEW, OPTIONS).length);
});

test('shows no more levels than asked for', () => {
  const text = renderBook(VIEW, { ...OPTIONS, depth: 1 }).join('\n');
  expect(text).toContain('101.26');
  expect(text).not.toContain('1,101.27');
});

test('lines stay within the width of the terminal', () => {
  for (const width of [44, 60, 80, 200]) {
    const ladder = renderBook(VIEW, { ...OPTIONS, width }).slice(3, 10);
    for (const line of ladder) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test('a bar shows whatever is above nothing, and never exceeds its width', () => {
  expect(bar(0, 10)).toBe('');
  expect(bar(Number.NaN, 10)).toBe('');
  expect(bar(1e-9, 10)).toBe('▏');
  expect(bar(0.5, 10)).toBe('█████');
  expect(bar(1, 10)).toBe('██████████');
  expect(bar(2, 10)).toBe('██████████');
});

test('a bar to the left does the same in halves', () => {
  expect(barToLeft(0, 10)).toBe('');
  expect(barToLeft(1e-9, 10)).toBe('▐');
  expect(barToLeft(0.45, 10)).toBe('▐████');
  expect(barToLeft(2, 10)).toBe('██████████');
});

test('groups whole digits only', () => {
  expect(grouped('1234567.12345')).toBe('1,234,567.12345');
  expect(grouped('-1234')).toBe('-1,234');
  expect(grouped('123')).toBe('123');
  expect(grouped('0.00001234')).toBe('0.00001234');
});

test('NO_COLOR, a dumb terminal and a pipe get no colours', () => {
  expect(coloursFor(true, { NO_COLOR: '1' }).bid('x')).toBe('x');
  expect(coloursFor(true, { TERM: 'dumb' }).bid('x')).toBe('x');
  expect(coloursFor(false, {}).bid('x')).toBe('x');
  expect(coloursFor(true, { NO_COLOR: '' }).bid('x')).not.toBe('x');
});
