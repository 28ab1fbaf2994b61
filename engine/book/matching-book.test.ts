/** The fast book against the oracle: random commands, everything compared after every one. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BookHash, Side } from '../../feed/index.ts';
import { TimeInForce } from '../protocol/index.ts';
import type { TestedBook } from './book-fixture.suite.ts';
import { BookMemory } from './book-memory.ts';
import { findFault, readBook } from './book-state.ts';
import { EventRecorder } from './event-recorder.ts';
import { LotLedger } from './lot-ledger.suite.ts';
import { MatchingBook } from './matching-book.ts';
import { NaiveBook, NaiveMemory } from './naive-book.ts';
import { QueueObserver, shownQueues } from './queue-observer.suite.ts';
import {
  busiestPrice,
  IdSource,
  type RandomCommand,
  type Regime,
  randomCommand,
} from './random-commands.suite.ts';
import { type Random, SEED, seededRandom } from './seeded-random.suite.ts';

/** Commands per regime; a longer run for a changed matcher: TOUCHLINE_STEPS=100000. */
const STEPS = Number(process.env['TOUCHLINE_STEPS'] ?? 1000);
const TIMEOUT_MS = 10_000 + STEPS * 5;
const HIGHEST = Number.MAX_SAFE_INTEGER;

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
    const runs = [
      { name: regime.name, isWhole: false },
      { name: `${regime.name}; hidden orders, bounds and auctions`, isWhole: true },
    ];
    for (const { name, isWhole } of runs) {
      const seed = SEED + 2 * i + Number(isWhole);
      test(name, { timeout: TIMEOUT_MS }, () => new Comparison(regime, seed, isWhole).run(STEPS));
    }
  }
});

/** One book in both ways, and what outsiders make of what it tells. */
class Twin {
  readonly observer = new QueueObserver();
  readonly ledger = new LotLedger();
  isMatching = true;
  readonly fast: MatchingBook;
  readonly naive: NaiveBook;

  constructor(fast: MatchingBook, naive: NaiveBook) {
    this.fast = fast;
    this.naive = naive;
  }

  both(call: (book: TestedBook) => void): void {
    call(this.fast);
    call(this.naive);
  }

  setMatching(isOn: boolean): void {
    this.isMatching = isOn;
    this.both((book) => book.setMatching(isOn));
  }
}

class Comparison {
  private readonly told = new EventRecorder();
  private readonly expected = new EventRecorder();
  private readonly twins: readonly Twin[];
  private readonly memory: BookMemory;
  private readonly below: Random;
  private readonly ids: IdSource;
  private readonly regime: Regime;
  private readonly seed: number;
  /** Not only plain books. */
  private readonly isWhole: boolean;
  private where = '';

  constructor(regime: Regime, seed: number, isWhole: boolean) {
    this.regime = regime;
    this.seed = seed;
    this.isWhole = isWhole;
    this.below = seededRandom(seed);
    this.ids = new IdSource(this.below, regime.orderId ?? ((n) => n + 1));
    const maxOrders = regime.maxOrders ?? 10_000;
    const naiveMemory = new NaiveMemory(maxOrders);
    this.memory = new BookMemory(maxOrders, 2);
    this.twins = Array.from({ length: regime.books ?? 1 }, (_, i) => {
      const fast = new MatchingBook(i + 1, this.memory, this.told, regime.maxWindowTicks);
      return new Twin(fast, new NaiveBook(naiveMemory, this.expected));
    });
    const { band } = regime;
    if (band === undefined) return;
    for (const twin of this.twins) twin.both((book) => book.setPriceBand(...band));
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step += 1) {
      const twin = this.twins[this.below(this.twins.length)]!;
      if (this.isWhole) this.considerStatus(twin, step);
      const command = randomCommand(this.regime, this.ids, this.below, step, this.isWhole);
      this.where = `seed ${this.seed}, step ${step}: ${command.text}`;
      this.do(twin, command);
    }
  }

  private do(twin: Twin, command: RandomCommand): void {
    const { fast, naive, observer, ledger } = twin;
    const orderId = Number(/\d+/.exec(command.text)?.[0]);
    const reason = command.run(fast);
    this.same(reason, command.run(naive));
    this.same(fast.wasBounded, naive.wasBounded);
    const events = this.told.take();
    this.same(events, this.expected.take());
    if (reason !== 0) this.same(events, []);
    else if (command.text.startsWith('park')) ledger.forget(orderId);
    else if (command.unparked !== undefined) ledger.remember(orderId, command.unparked);
    if (fast.wasBounded && fast.isCrossed) twin.setMatching(false);
    this.same(observer.hear(events), undefined);
    this.same(observer.queues(), shownQueues(fast));
    this.same(ledger.hear(events), undefined);
    this.same(ledger.difference(fast), undefined);
    this.compareBooks();
  }

  private compareBooks(): void {
    let open = 0;
    for (const { fast, naive, isMatching } of this.twins) {
      this.same(readBook(fast), readBook(naive));
      this.same([fast.isCrossed, fast.orderCount], [naive.isCrossed, naive.orderCount]);
      this.same(findFault(fast, !isMatching), undefined);
      open += fast.orderCount;
    }
    this.same(this.memory.openOrders, open);
  }

  /** Now and then bounds change, matching goes off, or the book uncrosses. */
  private considerStatus(twin: Twin, step: number): void {
    const { below, regime } = this;
    if (below(60) === 0) {
      const prices = [regime.price(below, step), regime.price(below, step)];
      const [lowest, highest] =
        below(2) === 0 ? [-HIGHEST, HIGHEST] : [Math.min(...prices), Math.max(...prices)];
      twin.both((book) => book.setTradeBounds(lowest!, highest!));
    }
    if (twin.isMatching && below(150) === 0) twin.setMatching(false);
    if (!twin.isMatching && below(25) === 0) this.uncross(twin, regime.price(below, step));
  }

  private uncross(twin: Twin, anyPrice: number): void {
    const price = this.below(4) === 0 ? anyPrice : (busiestPrice(twin.naive) ?? anyPrice);
    this.do(twin, {
      text: `uncross(${price})`,
      run: (book) => {
        book.uncross(price);
        return 0;
      },
    });
    if (!twin.fast.isCrossed) twin.setMatching(true);
  }

  /** `expect` builds much even when all is well; here it is called for differences only. */
  private same(actual: unknown, expected: unknown): void {
    if (!isDeepStrictEqual(actual, expected)) expect(actual, this.where).toStrictEqual(expected);
  }
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
