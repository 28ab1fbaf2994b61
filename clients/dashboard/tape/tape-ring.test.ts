/** The newest lines of the tape, newest first. */

import { expect, test } from 'vitest';
import { Side } from '../../../feed/index.ts';
import type { TradeEvent } from '../../browser/index.ts';
import { freshLines, type TapeLine, TapeRing } from './tape-ring.ts';

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

test('a filter keeps large trades and every notice of missed ones, the newest first', () => {
  const ring = new TapeRing(8);
  ring.addTrades([1, 9, 3, 7].map(trade));
  ring.addMissed(1, 2);
  ring.addTrades([2, 8].map(trade));
  const shown = (drawn: number, smallest: number, most: number) =>
    freshLines(ring, drawn, smallest, most).map((line) =>
      line.kind === 'trade' ? line.trade.id : 'missed',
    );
  expect(shown(0, 0, 99)).toEqual([8, 2, 'missed', 7, 3, 9, 1]);
  expect(shown(0, 7, 99)).toEqual([8, 'missed', 7, 9]);
  expect(shown(0, 7, 2)).toEqual([8, 'missed']);
  expect(shown(5, 0, 99)).toEqual([8, 2]);
  expect(shown(7, 0, 99)).toEqual([]);
});
