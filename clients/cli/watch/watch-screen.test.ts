import { expect, test } from 'vitest';
import type { BookView, LevelView } from './book-view.ts';
import { type Key, keysOf } from './keys.ts';
import { paletteFor } from './palette.ts';
import { WatchScreen } from './watch-screen.ts';
import type { WatchedBook } from './watched-book.ts';

const SYMBOLS = ['AAPL', 'BTC-USD', 'ETH-USD', 'AMZN'];
const [WIDTH, HEIGHT] = [100, 24];

class InventedBook implements WatchedBook {
  symbol = 'AAPL';
  symbols: readonly string[] = SYMBOLS;
  state: BookView['state'] = 'LIVE';
  reason: BookView['reason'] = 'NONE';
  readonly wishes: string[] = [];
  sequence = 10;
  quantity = 5;
  hashes = 1;
  readonly otherSymbols = undefined;

  view(depth: number): BookView {
    const level = (price: number): LevelView => ({
      price: (price / 100).toFixed(2),
      quantity: String(this.quantity),
      orders: 1,
      lots: this.quantity,
    });
    const side = (from: number, step: number) =>
      Array.from({ length: Math.min(depth, 30) }, (_, i) => level(from + i * step));
    return {
      ...{ symbol: this.symbol, from: 'tcp://here', state: this.state, reason: this.reason },
      ...{ grouping: 1, sequence: this.sequence, transaction: 7, bids: side(9999, -1) },
      ...{ asks: side(10_000, 1), spread: '0.01', mid: '99.995', tradesSeen: 1 },
      trades: [{ price: '100.00', quantity: '3', aggressor: 'bid', time: '09:00:00.123' }],
      facts: { gaps: 0, 'hashes checked': this.hashes },
    };
  }
  select(symbol: string): void {
    this.symbol = symbol;
  }
  want(depth: number, grouping: number): void {
    this.wishes.push(`${depth} ${grouping}`);
  }
  onChange(): void {}
  async close(): Promise<void> {}
}

