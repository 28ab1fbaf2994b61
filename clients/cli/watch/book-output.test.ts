import { expect, test } from 'vitest';
import { bookOutput } from './book-output.ts';
import type { BookView, TradeView } from './book-view.ts';

const VIEW: BookView = {
  symbol: 'AAPL',
  from: 'tcp://127.0.0.1:7101',
  state: 'LIVE',
  reason: 'NONE',
  grouping: 1,
  sequence: 1,
  transaction: 2,
  bids: [{ price: '1', quantity: '1', orders: 1, lots: 1 }],
  asks: [{ price: '2', quantity: '1', orders: 1, lots: 1 }],
  spread: '1',
  mid: '1.5',
  trades: [],
  tradesSeen: 0,
  facts: {},
};

function terminal(isTTY: boolean, rows = 30) {
  const written: string[] = [];
  return { isTTY, columns: 80, rows, written, write: (text: string) => written.push(text) };
}

function trade(price: string): TradeView {
  return { price, quantity: '1', aggressor: 'bid', time: '00:00:00.000' };
}

test('JSON holds each trade once, in the first line after it', () => {
  const stdout = terminal(false);
  const output = bookOutput({ trades: 5, json: true }, stdout, {});
  output.show({ ...VIEW, trades: [trade('2'), trade('1')], tradesSeen: 2 });
  output.show({ ...VIEW, trades: [trade('3'), trade('2'), trade('1')], tradesSeen: 3 });
  output.show({ ...VIEW, trades: [trade('3'), trade('2'), trade('1')], tradesSeen: 3 });
  const prices = stdout.written.map((line) =>
    JSON.parse(line).trades.map((one: TradeView) => one.price),
  );
  expect(prices).toEqual([['2', '1'], ['3'], []]);
});

test('a pipe gets plain pictures, a terminal painted ones', () => {
  for (const isTTY of [false, true]) {
    const stdout = terminal(isTTY);
    bookOutput({ trades: 0 }, stdout, {}).show(VIEW);
    expect(stdout.written.join('').includes('\u001b[')).toBe(isTTY);
  }
});
