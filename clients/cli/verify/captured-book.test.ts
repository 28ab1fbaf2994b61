/** The checker's own book: sorted, absolute, cut to its depth, unharmed by a bad level. */

import { expect, test } from 'vitest';
import { CapturedBook, type LevelText } from './captured-book.ts';

function bookOf(depth: number): CapturedBook {
  return new CapturedBook('TEST', '0.5', '0.01', depth);
}

test('keeps both sides best first, whatever the order of arrival', () => {
  const book = bookOf(0);
  book.apply(
    [
      ['10.0', '1'],
      ['11.0', '2'],
      ['10.5', '3'],
    ],
    [
      ['13.0', '1'],
      ['12.0', '2'],
      ['12.5', '3'],
    ],
  );
  expect([...book.bids.prices]).toEqual([22, 21, 20]);
  expect([...book.bids.quantities]).toEqual([200, 300, 100]);
  expect([...book.asks.prices]).toEqual([24, 25, 26]);
});

test('a quantity replaces, zero removes, and what is not there stays not there', () => {
  const book = bookOf(0);
  book.apply(
    [
      ['10', '1'],
      ['10', '2'],
      ['9', '1'],
      ['9', '0'],
      ['8', '0.00'],
    ],
    [],
  );
  expect([...book.bids.prices]).toEqual([20]);
  expect([...book.bids.quantities]).toEqual([200]);
});

test('cuts both sides after the whole change, not during it', () => {
  const book = bookOf(2);
  book.apply(
    [
      ['10', '1'],
      ['9', '1'],
    ],
    [],
  );
  book.apply(
    [
      ['8', '1'],
      ['10', '0'],
    ],
    [],
  );
  expect([...book.bids.prices]).toEqual([18, 16]);
  book.apply([['11', '1']], []);
  expect([...book.bids.prices]).toEqual([22, 18]);
});

test('remembers how the venue wrote a level, only while its quantity is the same', () => {
  const book = bookOf(0);
  const text: LevelText = ['10.50', '1.000'];
  book.apply([text], []);
  expect(book.bids.textOf(21, 100)).toBe(text);
  expect(book.bids.textOf(21, 101)).toBeUndefined();
  expect(book.bids.textOf(20, 100)).toBeUndefined();
});

test.each([
  ['a price between two ticks', ['10.3', '1']],
  ['a quantity between two lots', ['10', '0.001']],
  ['a quantity below zero', ['10', '-1']],
  ['no decimal', ['ten', '1']],
] as const)('%s changes nothing of the book', (_, bad) => {
  const book = bookOf(0);
  book.apply([['10', '1']], []);
  expect(() => book.apply([['9', '1'], bad], [])).toThrow();
  expect([...book.bids.prices]).toEqual([20]);
});
