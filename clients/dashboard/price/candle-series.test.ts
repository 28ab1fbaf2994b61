/** Candles against an obviously right reading of the same trades. */

import { expect, test } from 'vitest';
import type { TradeEvent } from '../../browser/index.ts';
import { CandleSeries, type Candles } from './candle-series.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 9_001);

function trade(second: number, price: number, quantity: number): TradeEvent {
  return { id: 0, price, quantity, aggressor: undefined, timeUs: second * 1e6 + 250_000 };
}

/** One array a candle: time, open, high, low, close, volume. */
function rows(candles: Candles): number[][] {
  const { times, opens, highs, lows, closes, volumes } = candles;
  return times.map((time, index) => [
    time,
    ...[opens, highs, lows, closes, volumes].map((column) => column[index] as number),
  ]);
}

function naive(trades: readonly TradeEvent[], span: number): number[][] {
  const spans = new Map<number, TradeEvent[]>();
  for (const one of trades) {
    const time = Math.floor(one.timeUs / 1e6 / span) * span;
    spans.set(time, [...(spans.get(time) ?? []), one]);
  }
  return [...spans].map(([time, all]) => {
    const prices = all.map(({ price }) => price);
    const volume = all.reduce((sum, { quantity }) => sum + quantity, 0);
    const [open = 0] = prices;
    return [time, open, Math.max(...prices), Math.min(...prices), prices.at(-1) ?? 0, volume];
  });
}

test('any trades give the candles that a plain reading gives, whatever their span', () => {
  let state = SEED;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const series = new CandleSeries();
  const all: TradeEvent[] = [];
  let second = 1_700_000_003;
  for (let batch = 0; batch < 300; batch += 1) {
    const trades = Array.from({ length: random(4) }, () => {
      second += random(3);
      return trade(second, 1000 + random(50), 1 + random(9));
    });
    all.push(...trades);
    series.add(trades);
  }
  for (const span of [1, 5, 15, 60]) {
    const expected = naive(all, span);
    expect(rows(series.gather(span, 1e6)), `seed ${SEED}, ${span} s`).toEqual(expected);
    const newest = Math.floor(second / span) * span;
    const recent = expected.filter(([time = 0]) => time > newest - 10 * span);
    expect(rows(series.gather(span, 10))).toEqual(recent);
  }
});

test('of the past only what had ended by then is gathered, as if no more had happened', () => {
  const series = new CandleSeries();
  for (const second of [0, 4, 5, 9, 10, 12, 20]) series.add([trade(second, second, 1)]);
  const timesUntil = (until: number, most = 9) => series.gather(5, most, until).times;
  expect(timesUntil(10)).toEqual([0, 5]);
  expect(timesUntil(14.9)).toEqual([0, 5]);
  expect(timesUntil(15)).toEqual([0, 5, 10]);
  expect(timesUntil(15, 2)).toEqual([5, 10]);
  expect(timesUntil(4)).toEqual([]);
});

test('a trade told late widens the newest candle and begins none', () => {
  const series = new CandleSeries();
  series.add([trade(100, 50, 1), trade(99, 40, 2)]);
  expect(rows(series.gather(1, 10))).toEqual([[100, 50, 50, 40, 40, 3]]);
});

test('the oldest seconds are let go', () => {
  const series = new CandleSeries();
  for (let second = 0; second < 20_000; second += 1) series.add([trade(second, 1, 1)]);
  const { times } = series.gather(1, 1e6);
  expect(times.length).toBeLessThanOrEqual(9000);
  expect(times.at(-1)).toBe(19_999);
});

test('no trade, no candle', () => {
  expect(rows(new CandleSeries().gather(5, 10))).toEqual([]);
});
