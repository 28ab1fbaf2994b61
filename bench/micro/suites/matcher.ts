/** The matching book, operation by operation, in shallow and deep books, beside the best book of npm. */

import { OrderBook as PeerOrderBook } from 'nodejs-order-book';
import { BookMemory, MatchingBook } from '../../../engine/book/index.ts';
import { PostOnly, Reason, SelfTrade, TimeInForce } from '../../../engine/protocol/index.ts';
import { Side } from '../../../feed/index.ts';
import { IGNORE } from '../../harness/ignored-events.ts';
import type { MicroCase, MicroRun, MicroSuite } from '../micro-suite.ts';

const OPERATIONS = 2000;
const MIDDLE = 10_000;
const LOTS = 10;
const OWNER = 1;
const OTHER = 2;
const MAX_ORDERS = 1 << 20;
/** Of the orders that a round brings; those that stand before have lower ones. */
const FIRST_ID = 1 << 24;
const { Gtc, Ioc, Fok } = TimeInForce;

interface Shape {
  readonly name: string;
  /** On each side, with so many orders in each. */
  readonly levels: number;
  readonly ordersPerLevel: number;
}

const SHAPES: readonly Shape[] = [
  { name: '10 levels of 10', levels: 10, ordersPerLevel: 10 },
  { name: '1,000 levels of 100', levels: 1000, ordersPerLevel: 100 },
];

export const matcherSuite: MicroSuite = {
  name: 'matcher',
  measures:
    'One call of the matching book per operation, with the events that it tells going to functions that do nothing; a round is 2,000 of them on a book that stands as it did before the last.',
  leavesOut:
    'Everything around the book: the search for an order by its owner and client order id, records, reports, the journal, sockets. The league measures those.',
  wouldLie:
    'A round repeats one operation, so branches and caches know what comes: a mixed stream costs more. Prices of a round stay within some levels of the touch.',
  cases: [...SHAPES.flatMap(casesOf), ...peerCases()],
};

function casesOf(shape: Shape): MicroCase[] {
  const { levels, name } = shape;
  const isGuarded = levels === 10 ? ({ isGuarded: true } as const) : {};
  const resting = (i: number): number => MIDDLE - 1 - (i % levels);
  const add = (what: string, setUp: () => MicroRun, more: Partial<MicroCase> = {}): MicroCase => {
    return { name: `${what}, ${name}`, unit: 'order', operations: OPERATIONS, setUp, ...more };
  };
  return [
    add('limit that rests', () => restAndCancel(shape, resting), isGuarded),
    add('cancel', () => cancelAfterRest(shape, resting), isGuarded),
    add('modify to less, keeps its place', () => changing(shape, resting, 'modify')),
    add('replace at another price', () => changing(shape, resting, 'replace')),
    add('limit that takes one order', () => taking(shape, Gtc), isGuarded),
    add('immediate or cancel that takes one order', () => taking(shape, Ioc)),
    add('market that takes one order', () => taking(shape, 'market')),
    add('fill or kill that cannot fill', () => unfilled(shape)),
    add('post-only that is refused', () => refused(shape)),
    add('sweep of ten orders', () => sweeping(shape), { operations: OPERATIONS / 10 }),
    add('iceberg that shows its next part', () => iceberg(shape)),
    add('hidden order that is taken', () => taking(shape, Gtc, { isHidden: true })),
    add('self-trade that cancels both', () => selfTrading(shape)),
  ];
}

function filled({ levels, ordersPerLevel }: Shape): MatchingBook {
  const book = new MatchingBook(1, new BookMemory(MAX_ORDERS, 1 << 18), IGNORE);
  let id = 0;
  for (let order = 0; order < ordersPerLevel; order += 1) {
    for (let level = 0; level < levels; level += 1) {
      id += 1;
      done(book.limit(2 * id, OWNER, Side.Bid, MIDDLE - 1 - level, LOTS, Gtc));
      done(book.limit(2 * id + 1, OWNER, Side.Ask, MIDDLE + 1 + level, LOTS, Gtc));
    }
  }
  return book;
}

type PriceOf = (i: number) => number;

function rest(book: MatchingBook, priceOf: PriceOf): void {
  for (let i = 0; i < OPERATIONS; i += 1) {
    done(book.limit(FIRST_ID + i, OWNER, Side.Bid, priceOf(i), LOTS, Gtc));
  }
}

function cancelAll(book: MatchingBook): void {
  for (let i = 0; i < OPERATIONS; i += 1) done(book.cancel(FIRST_ID + i));
}

function restAndCancel(shape: Shape, priceOf: PriceOf): MicroRun {
  const book = filled(shape);
  return { round: () => rest(book, priceOf), after: () => cancelAll(book) };
}

function cancelAfterRest(shape: Shape, priceOf: PriceOf): MicroRun {
  const book = filled(shape);
  return { before: () => rest(book, priceOf), round: () => cancelAll(book) };
}

function changing(shape: Shape, priceOf: PriceOf, how: 'modify' | 'replace'): MicroRun {
  const book = filled(shape);
  const round =
    how === 'modify'
      ? () => {
          for (let i = 0; i < OPERATIONS; i += 1) {
            done(book.modify(FIRST_ID + i, priceOf(i), LOTS - 1));
          }
        }
      : () => {
          for (let i = 0; i < OPERATIONS; i += 1) {
            done(book.replace(FIRST_ID + i, priceOf(i + 1), LOTS));
          }
        };
  return { before: () => rest(book, priceOf), round, after: () => cancelAll(book) };
}

