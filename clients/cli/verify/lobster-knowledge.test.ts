/** What can be known of a LOBSTER book, and what is counted apart. */

import { expect, test } from 'vitest';
import { type LobsterRow, parseLobsterRow } from './captures/lobster-row.ts';
import type { BookLevels } from './levels.ts';
import { LobsterKnowledge } from './lobster-knowledge.ts';

/** Two levels a side: ask price, ask size, bid price, bid size, twice. */
function rowOf(text: string): LobsterRow {
  const row = parseLobsterRow(text);
  if (row === undefined) throw new Error(`no row: ${text}`);
  return row;
}

function bookOf(bids: readonly number[][], asks: readonly number[][]): BookLevels {
  const side = (levels: readonly number[][]) => ({
    prices: levels.map(([price = 0]) => price),
    quantities: levels.map(([, quantity = 0]) => quantity),
  });
  return { bids: side(bids), asks: side(asks) };
}

const FIRST = rowOf('1010000,10,1000000,20,1020000,30,990000,40');
const BOOK = bookOf(
  [
    [1000000, 20],
    [990000, 40],
  ],
  [
    [1010000, 10],
    [1020000, 30],
  ],
);

test('the first row must be the seeded book, level by level', () => {
  const knowledge = new LobsterKnowledge(false);
  expect(knowledge.compare(FIRST, BOOK)).toBeUndefined();
  const wrong = bookOf(
    [
      [1000000, 21],
      [990000, 40],
    ],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  expect(knowledge.compare(FIRST, wrong)).toMatchObject({
    side: 'bids',
    price: 1000000,
    expected: 20,
    got: 21,
  });
});

test('a known level that is gone, or one too many, is named', () => {
  const knowledge = new LobsterKnowledge(false);
  knowledge.settle(FIRST, BOOK);
  const missing = bookOf(
    [[990000, 40]],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  expect(knowledge.compare(FIRST, missing)).toMatchObject({ price: 1000000, got: 0 });
  const extra = bookOf(
    [
      [1000000, 20],
      [995000, 5],
      [990000, 40],
    ],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  expect(knowledge.compare(FIRST, extra)).toMatchObject({ price: 995000, expected: 0, got: 5 });
});

test('a level that walks in from behind the first row is counted apart', () => {
  const knowledge = new LobsterKnowledge(false);
  knowledge.settle(FIRST, BOOK);
  const row = rowOf('1010000,10,990000,40,1020000,30,980000,70');
  const book = bookOf(
    [[990000, 40]],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  expect(knowledge.compare(row, book)).toBeUndefined();
  knowledge.settle(row, book);
  expect(knowledge).toMatchObject({ compared: 4 + 3, unknowable: 1 });
});

test('a price that was seen empty is known from then on', () => {
  const knowledge = new LobsterKnowledge(true);
  knowledge.settle(FIRST, BOOK);
  const walkedIn = rowOf('1010000,10,990000,40,1020000,30,980000,70');
  const withoutBest = bookOf(
    [[990000, 40]],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  knowledge.settle(walkedIn, withoutBest);
  const emptied = rowOf('1010000,10,990000,40,1020000,30,970000,5');
  knowledge.settle(emptied, withoutBest);
  expect(knowledge.compare(walkedIn, withoutBest)).toMatchObject({ price: 980000, expected: 70 });
});

test('a price that left the view may have changed unseen, unless the file has all events', () => {
  const far = rowOf('1010000,10,1000000,20,1020000,30,995000,5');
  const back = rowOf('1010000,10,1000000,20,1020000,30,990000,41');
  const book = bookOf(
    [
      [1000000, 20],
      [995000, 5],
      [990000, 40],
    ],
    [
      [1010000, 10],
      [1020000, 30],
    ],
  );
  for (const holdsAllEvents of [false, true]) {
    const knowledge = new LobsterKnowledge(holdsAllEvents);
    knowledge.settle(FIRST, BOOK);
    knowledge.settle(far, book);
    const mismatch = knowledge.compare(back, BOOK);
    if (holdsAllEvents) expect(mismatch).toMatchObject({ price: 990000, expected: 41, got: 40 });
    else expect(mismatch).toBeUndefined();
  }
});

test('an empty level is no level, and a row with room speaks of every price', () => {
  const knowledge = new LobsterKnowledge(false);
  const row = rowOf('1010000,10,1000000,20,9999999999,0,-9999999999,0');
  expect(row.bids).toEqual([[1000000, 20]]);
  const deep = bookOf(
    [
      [1000000, 20],
      [1, 5],
    ],
    [[1010000, 10]],
  );
  expect(knowledge.compare(row, deep)).toMatchObject({ price: 1, expected: 0, got: 5 });
});
