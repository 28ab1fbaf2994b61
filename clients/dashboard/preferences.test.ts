/** Choices survive a visit; nonsense in the storage does not hurt. */

import { expect, test } from 'vitest';
import {
  DEFAULT_PREFERENCES,
  DEPTHS,
  loadPreferences,
  MAX_PINNED,
  nextOf,
  type Preferences,
  remember,
  savePreferences,
  stepIn,
  THEMES,
} from './preferences.ts';

function store(kept: string | null = null) {
  return {
    kept,
    getItem() {
      return this.kept;
    },
    setItem(_key: string, value: string) {
      this.kept = value;
    },
  };
}

test('what was saved is loaded', () => {
  const chosen: Preferences = {
    theme: 'light',
    palette: 'green-red',
    language: 'es',
    layout: 'several',
    depth: 50,
    interval: 0,
    candleSeconds: 60,
    symbol: 'ACME',
    pinned: ['B', 'C'],
    groupings: { ACME: 10 },
    smallestTrades: { ACME: '0.5' },
  };
  const memory = store();
  savePreferences(memory, chosen);
  expect(loadPreferences(memory)).toEqual(chosen);
});

test.each([
  null,
  '',
  '{',
  '7',
  'null',
  '[]',
  '{"theme":"pink","depth":-1,"interval":"x","symbol":9}',
  '{"language":"fr","layout":7,"candleSeconds":2,"pinned":"A","groupings":[3],"smallestTrades":9}',
  '{"pinned":[7,null],"groupings":{"A":3,"B":"10"},"smallestTrades":{"A":5}}',
])('storage holding %s gives the defaults', (kept) => {
  expect(loadPreferences(store(kept))).toEqual(DEFAULT_PREFERENCES);
});

test('one bad value does not take the good ones with it', () => {
  const kept = JSON.stringify({ theme: 'dark', depth: 26, symbol: 'X' });
  expect(loadPreferences(store(kept))).toEqual({
    ...DEFAULT_PREFERENCES,
    theme: 'dark',
    symbol: 'X',
  });
});

test('what is remembered by instrument is bounded, and the oldest goes first', () => {
  const pinned = ['A', 'A', 'B', 'C', 'D', 'E'];
  const loaded = loadPreferences(store(JSON.stringify({ pinned })));
  expect(loaded.pinned).toEqual(['A', 'B', 'C'].slice(0, MAX_PINNED));

  let groupings: Readonly<Record<string, number>> = {};
  for (let index = 0; index < 100; index += 1) groupings = remember(groupings, `I${index}`, index);
  groupings = remember(groupings, 'I50', 7);
  expect(Object.keys(groupings)).toHaveLength(64);
  expect(groupings).toMatchObject({ I50: 7, I99: 99 });
  expect(groupings['I0']).toBeUndefined();
  expect(Object.keys(groupings).at(-1)).toBe('I50');
});

test('a storage that refuses does not stop the page', () => {
  const refusing = {
    getItem(): string | null {
      throw new Error('forbidden');
    },
    setItem(): void {
      throw new Error('full');
    },
  };
  expect(loadPreferences(refusing)).toEqual(DEFAULT_PREFERENCES);
  expect(() => savePreferences(refusing, DEFAULT_PREFERENCES)).not.toThrow();
});

test('themes go round, depths stop at their ends', () => {
  expect(nextOf(THEMES, 'light')).toBe('auto');
  expect(stepIn(DEPTHS, 5, -1)).toBe(5);
  expect(stepIn(DEPTHS, 25, 1)).toBe(50);
  expect(stepIn(DEPTHS, 100, 1)).toBe(100);
});
