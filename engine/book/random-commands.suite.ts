/** Random commands for books, from a seed: mostly sensible, now and then odd. */

import { Side } from '../../feed/index.ts';
import { type OrderConditions, PostOnly, type SelfTrade, TimeInForce } from '../protocol/index.ts';
import type { TestedBook } from './book-fixture.suite.ts';
import type { Random } from './seeded-random.suite.ts';

const HIGHEST = Number.MAX_SAFE_INTEGER;

/** Where a run's numbers come from. */
export interface Regime {
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

export interface RandomCommand {
  readonly text: string;
  /** Lots with which it brings an order back, if it does. */
  readonly unparked?: number;
  run(book: TestedBook): number;
}

/** Mostly new ids; old ones come again for cancels, changes and duplicates. */
export class IdSource {
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

/** With `hides`, orders are hidden, moved, parked and brought back as well. */
export function randomCommand(
  regime: Regime,
  ids: IdSource,
  below: Random,
  step: number,
  hides: boolean,
): RandomCommand {
  const price = oddity(below, regime.price(below, step));
  const quantity = oddity(below, regime.quantity?.(below) ?? 1 + below(100));
  const side = (below(300) === 0 ? 2 : below(2)) as Side;
  // Not -0, which nobody can be.
  const owner = oddity(below, below(regime.owners ?? 5)) + 0;
  const kind = below(hides ? 115 : 100);
  if (kind < 45) {
    const id = oddity(below, ids.next());
    const timeInForce = randomTimeInForce(below);
    const conditions = randomConditions(below, quantity, hides);
    return {
      text: `limit(${[id, owner, side, price, quantity, timeInForce, JSON.stringify(conditions)]})`,
      run: (book) => book.limit(id, owner, side, price, quantity, timeInForce, conditions),
    };
  }
  if (kind < 50) {
    const id = oddity(below, ids.next());
    const timeInForce = randomTimeInForce(below);
    const conditions = randomConditions(below, quantity, hides);
    const worst = below(2) === 0 ? price : undefined;
    return {
      text: `market(${[id, owner, side, quantity, timeInForce, JSON.stringify(conditions), worst]})`,
      run: (book) => book.market(id, owner, side, quantity, timeInForce, conditions, worst),
    };
  }
  const id = oddity(below, ids.known());
  if (kind < 70) return { text: `cancel(${id})`, run: (book) => book.cancel(id) };
  if (kind >= 100) return randomMove(below, kind, id, owner, side, price, quantity);
  const name = kind < 86 ? 'modify' : 'replace';
  return {
    text: `${name}(${[id, price, quantity]})`,
    run: (book) => book[name](id, price, quantity),
  };
}

function randomMove(
  below: Random,
  kind: number,
  id: number,
  owner: number,
  side: Side,
  price: number,
  quantity: number,
): RandomCommand {
  if (kind < 109) return { text: `move(${[id, price]})`, run: (book) => book.move(id, price) };
  if (kind < 111) return { text: `park(${id})`, run: (book) => book.park(id) };
  // Not -0, which is nothing that has filled.
  const filled = oddity(below, below(3) === 0 ? below(50) : 0) + 0;
  const selfTrade = randomSelfTrade(below);
  return {
    text: `unpark(${[id, owner, side, price, quantity, filled, selfTrade]})`,
    unparked: quantity,
    run: (book) => book.unpark(id, owner, side, price, quantity, filled, selfTrade),
  };
}

function randomTimeInForce(below: Random): TimeInForce {
  if (below(300) === 0) return 9 as TimeInForce;
  return [TimeInForce.Ioc, TimeInForce.Fok, TimeInForce.Gtc][Math.min(2, below(12))]!;
}

function randomSelfTrade(below: Random): SelfTrade {
  return (below(200) === 0 ? 5 : below(5)) as SelfTrade;
}

function randomPostOnly(below: Random): PostOnly {
  if (below(100) === 0) return 7 as PostOnly;
  return below(2) === 0 ? PostOnly.Reject : PostOnly.Slide;
}

/** Mostly what an iceberg may show; the largest quantities must not make too many trades. */
function randomPart(below: Random, quantity: number): number {
  if (below(2) === 0 || !(quantity > 0)) return 0;
  return oddity(below, Math.ceil(quantity / (1 + below(below(20) === 0 ? 2000 : 9))));
}

function randomConditions(
  below: Random,
  quantity: number,
  hides: boolean,
): OrderConditions | undefined {
  const kind = below(6);
  if (kind > 3) return undefined;
  const selfTrade = randomSelfTrade(below);
  const isHidden = hides && below(3) === 0;
  const displayQuantity = isHidden && below(20) > 0 ? 0 : randomPart(below, quantity);
  if (kind === 0) return { selfTrade, displayQuantity, isHidden };
  if (kind === 1) return { selfTrade, postOnly: randomPostOnly(below), displayQuantity, isHidden };
  return {
    selfTrade,
    minimumQuantity: oddity(below, below(2) * below(quantity > 0 ? quantity + 1 : 1)),
    isHidden,
  };
}

/** The value, or rarely one that a book must refuse or take with care. */
function oddity(below: Random, value: number): number {
  if (below(100) !== 0) return value;
  const odd = [0, -0, -1, 0.5, Number.NaN, HIGHEST, HIGHEST + 1, -HIGHEST, -HIGHEST - 1];
  return odd[below(odd.length)]!;
}

/** A price at which most lots of a book would trade, exactly; undefined where nothing crosses. */
export function busiestPrice(book: TestedBook): number | undefined {
  const sides = [Side.Bid, Side.Ask].map((side) => {
    const open: { price: number; lots: bigint }[] = [];
    for (const [price, lots] of exactlyOpen(book, side)) open.push({ price, lots });
    return open;
  });
  const [bids, asks] = sides as [{ price: number; lots: bigint }[], (typeof sides)[number]];
  const sum = (open: typeof bids) => open.reduce((all, { lots }) => all + lots, 0n);
  let most = 0n;
  let busiest: number | undefined;
  for (const { price } of [...bids, ...asks]) {
    const buys = sum(bids.filter((bid) => bid.price >= price));
    const sells = sum(asks.filter((ask) => ask.price <= price));
    const volume = buys < sells ? buys : sells;
    if (volume > most) {
      most = volume;
      busiest = price;
    }
  }
  return busiest;
}

/** As `forEachOpen`, which has a ceiling. */
function exactlyOpen(book: TestedBook, side: Side): Map<number, bigint> {
  const sums = new Map<number, bigint>();
  const add = (price: number, lots: number) =>
    sums.set(price, (sums.get(price) ?? 0n) + BigInt(lots));
  book.forEachLevel(side, (price) => {
    book.forEachOrder(side, price, (_id, _owner, open, _filled, hidden) => {
      add(price, open);
      add(price, hidden);
    });
  });
  book.forEachHidden(side, (_id, _owner, price, open) => add(price, open));
  return sums;
}
