/** A conflated book by itself: which snapshots and diffs it takes, and which it refuses. */

import { expect, test } from 'vitest';
import { LevelBook } from '../book/level-book.ts';
import { NOTHING_CROSSES } from '../instruments.ts';
import { Side, TradingStatus } from '../market.ts';
import type { LoadedInstrument } from '../sync/snapshot-loader.ts';
import { type BookDiff, BookFollower } from './book-follower.ts';

function bookOf(quantity: number): LevelBook {
  const book = new LevelBook(1);
  if (quantity > 0) book.apply(Side.Bid, 100, quantity, 1);
  return book;
}

function loaded(position: number, quantity: number): LoadedInstrument {
  const definition = {
    symbol: 'A',
    tickSize: '1',
    lotSize: '1',
    bookKind: 0,
    lowestPrice: 1,
    highestPrice: 2,
  } as const;
  const state = { status: TradingStatus.Continuous, statusReason: 0, indicative: NOTHING_CROSSES };
  const place = { sequence: 1, transaction: 1, streamSequence: position };
  return { id: 1, definition, ...state, book: bookOf(quantity), ...place };
}

/** The bid at 100 becomes `quantity`. */
function diff(first: number, next: number, quantity: number): BookDiff {
  const levels = [{ side: Side.Bid, price: 100, quantity, orderCount: 1 }];
  return { first, next, levels, hash: bookOf(quantity).hash };
}

function quantityOf({ book }: BookFollower): number {
  return book.quantityOf(Side.Bid, 100);
}

test('what waits is applied to a snapshot as far as it goes beyond it', () => {
  const follower = new BookFollower(1);
  expect(follower.wanted).toBeUndefined();
  expect(follower.diff(diff(10, 20, 1))).toBe(false);
  follower.diff(diff(20, 30, 2));
  follower.diff(diff(30, 40, 3));
  expect(follower.wanted).toBe(10);
  expect(follower.load(loaded(25, 7))).toBe(true);
  expect([follower.trouble, quantityOf(follower)]).toEqual(['NONE', 3]);
  expect(follower.diff(diff(40, 41, 5))).toBe(true);
  expect(follower.diff(diff(40, 41, 5))).toBe(false);
  expect(quantityOf(follower)).toBe(5);
});

test('a snapshot that is too old is refused, and what waits is kept', () => {
  const follower = new BookFollower(1);
  follower.diff(diff(10, 20, 1));
  expect(follower.load(loaded(9, 7))).toBe(false);
  expect(follower.wanted).toBe(10);
  expect(follower.load(loaded(10, 7))).toBe(true);
  expect(quantityOf(follower)).toBe(1);
});

test('a hole, a lost tail and a wrong hash each need another snapshot', () => {
  const hole = new BookFollower(1);
  const tail = new BookFollower(1);
  const wrong = new BookFollower(1);
  for (const follower of [hole, tail, wrong]) {
    follower.announced(10, 0, 0);
    expect(follower.wanted).toBe(10);
    follower.load(loaded(10, 7));
  }
  hole.diff(diff(12, 20, 2));
  expect([hole.trouble, hole.wanted]).toEqual(['MISSED_RECORDS', 12]);
  tail.announced(13, 0, 0);
  expect([tail.trouble, tail.wanted]).toEqual(['MISSED_RECORDS', 13]);
  wrong.diff({ ...diff(10, 15, 2), hash: { laneA: 1, laneB: 2 } });
  expect([wrong.trouble, wrong.wanted]).toEqual(['HASH_MISMATCH', 15]);
  expect(wrong.load(loaded(15, 9))).toBe(true);
  wrong.announced(15, 3, 4);
  expect(wrong.trouble).toBe('HASH_MISMATCH');
});

test('a diff that begins before the last one has ended is another relay’s, and fits no book here', () => {
  const follower = new BookFollower(1);
  follower.announced(10, 0, 0);
  follower.load(loaded(12, 7));
  // Behind a snapshot it may begin earlier.
  expect(follower.diff(diff(10, 20, 1))).toBe(true);
  expect(follower.diff(diff(15, 25, 2))).toBe(false);
  expect([follower.trouble, follower.wanted]).toEqual(['MISSED_RECORDS', 15]);
  expect(follower.load(loaded(15, 1))).toBe(true);
  expect(quantityOf(follower)).toBe(2);
});

test('what waits is bounded', () => {
  const follower = new BookFollower(1);
  for (let i = 1; i <= 3000; i++) follower.diff(diff(i, i + 1, i));
  expect(follower.wanted).toBe(2049);
  expect(follower.load(loaded(2049, 7))).toBe(true);
  expect(quantityOf(follower)).toBe(3000);
});