function start(isColoured = false) {
  const book = new InventedBook();
  const palette = paletteFor(isColoured, {});
  const watching = new WatchScreen({ palette, book, symbol: 'AAPL' });
  let nowMs = 1000;
  const draw = (width = WIDTH, height = HEIGHT) => watching.draw(width, height, nowMs);
  const press = (bytes: string) => {
    const effects = [];
    for (const key of keysOf(bytes, () => watching.isTyping)) {
      effects.push(watching.press(key, HEIGHT, nowMs));
    }
    return effects.at(-1);
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { book, watching, draw, press, pass };
}

test('fills the terminal: title, ladder, tape, strip, keys', () => {
  const { draw } = start();
  const lines = draw();
  expect(lines).toHaveLength(HEIGHT);
  expect(lines[0]).toMatch(/^AAPL {2}LIVE {2}tcp:\/\/here +1 of 4$/);
  expect(lines.filter((line) => /\d+\.\d\d +5 +1 +█/.test(line))).toHaveLength(8);
  expect(lines.join('\n')).toContain('09:00:00  100.00     3 ▲');
  expect(draw(140).join('\n')).toContain('09:00:00.123  100.00     3 ▲');
  expect(lines.at(-2)).toMatch(
    /^hash = 1 0\.0 s ago {3}changed 0\.0 s ago {3}gaps 0 {3}sequence 10/,
  );
  expect(lines.at(-1)).toContain('search');
});

test('never says more than fits, in any window', () => {
  const { draw, press } = start(true);
  for (const keys of ['', '/a', '\u001b', '?']) {
    press(keys);
    for (const width of [1, 20, 43, 44, 60, 80, 120, 300]) {
      for (const height of [1, 2, 5, 8, 24, 90]) {
        const lines = draw(width, height);
        expect(lines.length).toBeLessThanOrEqual(height);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room.
        const widths = lines.map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').length);
        expect(Math.max(...widths), `${keys} ${width} x ${height}`).toBeLessThanOrEqual(width);
      }
    }
  }
});

test('goes from instrument to instrument, around the ends', () => {
  const { book, draw, press } = start();
  for (const [keys, symbol] of [
    ['\u001b[C', 'BTC-USD'],
    ['\u001b[D', 'AAPL'],
    ['p', 'AMZN'],
    ['n', 'AAPL'],
    ['3', 'ETH-USD'],
    ['9', 'ETH-USD'],
  ] as const) {
    press(keys);
    expect(book.symbol, keys).toBe(symbol);
    expect(draw()[0]).toContain(symbol);
  }
});

test('finds an instrument by what is typed, and shows what would be taken', () => {
  const { book, draw, press } = start();
  press('/usd');
  expect(draw().at(-1)).toMatch(/^\/usd +BTC-USD +ETH-USD/);
  press('\u007f\u007f\u007f');
  expect(draw().at(-1)).toContain('AAPL');
  press('eth\r');
  expect(book.symbol).toBe('ETH-USD');
  press('/zzz');
  expect(draw().at(-1)).toContain('nothing');
  press('\r');
  expect(book.symbol).toBe('ETH-USD');
  press('/a\u001b');
  expect(draw().at(-1)).not.toContain('/a');
});

test('asks for what the window has room for, and only when that is something else', () => {
  const { book, draw, press } = start();
  draw();
  draw();
  expect(book.wishes).toEqual(['8 1']);
  draw(WIDTH, 40);
  press('++');
  draw(WIDTH, 40);
  press('-');
  draw(WIDTH, 40);
  expect(book.wishes).toEqual(['8 1', '16 1', '16 5', '16 2']);
  press('[');
  draw(WIDTH, 40);
  expect(book.wishes.at(-1)).toBe('7 2');
  press(']');
  draw(WIDTH, 40);
  expect(book.wishes.at(-1)).toBe('8 2');
});

test('stands still on demand, and says for how long', () => {
  const { book, draw, press, pass } = start();
  press(' ');
  book.quantity = 77;
  book.sequence = 11;
  pass(3000);
  expect(draw().join('\n')).toContain('PAUSED for 3 s');
  expect(draw().join('\n')).not.toContain('77');
  press(' ');
  expect(draw().join('\n')).toContain('77');
  expect(draw().join('\n')).not.toContain('PAUSED');
});

test('says why a book is not live, and how old it is, and paints no price as if it were', () => {
  const { book, draw, pass } = start(true);
  draw();
  const bid = paletteFor(true, {}).bid('99.99').split('99.99')[0] ?? '?';
  expect(draw().join('')).toContain(bid);
  book.state = 'STALE';
  book.reason = 'HEARTBEAT_LOST';
  pass(12_000);
  const text = draw().join('\n');
  expect(text).toMatch(/STALE {2}Three heartbeats were missed\. {2}12 s old/);
  expect(text).not.toContain(bid);
});

test('a changed quantity is bright for a moment', () => {
  const { book, draw, pass } = start(true);
  const isBright = () => draw().join('').includes('\u001b[1m   5\u001b[0m');
  expect(isBright()).toBe(false);
  book.quantity = 4;
  draw();
  book.quantity = 5;
  expect(isBright()).toBe(true);
  pass(200);
  expect(isBright()).toBe(false);
});

test('explains its keys, and asks the process for what is not its own', () => {
  const { draw, press } = start();
  press('?');
  expect(draw().join('\n')).toContain('stand still, and go on');
  press('?');
  expect(draw().join('\n')).not.toContain('stand still, and go on');
  for (const [bytes, effect] of [
    ['q', 'quit'],
    ['\u0003', 'quit'],
    ['\u001a', 'suspend'],
    ['\u000c', 'redraw'],
  ] as const) {
    expect(press(bytes)).toBe(effect);
  }
});

test('an empty market takes every key', () => {
  const { book, draw, watching } = start();
  book.symbols = [];
  const keys: Key[] = [
    { key: 'step-instrument', by: 1 },
    { key: 'choose-instrument', index: 3 },
    { key: 'search' },
    { key: 'text', text: 'x' },
    { key: 'enter' },
  ];
  for (const key of keys) watching.press(key, HEIGHT, 0);
  expect(draw()[0]).toContain('AAPL');
});
