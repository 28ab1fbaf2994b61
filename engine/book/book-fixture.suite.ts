/** What the suites of the books share: a book, what it tells, ladders to compare it with. */

import { expect } from 'vitest';
import type { BookContents, BookEvents, OrderBook } from './book.ts';
import { findFault } from './book-state.ts';
import { EventRecorder, type RecordedEvent } from './event-recorder.ts';
import { drawLadder, enterLadder, type Ladder, tidyLadder } from './ladder-table.ts';

export type TestedBook = OrderBook & BookContents;

/** Makes books that share a memory for so many orders. */
export type CreateMarket = (maxOrders: number) => (events: BookEvents) => TestedBook;

export const MAX = Number.MAX_SAFE_INTEGER;
/** The owner of what stands in a ladder. */
export const OWNER = 7;
export const HIGHEST_OWNER = 2 ** 32 - 1;
export const ODD_NUMBERS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX + 1];
export const QUEUE_EVENTS = new Set(['rested', 'reduced']);

/** `renew` begins every test. */
export class BookFixture {
  told = new EventRecorder();
  book: TestedBook;
  readonly #createMarket: CreateMarket;

  constructor(createMarket: CreateMarket) {
    this.#createMarket = createMarket;
    this.book = createMarket(1)(this.told);
  }

  /** An empty book whose market takes so many orders. */
  readonly renew = (maxOrders: number = 1000): this => {
    this.told = new EventRecorder();
    this.book = this.#createMarket(maxOrders)(this.told);
    return this;
  };

  readonly given = (ladder: Ladder): void => {
    enterLadder(this.book, ladder, OWNER);
    this.told.take();
  };

  readonly expectBook = (ladder: Ladder): void => {
    expect(drawLadder(this.book)).toBe(tidyLadder(ladder));
    expect(findFault(this.book)).toBeUndefined();
  };

  /** Without what is told of queues, which has tests of its own. */
  readonly expectTold = (...events: RecordedEvent[]): void => {
    expect(this.told.take().filter(([name]) => !QUEUE_EVENTS.has(name))).toEqual(events);
  };
}