/** Asks of one lot stand before all others, one for each order that comes. */
function taking(
  shape: Shape,
  how: TimeInForce | 'market',
  conditions?: { readonly isHidden: true },
): MicroRun {
  const book = filled(shape);
  return {
    before: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        done(book.limit(FIRST_ID + i, OWNER, Side.Ask, MIDDLE, 1, Gtc, conditions));
      }
    },
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        const id = FIRST_ID + OPERATIONS + i;
        done(
          how === 'market'
            ? book.market(id, OTHER, Side.Bid, 1)
            : book.limit(id, OTHER, Side.Bid, MIDDLE, 1, how),
        );
      }
    },
  };
}

function sweeping(shape: Shape): MicroRun {
  const book = filled(shape);
  return {
    before: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        done(book.limit(FIRST_ID + i, OWNER, Side.Ask, MIDDLE, 1, Gtc));
      }
    },
    round: () => {
      for (let i = 0; i < OPERATIONS / 10; i += 1) {
        done(book.limit(FIRST_ID + OPERATIONS + i, OTHER, Side.Bid, MIDDLE, 10, Ioc));
      }
    },
  };
}

/** Accepted and cancelled whole: one lot more is wanted than the best price has. */
function unfilled(shape: Shape): MicroRun {
  const book = filled(shape);
  const lots = shape.ordersPerLevel * LOTS + 1;
  return {
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        done(book.limit(FIRST_ID + i, OTHER, Side.Bid, MIDDLE + 1, lots, Fok));
      }
    },
  };
}

function refused(shape: Shape): MicroRun {
  const book = filled(shape);
  const conditions = { postOnly: PostOnly.Reject };
  return {
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        const reason = book.limit(FIRST_ID + i, OTHER, Side.Bid, MIDDLE + 1, 1, Gtc, conditions);
        if (reason !== Reason.PostOnlyWouldTrade) throw new Error(`It was not refused: ${reason}.`);
      }
    },
  };
}

/** One iceberg that shows a lot at a time: each operation takes a part and brings the next. */
function iceberg(shape: Shape): MicroRun {
  const book = filled(shape);
  const parts = 1000;
  return {
    before: () => {
      for (let i = 0; i < OPERATIONS / parts; i += 1) {
        done(book.limit(FIRST_ID + i, OWNER, Side.Ask, MIDDLE, parts, Gtc, { displayQuantity: 1 }));
      }
    },
    round: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        done(book.limit(FIRST_ID + OPERATIONS + i, OTHER, Side.Bid, MIDDLE, 1, Ioc));
      }
    },
  };
}

function selfTrading(shape: Shape): MicroRun {
  const book = filled(shape);
  const conditions = { selfTrade: SelfTrade.CancelBoth };
  return {
    before: () => {
      for (let i = 0; i < OPERATIONS; i += 1) {
        done(book.limit(FIRST_ID + i, OTHER, Side.Ask, MIDDLE, 1, Gtc));
      }
    },
    round: () => {
      // Each bid ends one of the asks, and itself.
      for (let i = 0; i < OPERATIONS; i += 1) {
        const id = FIRST_ID + OPERATIONS + i;
        done(book.limit(id, OTHER, Side.Bid, MIDDLE, 1, Ioc, conditions));
      }
    },
  };
}

/** The calls that its documentation shows, on the same shallow book. */
function peerCases(): MicroCase[] {
  const shape = SHAPES[0] as Shape;
  const peer = 'nodejs-order-book';
  const ids = Array.from({ length: OPERATIONS }, (_, i) => `p${i}`);
  const build = (): PeerBook => {
    const book = new PeerOrderBook() as unknown as PeerBook;
    for (let order = 0; order < shape.ordersPerLevel; order += 1) {
      for (let level = 0; level < shape.levels; level += 1) {
        const id = `${order} ${level}`;
        place(book, 'buy', `b${id}`, MIDDLE - 1 - level);
        place(book, 'sell', `s${id}`, MIDDLE + 1 + level);
      }
    }
    return book;
  };
  const restAll = (book: PeerBook): void => {
    for (let i = 0; i < OPERATIONS; i += 1) {
      place(book, 'buy', ids[i] as string, MIDDLE - 1 - (i % shape.levels));
    }
  };
  const cancelEach = (book: PeerBook): void => {
    for (let i = OPERATIONS - 1; i >= 0; i -= 1) book.cancel(ids[i] as string);
  };
  const rests = (): MicroRun => {
    const book = build();
    return { round: () => restAll(book), after: () => cancelEach(book) };
  };
  const cancels = (): MicroRun => {
    const book = build();
    return { before: () => restAll(book), round: () => cancelEach(book) };
  };
  const common = { unit: 'order', operations: OPERATIONS, peer };
  return [
    { name: `limit that rests, ${shape.name}, ${peer}`, setUp: rests, ...common },
    { name: `cancel, newest first, ${shape.name}, ${peer}`, setUp: cancels, ...common },
  ];
}

/** Its typings want members of its own enums; the values are these texts. */
interface PeerBook {
  limit(order: {
    readonly side: string;
    readonly id: string;
    readonly size: number;
    readonly price: number;
    readonly timeInForce: string;
  }): { readonly err: unknown };
  cancel(id: string): unknown;
}

function place(book: PeerBook, side: string, id: string, price: number): void {
  const { err } = book.limit({ side, id, size: LOTS, price, timeInForce: 'GTC' });
  if (err !== null) throw new Error(`The peer refused: ${String(err)}.`);
}

function done(reason: Reason): void {
  if (reason !== Reason.None) throw new Error(`The book refused with reason ${reason}.`);
}
