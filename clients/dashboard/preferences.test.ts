/** Choices survive a visit; nonsense in the storage does not hurt. */

import { expect, test } from 'vitest';
import {
  DEFAULT_PREFERENCES,
  DEPTHS,
  loadPreferences,
  nextOf,
  type Preferences,
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
    depth: 50,
    interval: 0,
    symbol: 'ACME',
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
