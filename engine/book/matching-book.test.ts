/** The fast book against the oracle: random commands, everything compared after every one. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BookHash, Side } from '../../feed/index.ts';
import { type OrderConditions, PostOnly, type SelfTrade, TimeInForce } from '../protocol/index.ts';
import type { OrderBook } from './book.ts';
import { BookMemory } from './book-memory.ts';
import { findFault, readBook } from './book-state.ts';
import { EventRecorder } from './event-recorder.ts';
import { MatchingBook } from './matching-book.ts';
import { NaiveBook, NaiveMemory } from './naive-book.ts';
import { QueueObserver, shownQueues } from './queue-observer.suite.ts';
import { type Random, SEED, seededRandom } from './seeded-random.suite.ts';

/** Commands per regime; a longer run for a changed matcher: TOUCHLINE_STEPS=100000. */
const STEPS = Number(process.env['TOUCHLINE_STEPS'] ?? 2000);
const HIGHEST = Number.MAX_SAFE_INTEGER;

/** Where a run's numbers come from. */
interface Regime {
  readonly name: string;
  readonly price: (below: Random, step: number) => number;
  readonly quantity?: (below: Random) => number;
  readonly orderId?: (n: number) => number;
  readonly maxOrders?: number;
  readonly maxWindowTicks?: number;
  readonly books?: number;
  readonly owners?: number;
  readonly band?: readonly [lowest: number, highest: number];
}

const around = (centre: number, spread: number) => (below: Random) =>
  Math.max(-HIGHEST, Math.min(HIGHEST, centre + below(2 * spread + 1) - spread));

const huge = (below: Random) => (below(2) === 0 ? HIGHEST - below(10) : 1 + below(HIGHEST));

const REGIMES: readonly Regime[] = [
  { name: 'dense prices', price: around(10_000, 12) },
  { name: 'one price, few quantities', price: around(7, 0), quantity: (below) => 1 + below(4) },
  { name: 'one owner and many orders a level', price: around(50, 2), owners: 1 },
  { name: 'two owners and huge quantities', price: around(50, 2), owners: 2, quantity: huge },
  { name: 'a narrow price band', price: around(50, 4), band: [48, 52] },
  { name: 'prices around zero', price: around(0, 10) },
  { name: 'negative prices', price: around(-37_000, 40) },
  { name: 'prices that spread over the largest window', price: around(30_000, 30_000) },
  { name: 'prices that spread over a tiny window', price: around(500, 200), maxWindowTicks: 32 },
  { name: 'prices far outside any window', price: around(0, HIGHEST / 2) },
  {
    name: 'clusters far apart',
    price: (below) => (below(5) - 2) * 1_000_000_007 + below(30),
  },
  { name: 'prices that walk up', price: (below, step) => step * 3 + below(40) },
  {
    name: 'prices that walk down through a small window',
    price: (below, step) => 2_000 - step * 2 + below(60),
    maxWindowTicks: 64,
  },
  {
    name: 'prices that flip between two regions',
    price: (below, step) => ((step >> 7) % 2 === 0 ? 100 : 900_000_000) + below(50),
    maxWindowTicks: 64,
  },
  { name: 'the highest prices', price: around(HIGHEST - 10, 10) },
  { name: 'the lowest prices', price: around(10 - HIGHEST, 10) },
  { name: 'both ends', price: (below) => (below(2) === 0 ? HIGHEST : -HIGHEST) + 0 * below(2) },
  {
    name: 'huge quantities',
    price: around(100, 3),
    quantity: huge,
  },
  { name: 'ids near 2^53 - 1', price: around(50, 8), orderId: (n) => HIGHEST - n },
  { name: 'ids with a stride of 2^32', price: around(50, 8), orderId: (n) => (n + 1) * 2 ** 32 },
  { name: 'ids with a stride of 16', price: around(50, 8), orderId: (n) => n * 16 + 5 },
  { name: 'a tiny pool at its limit', price: around(50, 8), maxOrders: 5 },
  { name: 'a pool of one', price: around(50, 8), maxOrders: 1 },
  { name: 'books that share their memory', price: around(50, 8), books: 4, maxOrders: 60 },
];

