/** The spread stays in the middle until the reader scrolls. */

import { expect, test } from 'vitest';
import { CentreLock } from './centre-lock.ts';

const GEOMETRY = { spreadTop: 524, spreadHeight: 32, viewportHeight: 424, headHeight: 24 };

test('the middle of the spread comes to the middle of what is visible below the head', () => {
  const top = new CentreLock().centre(GEOMETRY);
  const middleOnScreen = GEOMETRY.spreadTop + GEOMETRY.spreadHeight / 2 - top;
  expect(middleOnScreen).toBe(GEOMETRY.headHeight + (424 - 24) / 2);
});

test('a ladder shorter than its panel is not scrolled', () => {
  expect(new CentreLock().centre({ ...GEOMETRY, spreadTop: 60 })).toBe(0);
});

test('its own scrolling keeps the lock, the reader’s lets it go once', () => {
  const lock = new CentreLock();
  const top = lock.centre(GEOMETRY);
  expect(lock.scrolled(top)).toBe(false);
  expect(lock.scrolled(top + 1)).toBe(false);
  expect(lock.scrolled(top + 40)).toBe(true);
  expect(lock.isLocked).toBe(false);
  expect(lock.scrolled(top + 80)).toBe(false);
});

test('a position that the browser could not reach is not taken for the reader’s doing', () => {
  const lock = new CentreLock();
  lock.centre(GEOMETRY);
  lock.settled(100);
  expect(lock.scrolled(100)).toBe(false);
});
