/** Books that are large in one way each, and the operations whose cost must not follow the size. */

import { type BookEvents, BookMemory, MatchingBook } from '../../engine/book/index.ts';
import { EquilibriumFinder } from '../../engine/index.ts';
import { Reason, TimeInForce } from '../../engine/protocol/index.ts';
import { MAX_INTEGER, Side } from '../../feed/index.ts';
import { IGNORE } from '../harness/ignored-events.ts';

export interface GrownBook {
  /** The books, of which the operations use one after the other. */
  readonly books: readonly MatchingBook[];
  /** Orders that stand in them. */
  readonly orders: number;
  place(operation: number): void;
  reduce(operation: number): void;
  best(operation: number): void;
  cancel(operation: number): void;
}

export interface GrowthCase {
  readonly name: string;
  /** What is to be expected of the curve. */
  readonly promise: string;
  readonly sizes: readonly number[];
  build(size: number, events?: BookEvents): GrownBook;
}

const QUANTITY = 10;
const OWNER = 1;
const MAX_ORDERS = 1 << 22;
/** Ids of the orders that operations place; those that stand before have lower ones. */
const FIRST_OPERATION_ID = 2 ** 40;
const FAR = 2 ** 40;

export const GROWTH_CASES: readonly GrowthCase[] = [
  {
    name: 'resting orders',
    promise: 'spread over 1,000 prices; flat',
    sizes: [1000, 10_000, 100_000, 1_000_000],
    build: (size, events) => grown(1, size, (i) => 1000 + (i % 1000), events),
  },
  {
    name: 'orders at one level',
    promise: 'flat',
    sizes: [1, 100, 10_000, 100_000],
    build: (size, events) => grown(1, size, () => 1000, events),
  },
  {
    name: 'levels far outside the window',
    promise: 'a tick of 2^40 apart each; logarithmic',
    sizes: [10, 1000, 100_000],
    build: (size, events) => grown(1, size, (i) => 1 + FAR * (1 + (i % size) / 64), events),
  },
  {
    name: 'instruments',
    promise: 'ten orders in each; flat but for the caches',
    sizes: [1, 100, 10_000],
    build: (size, events) => grown(size, size * 10, (i) => 1000 + (i % 10), events),
  },
  {
    name: 'ids up to 2^53 - 1',
    promise: 'flat',
    sizes: [1000, 100_000],
    build: (size, events) => grown(1, size, (i) => 1000 + (i % 1000), events, MAX_INTEGER - size),
  },
  {
    name: 'prices that cross in an auction',
    promise: 'an order at each, the equilibrium price found after each operation; logarithmic',
    sizes: [10, 1000, 100_000],
    build: crossing,
  },
];

/** Bids and asks at the same prices: operations place, change and cancel bids among them. */
function crossing(size: number, events: BookEvents = IGNORE): GrownBook {
  const half = size >> 1;
  const memory = new BookMemory(MAX_ORDERS);
  const book = new MatchingBook(1, memory, events);
  const finder = new EquilibriumFinder();
  const priceOf = (i: number): number => 1000 + ((i * 7919) % half);
  const idOf = (operation: number): number => FIRST_OPERATION_ID + operation;
  const find = (): void => {
    if (finder.find(book, undefined).volume === 0) throw new Error('Nothing crosses.');
  };
  const thenFind = (reason: Reason): void => {
    done(reason);
    find();
  };
  book.setMatching(false);
  for (let i = 0; i < size; i += 1) {
    const side = i < half ? Side.Bid : Side.Ask;
    done(book.limit(i + 1, OWNER, side, 1000 + (i % half), QUANTITY, TimeInForce.Gtc));
  }
  return {
    books: [book],
    orders: size,
    place: (i) =>
      thenFind(book.limit(idOf(i), OWNER, Side.Bid, priceOf(i), QUANTITY, TimeInForce.Gtc)),
    reduce: (i) => thenFind(book.modify(idOf(i), priceOf(i), QUANTITY - 1)),
    best: find,
    cancel: (i) => thenFind(book.cancel(idOf(i))),
  };
}

/** `priceOf` says where the i-th bid stands; operations place theirs at the same prices. */
function grown(
  instruments: number,
  orders: number,
  priceOf: (i: number) => number,
  events: BookEvents = IGNORE,
  firstId = 0,
): GrownBook {
  const memory = new BookMemory(MAX_ORDERS);
  const books = Array.from({ length: instruments }, (_, i) => {
    return new MatchingBook(i + 1, memory, events);
  });
  const bookOf = (i: number): MatchingBook => books[i % instruments] as MatchingBook;
  const place = (book: MatchingBook, id: number, price: number): void => {
    done(book.limit(id, OWNER, Side.Bid, Math.floor(price), QUANTITY, TimeInForce.Gtc));
  };
  for (let i = 0; i < orders; i += 1) place(bookOf(i), firstId + i + 1, priceOf(i));
  const idOf = (operation: number): number => FIRST_OPERATION_ID + operation;
  return {
    books,
    orders,
    place: (i) => place(bookOf(i), idOf(i), priceOf(i * 7919)),
    reduce: (i) => done(bookOf(i).modify(idOf(i), Math.floor(priceOf(i * 7919)), QUANTITY - 1)),
    best: (i) => {
      if (bookOf(i).bestPrice(Side.Bid) === undefined) throw new Error('There is no best bid.');
    },
    cancel: (i) => done(bookOf(i).cancel(idOf(i))),
  };
}

function done(reason: Reason): void {
  if (reason !== Reason.None) throw new Error(`The book refused with reason ${reason}.`);
}