describe('the matching book equals the naive book after every command', () => {
  for (const [i, regime] of REGIMES.entries()) {
    test(regime.name, () => {
      compareBooks(regime, SEED + i);
    });
  }
});

interface Twin {
  readonly fast: MatchingBook;
  readonly naive: NaiveBook;
  readonly observer: QueueObserver;
}

function compareBooks(regime: Regime, seed: number): void {
  const below = seededRandom(seed);
  const maxOrders = regime.maxOrders ?? 10_000;
  const memory = new BookMemory(maxOrders, 2);
  const naiveMemory = new NaiveMemory(maxOrders);
  const told = new EventRecorder();
  const expected = new EventRecorder();
  const twins: Twin[] = Array.from({ length: regime.books ?? 1 }, (_, i) => ({
    fast: new MatchingBook(i + 1, memory, told, regime.maxWindowTicks),
    naive: new NaiveBook(naiveMemory, expected),
    observer: new QueueObserver(),
  }));
  const { band } = regime;
  if (band !== undefined) {
    for (const { fast, naive } of twins) {
      fast.setPriceBand(...band);
      naive.setPriceBand(...band);
    }
  }
  const ids = new IdSource(below, regime.orderId ?? ((n) => n + 1));
  for (let step = 0; step < STEPS; step += 1) {
    const twin = twins[below(twins.length)]!;
    const command = randomCommand(regime, ids, below, step);
    const where = `seed ${seed}, step ${step}: ${command.text}`;
    const reason = command.run(twin.fast);
    expectSame(reason, command.run(twin.naive), where);
    const events = told.take();
    expectSame(events, expected.take(), where);
    if (reason !== 0) expectSame(events, [], where);
    expectSame(twin.observer.hear(events), undefined, where);
    expectSame(twin.observer.queues(), shownQueues(twin.fast), where);
    for (const { fast, naive } of twins) {
      expectSame(readBook(fast), readBook(naive), where);
      expectSame(findFault(fast), undefined, where);
    }
    const open = twins.reduce((sum, { fast }) => sum + fast.orderCount, 0);
    expectSame(memory.openOrders, open, where);
  }
}

/** `expect` builds much even when all is well; here it is called for differences only. */
function expectSame(actual: unknown, expected: unknown, where: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, where).toStrictEqual(expected);
}

/** Mostly new ids; old ones come again for cancels, changes and duplicates. */
class IdSource {
  private used = 0;
  private readonly below: Random;
  private readonly nth: (n: number) => number;

  constructor(below: Random, nth: (n: number) => number) {
    this.below = below;
    this.nth = nth;
  }

  next(): number {
    if (this.below(40) === 0) return this.known();
    this.used += 1;
    return this.nth(this.used - 1);
  }

  /** Recent ones more often; sometimes one that never was. */
  known(): number {
    const back = this.below(this.below(10) === 0 ? this.used + 2 : 60);
    return this.nth(Math.max(0, this.used - back));
  }
}

interface RandomCommand {
  readonly text: string;
  run(book: OrderBook): number;
}

function randomCommand(regime: Regime, ids: IdSource, below: Random, step: number): RandomCommand {
  const price = oddity(below, regime.price(below, step));
  const quantity = oddity(below, regime.quantity?.(below) ?? 1 + below(100));
  const side = (below(300) === 0 ? 2 : below(2)) as Side;
  // Not -0, which nobody can be.
  const owner = oddity(below, below(regime.owners ?? 5)) + 0;
  const kind = below(100);
  if (kind < 45) {
    const id = oddity(below, ids.next());
    const timeInForce = randomTimeInForce(below);
    const conditions = randomConditions(below, quantity);
    return {
      text: `limit(${[id, owner, side, price, quantity, timeInForce, JSON.stringify(conditions)]})`,
      run: (book) => book.limit(id, owner, side, price, quantity, timeInForce, conditions),
    };
  }
  if (kind < 50) {
    const id = oddity(below, ids.next());
    const timeInForce = randomTimeInForce(below);
    const conditions = randomConditions(below, quantity);
    return {
      text: `market(${[id, owner, side, quantity, timeInForce, JSON.stringify(conditions)]})`,
      run: (book) => book.market(id, owner, side, quantity, timeInForce, conditions),
    };
  }
  const id = oddity(below, ids.known());
  if (kind < 70) return { text: `cancel(${id})`, run: (book) => book.cancel(id) };
  const name = kind < 86 ? 'modify' : 'replace';
  return {
    text: `${name}(${[id, price, quantity]})`,
    run: (book) => book[name](id, price, quantity),
  };
}

