/** Keys and buttons change the choices, one at a time. */

import { expect, test } from 'vitest';
import type { Action } from './keyboard.ts';
import { DEFAULT_PREFERENCES, type Preferences } from './preferences.ts';
import { stepped } from './stepped.ts';

const after = (action: Action, preferences: Partial<Preferences> = {}) =>
  stepped({ ...DEFAULT_PREFERENCES, ...preferences }, action, 'A', 'en');

test('each action changes its own choice', () => {
  expect(after({ type: 'step-depth', by: 1 })).toEqual({ depth: 50 });
  expect(after({ type: 'layout' })).toEqual({ layout: 'book' });
  expect(after({ type: 'candle', by: 1 })).toEqual({ candleSeconds: 15 });
  expect(after({ type: 'candle', by: -1 })).toEqual({ candleSeconds: 1 });
  expect(after({ type: 'candle', by: -1 }, { candleSeconds: 1 })).toEqual({
    candleSeconds: 86_400,
  });
  expect(after({ type: 'theme' })).toEqual({ theme: 'dark' });
  expect(after({ type: 'palette' })).toEqual({ palette: 'green-red' });
  expect(after({ type: 'language' })).toEqual({ language: 'es' });
  expect(after({ type: 'pause' })).toBeUndefined();
});

test('steps of prices are remembered by instrument, and stop at both ends', () => {
  const groupings = { A: 5, B: 100 };
  expect(after({ type: 'step-grouping', by: 1 }, { groupings })).toEqual({
    groupings: { B: 100, A: 10 },
  });
  expect(after({ type: 'step-grouping', by: -1 })).toEqual({ groupings: { A: 1 } });
});

test('a book is pinned, and let go by the same key; the oldest makes room', () => {
  expect(after({ type: 'pin' })).toEqual({ pinned: ['A'] });
  expect(after({ type: 'pin' }, { pinned: ['B', 'A'] })).toEqual({ pinned: ['B'] });
  expect(after({ type: 'pin' }, { pinned: ['B', 'C', 'D'] })).toEqual({ pinned: ['C', 'D', 'A'] });
});
