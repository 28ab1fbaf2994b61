/** The candles that a relay tells, and those of this page's own trades until it does. */

import { expect, test } from 'vitest';
import type { Candle, Candles as Channel } from '../../browser/channels/index.ts';
import type { TouchlineClient } from '../../browser/index.ts';
import { CANDLE_SECONDS } from '../preferences.ts';
import { CandleSeries } from './candle-series.ts';
import { timeLabel } from './time-axis.ts';
import { ToldCandles, toldSpan } from './told-candles.ts';

const NO_CLIENT = undefined as unknown as TouchlineClient;

function candle(start: number, price: number, more: Partial<Candle> = {}): Candle {
  const { open = price, high = price, low = price, close = price } = more;
  return { start, open, high, low, close, volume: 2, trades: 1, isIncomplete: false, ...more };
}

/** Channels as they are opened, each to be told what it says. */
function openedChannels() {
  const opened: {
    interval: number;
    depth: number;
    isClosed: boolean;
    tell(all: Candle[]): void;
  }[] = [];
  const openCandles = (_client: TouchlineClient, _symbol: string, options = {}): Channel => {
    const { interval = 0, depth = 0 } = options as { interval?: number; depth?: number };
    let all: readonly Candle[] = [];
    const listeners: ((all: readonly Candle[]) => void)[] = [];
    const one = {
      interval,
      depth,
      isClosed: false,
      tell: (candles: Candle[]) => {
        all = candles;
        for (const listener of listeners) listener(all);
      },
    };
    opened.push(one);
    return {
      interval,
      get all() {
        return all;
      },
      formatPrice: String,
      formatQuantity: String,
      on: (_event, listener) => {
        listeners.push(listener);
        return () => {};
      },
      close: () => {
        one.isClosed = true;
      },
    };
  };
  return { opened, openCandles };
}

test('every length offered is served, or can be made of one that is', () => {
  expect(CANDLE_SECONDS.map((span) => [span, toldSpan(span)])).toEqual([
    [1, 1],
    [5, 1],
    [15, 1],
    [60, 60],
    [300, 300],
    [900, 900],
    [3600, 3600],
    [14_400, 14_400],
    [86_400, 86_400],
  ]);
});

test('what the page saw stands in until the relay has told', () => {
  const { opened, openCandles } = openedChannels();
  const seen = new CandleSeries();
  seen.add([{ id: 1, price: 7, quantity: 3, aggressor: undefined, timeUs: 60e6 }]);
  const candles = new ToldCandles(NO_CLIENT, { openCandles }, 'ABC', seen);
  candles.setSpan(60);
  expect(candles.gather(60, 10)).toMatchObject({ times: [60], closes: [7], volumes: [3] });

  const before = candles.version;
  opened[0]?.tell([candle(0, 5), candle(60, 8, { isIncomplete: true })]);
  expect(candles.version).not.toBe(before);
  expect(candles.gather(60, 10)).toMatchObject({
    times: [0, 60],
    closes: [5, 8],
    volumes: [2, 2],
    lacking: [0, 1],
  });
});

test('candles of five seconds are made of those of one, and lack what one of them lacks', () => {
  const { opened, openCandles } = openedChannels();
  const candles = new ToldCandles(NO_CLIENT, { openCandles }, 'ABC', new CandleSeries());
  candles.setSpan(5);
  expect(opened).toMatchObject([{ interval: 1000, depth: 1000 }]);
  opened[0]?.tell([
    candle(10, 3, { high: 9 }),
    candle(12, 4, { low: 1, isIncomplete: true }),
    candle(15, 6),
  ]);
  expect(candles.gather(5, 10)).toEqual({
    times: [10, 15],
    opens: [3, 6],
    highs: [9, 6],
    lows: [1, 6],
    closes: [4, 6],
    volumes: [4, 2],
    lacking: [1, 0],
  });
});

test('another length is another channel, and the one before is closed', () => {
  const { opened, openCandles } = openedChannels();
  const candles = new ToldCandles(NO_CLIENT, { openCandles }, 'ABC', new CandleSeries());
  for (const span of [1, 5, 3600, 3600]) candles.setSpan(span);
  expect(opened.map(({ interval, isClosed }) => [interval, isClosed])).toEqual([
    [1000, true],
    [1000, true],
    [3_600_000, false],
  ]);
  candles.close();
  expect(opened.every(({ isClosed }) => isClosed)).toBe(true);
});

test('days are dates, and so is the midnight under shorter candles', () => {
  const midnight = new Date(2026, 2, 9).getTime() / 1000;
  expect(timeLabel(midnight, 60)).toBe('03-09');
  expect(timeLabel(midnight + 3660, 60)).toBe('01:01');
  expect(timeLabel(midnight + 5, 5)).toBe('00:00:05');
  expect(timeLabel(Date.UTC(2026, 11, 1) / 1000, 86_400)).toBe('12-01');
});