function randomTimeInForce(below: Random): TimeInForce {
  if (below(300) === 0) return 9 as TimeInForce;
  return [TimeInForce.Ioc, TimeInForce.Fok, TimeInForce.Gtc][Math.min(2, below(12))]!;
}

function postOnly(below: Random): PostOnly {
  if (below(100) === 0) return 7 as PostOnly;
  return below(2) === 0 ? PostOnly.Reject : PostOnly.Slide;
}

/** Mostly what an iceberg may show; the largest quantities must not make too many trades. */
function randomPart(below: Random, quantity: number): number {
  if (below(2) === 0 || !(quantity > 0)) return 0;
  return oddity(below, Math.ceil(quantity / (1 + below(below(20) === 0 ? 2000 : 9))));
}

function randomConditions(below: Random, quantity: number): OrderConditions | undefined {
  const kind = below(6);
  if (kind > 3) return undefined;
  const selfTrade = (below(200) === 0 ? 5 : below(5)) as SelfTrade;
  if (kind === 0) return { selfTrade, displayQuantity: randomPart(below, quantity) };
  if (kind === 1) {
    return { selfTrade, postOnly: postOnly(below), displayQuantity: randomPart(below, quantity) };
  }
  return {
    selfTrade,
    minimumQuantity: oddity(below, below(2) * below(quantity > 0 ? quantity + 1 : 1)),
  };
}

/** The value, or rarely one that a book must refuse or take with care. */
function oddity(below: Random, value: number): number {
  if (below(100) !== 0) return value;
  const odd = [0, -0, -1, 0.5, Number.NaN, HIGHEST, HIGHEST + 1, -HIGHEST, -HIGHEST - 1];
  return odd[below(odd.length)]!;
}

describe('the matching book', () => {
  test('adds exactly its levels to a hash', () => {
    const memory = new BookMemory(100);
    const book = new MatchingBook(3, memory, new EventRecorder());
    book.limit(1, 0, Side.Bid, -5, 10, TimeInForce.Gtc);
    book.limit(2, 0, Side.Bid, -5, 7, TimeInForce.Gtc);
    book.limit(3, 0, Side.Ask, 2 ** 40, 2 ** 41, TimeInForce.Gtc);
    const hash = new BookHash(3);
    book.hashInto(hash);
    const expected = new BookHash(3);
    expected.add(Side.Bid, -5, 17, 2);
    expected.add(Side.Ask, 2 ** 40, 2 ** 41, 1);
    expect([hash.laneA, hash.laneB]).toEqual([expected.laneA, expected.laneB]);
  });

  test('serves ten thousand instruments from one memory', () => {
    const told = new EventRecorder();
    const memory = new BookMemory(100_000);
    const books = Array.from({ length: 10_000 }, (_, i) => new MatchingBook(i + 1, memory, told));
    for (const [i, book] of books.entries()) {
      book.limit(2 * i + 1, 0, Side.Bid, i, 10, TimeInForce.Gtc);
      book.limit(2 * i + 2, 0, Side.Ask, i + 5, 10, TimeInForce.Gtc);
    }
    expect(memory.openOrders).toBe(20_000);
    expect(books.every((book, i) => book.bestPrice(Side.Bid) === i)).toBe(true);
    expect(books.every((book) => findFault(book) === undefined)).toBe(true);
  });
});
