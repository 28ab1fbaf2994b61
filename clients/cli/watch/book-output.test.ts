import { expect, test } from 'vitest';
import { bookOutput } from './book-output.ts';
import type { BookView, TradeView } from './book-view.ts';

const VIEW: BookView = {
  symbol: 'AAPL',
  from: 'tcp://127.0.0.1:7101',
  state: 'LIVE',
  reason: 'NONE',
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

test('a terminal is redrawn, shows the hint, and is left as it was', () => {
  const stdout = terminal(true);
  const output = bookOutput({ trades: 5 }, stdout, { NO_COLOR: '1' });
  output.show(VIEW);
  output.show(VIEW, 'Is the engine running?');
  output.leave();
  const [enter, first, second, leave] = stdout.written;
  expect(enter).toContain('\u001b[?1049h');
  expect(first?.startsWith('\u001b[H')).toBe(true);
  expect(first).not.toContain('engine running');
  expect(second).toContain('Is the engine running?');
  expect(leave).toContain('\u001b[?1049l');
});

test('the picture fits a window that shrinks', () => {
  const stdout = terminal(true, 40);
  const output = bookOutput({ trades: 5 }, stdout, {});
  expect(output.depth).toBe(10);
  for (const rows of [20, 13, 5, 1]) {
    stdout.rows = rows;
    output.show(VIEW);
    expect(stdout.written.at(-1)?.split('\r\n').length).toBeLessThanOrEqual(rows);
    expect(output.depth).toBeGreaterThanOrEqual(1);
  }
});

test('a pipe and --once get plain pictures', () => {
  for (const [options, isTTY] of [
    [{ trades: 0 }, false],
    [{ trades: 0, once: true }, true],
  ] as const) {
    const stdout = terminal(isTTY);
    const output = bookOutput(options, stdout, { NO_COLOR: '1' });
    output.show(VIEW);
    output.leave();
    expect(output.isScreen).toBe(false);
    expect(stdout.written.join('')).not.toContain('\u001b');
  }
});
