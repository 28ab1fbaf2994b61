/** The cursor walks the ladder as it stands on the page. */

import { expect, test } from 'vitest';
import { type LevelPlace, moveCursor, placeOf } from './level-cursor.ts';

const walk = (start: LevelPlace | undefined, keys: string, bids = 3, asks = 2) => {
  let place = start;
  for (const key of keys) place = moveCursor(place, key === 'j' ? 1 : -1, bids, asks);
  return place && `${place.side} ${place.index}`;
};

test('it begins at the touch, on the side that the key points to', () => {
  expect(walk(undefined, 'j')).toBe('bid 0');
  expect(walk(undefined, 'k')).toBe('ask 0');
});

test('it goes over the spread and stops at both ends', () => {
  expect(walk(undefined, 'jjj')).toBe('bid 2');
  expect(walk(undefined, 'jjjjjj')).toBe('bid 2');
  expect(walk(undefined, 'jjkkk')).toBe('ask 1');
  expect(walk({ side: 'ask', index: 1 }, 'kk')).toBe('ask 1');
  expect(walk({ side: 'ask', index: 0 }, 'j')).toBe('bid 0');
});

test('it finds its way back when levels have gone', () => {
  expect(walk({ side: 'bid', index: 9 }, 'j')).toBe('bid 2');
  expect(walk({ side: 'bid', index: 9 }, 'j', 0, 2)).toBe('ask 0');
  expect(walk(undefined, 'k', 0, 0)).toBeUndefined();
});

test('a price that was pointed at is found again, or the next level outwards', () => {
  const at = (side: 'bid' | 'ask', price: number, prices: number[]) =>
    placeOf(side, price, { length: prices.length, prices })?.index;
  expect(at('ask', 103, [101, 103, 104])).toBe(1);
  expect(at('ask', 102, [101, 103, 104])).toBe(1);
  expect(at('ask', 999, [101, 103, 104])).toBe(2);
  expect(at('bid', 97, [99, 97, 95])).toBe(1);
  expect(at('bid', 98, [99, 97, 95])).toBe(1);
  expect(at('bid', 120, [99, 97, 95])).toBe(0);
  expect(at('bid', 1, [99, 97, 95])).toBe(2);
  expect(at('bid', 1, [])).toBeUndefined();
});
