/** The overview's price trails and its choice of instruments. */

import { describe, expect, test } from 'vitest';
import { FeedState, TradingStatus } from '../../../feed/index.ts';
import type { InstrumentInfo } from '../../browser/index.ts';
import { firstChoice, matching, neighbour } from './instrument-choice.ts';
import { PriceTrail, TRAIL_SAMPLES } from './price-trail.ts';

function listed(...symbols: string[]): InstrumentInfo[] {
  return symbols.map((symbol, index) => ({
    id: index + 1,
    symbol,
    tickSize: '0.01',
    lotSize: '1',
    status: TradingStatus.Continuous,
    state: FeedState.Live,
    reason: 'NONE',
  }));
}

const symbolsOf = (instruments: readonly InstrumentInfo[]) =>
  instruments.map((instrument) => instrument.symbol);

describe('the choice of instruments', () => {
  const all = listed('BTC-USD', 'USDT', 'ETH-USD', 'AAPL');

  test('a search finds parts of symbols, beginnings first, in any case', () => {
    expect(symbolsOf(matching(all, ' usd '))).toEqual(['USDT', 'BTC-USD', 'ETH-USD']);
    expect(matching(all, '')).toBe(all);
    expect(matching(all, 'zzz')).toEqual([]);
  });

  test('arrows go round the list, and into it from outside', () => {
    expect(neighbour(all, 'AAPL', 1)).toBe('BTC-USD');
    expect(neighbour(all, 'BTC-USD', -1)).toBe('AAPL');
    expect(neighbour(all, 'gone', 1)).toBe('BTC-USD');
    expect(neighbour([], 'gone', 1)).toBeUndefined();
  });

  test('the page opens with what was looked at last, if it still exists', () => {
    expect(firstChoice(all, 'ETH-USD')).toBe('ETH-USD');
    expect(firstChoice(all, 'GONE')).toBe('BTC-USD');
    expect(firstChoice([], '')).toBeUndefined();
  });
});

describe('a price trail', () => {
  test('the mid stands in until the first trade, which then stays', () => {
    const trail = new PriceTrail();
    trail.quoted(99, undefined);
    expect(trail.last).toBeNaN();
    trail.quoted(99, 102);
    expect([trail.first, trail.last, trail.isMid]).toEqual([100, 100, true]);
    trail.traded(103);
    trail.quoted(1, 3);
    expect([trail.first, trail.last, trail.isMid]).toEqual([100, 103, false]);
  });

  test('a line needs some samples, and fills its box from left to right, high prices on top', () => {
    const trail = new PriceTrail();
    trail.traded(10);
    expect(trail.points(60, 16)).toBe('');
    for (const price of [11, 12, 13, 14, 15]) {
      trail.traded(price);
      trail.sample();
    }
    const points = trail.points(50, 16).split(' ');
    expect(points[0]).toBe('0.0,16.0');
    expect(points.at(-1)).toBe('50.0,0.0');
  });

  test('an unmoving price is a line through the middle', () => {
    const trail = new PriceTrail();
    trail.traded(10);
    for (let sample = 0; sample < 9; sample += 1) trail.sample();
    expect(
      trail
        .points(50, 16)
        .split(' ')
        .every((point) => point.endsWith(',8.0')),
    ).toBe(true);
  });

  test('only the newest samples are kept, oldest first', () => {
    const trail = new PriceTrail();
    for (let price = 1; price <= TRAIL_SAMPLES * 2 + 3; price += 1) {
      trail.traded(price);
      trail.sample();
    }
    const heights = trail
      .points(100, TRAIL_SAMPLES - 1)
      .split(' ')
      .map((point) => Number(point.split(',')[1]));
    expect(heights).toEqual(
      Array.from({ length: TRAIL_SAMPLES }, (_, index) => TRAIL_SAMPLES - 1 - index),
    );
  });
});
