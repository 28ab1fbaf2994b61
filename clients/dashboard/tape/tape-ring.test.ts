/** The newest lines of the tape, newest first. */

import { expect, test } from 'vitest';
import { Side } from '../../../feed/index.ts';
import type { TradeEvent } from '../../browser/index.ts';
import { type TapeLine, TapeRing } from './tape-ring.ts';

function trade(id: number): TradeEvent {
  return { id, price: 100 + id, quantity: id, aggressor: Side.Bid, timeUs: id };
}

function told(ring: TapeRing): (number | string | undefined)[] {
  const line = (one: TapeLine | undefined) =>
    one?.kind === 'trade' ? one.trade.id : one && `missed ${one.count}`;
  return Array.from({ length: ring.length + 1 }, (_, index) => line(ring.at(index)));
}

test('lines come back newest first, and nothing beyond the oldest', () => {
  const ring = new TapeRing(4);
  expect(told(ring)).toEqual([undefined]);
  ring.addTrades([trade(1), trade(2)]);
  ring.addMissed(3, 9);
  expect(told(ring)).toEqual(['missed 7', 2, 1, undefined]);
});

test('a full ring forgets the oldest and counts all', () => {
  const ring = new TapeRing(4);
  ring.addTrades([1, 2, 3, 4, 5, 6].map(trade));
  expect(told(ring)).toEqual([6, 5, 4, 3, undefined]);
  expect(ring.added).toBe(6);
  expect(ring.at(-1)).toBeUndefined();
});

test('a notice of nothing missed is no line', () => {
  const ring = new TapeRing(4);
  ring.addMissed(5, 4);
  expect(ring.length).toBe(0);
});

test('a capacity that is no power of two is a mistake', () => {
  expect(() => new TapeRing(6)).toThrow('power of two');
});
