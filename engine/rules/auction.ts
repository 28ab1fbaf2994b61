/** The equilibrium price: at which an uncross would trade now; see RULES.md under "Uncross". */

import { MAX_INTEGER, Side } from '../../feed/index.ts';
import type { BookContents, OpenSums } from '../book/index.ts';

/** What an uncross would do. One object per market, filled anew by each `find`. */
export interface Equilibrium {
  /** 0 with a volume of 0. */
  readonly price: number;
  /** 0: nothing crosses. */
  readonly volume: number;
  /** Lots that could trade at the price and find none to trade with. */
  readonly imbalance: number;
  /** Of the imbalance; `Bid` where there is none. */
  readonly imbalanceSide: Side;
}

type Depth = Pick<BookContents, 'forEachOpen' | 'openSums' | 'orderCount'>;

/** A book with no more orders is swept from price to price, which takes no memory and is as fast. */
const SWEPT_ORDERS = 64;

/** Prices of one side, best first, with what is open at each; the arrays grow and are used again. */
class OpenSide {
  count = 0;
  prices = new Float64Array(64);
  opens = new Float64Array(64);

  add(price: number, open: number): void {
    if (this.count === this.prices.length) {
      this.prices = doubled(this.prices);
      this.opens = doubled(this.opens);
    }
    this.prices[this.count] = price;
    this.opens[this.count] = open;
    this.count += 1;
  }
}

/**
 * ```
 *  ticks      bestAsk .................................. bestBid
 *  could buy    900    900    900    700    700    200    200      falls, behind each bid price
 *  could sell   100    400    400    400    600    600    800      rises, at each ask price
 *  volume       100    400    400    400    600    200    200      the smaller of the two
 * ```
 * Both are steps, so that ticks between two prices of the book need not be looked at one by one: the
 * sweep goes from step to step, upwards. O(prices that cross). Where the book keeps sums, the two steps
 * are searched for between which what could be sold becomes more than what could be bought: to the
 * left of them less is sold, to the right less is bought. O(log^2 prices).
 */
export class EquilibriumFinder implements Equilibrium {
  price = 0;
  volume = 0;
  imbalance = 0;
  imbalanceSide: Side = Side.Bid;
  readonly #bids = new OpenSide();
  readonly #asks = new OpenSide();
  /** The ticks that are best so far. */
  #lowest = 0;
  #highest = 0;
  /** What could buy less what could sell, at the lowest of them. */
  #surplus = 0;
  /** The first of them at which as much is left behind on the other side; none: `Infinity`. */
  #turn = Number.POSITIVE_INFINITY;

  readonly #sweptOrders: number;

  constructor(sweptOrders: number = SWEPT_ORDERS) {
    this.#sweptOrders = sweptOrders;
  }

  /** `reference` is undefined where there is no reference price. */
  find(book: Depth, reference: number | undefined): Equilibrium {
    this.price = 0;
    this.volume = 0;
    this.#surplus = 0;
    const [bids, asks] = (book.orderCount > this.#sweptOrders && book.openSums?.()) || [];
    const isSummed = bids !== undefined && asks !== undefined;
    if (isSummed ? this.#search(bids, asks) : this.#sweep(book)) {
      this.price =
        reference === undefined
          ? middleOf(this.#lowest, this.#highest)
          : Math.min(Math.max(reference, this.#lowest), this.#highest);
    }
    this.imbalance = Math.abs(this.#surplus);
    const sellsMore = this.#surplus < 0 || (this.volume > 0 && this.price >= this.#turn);
    this.imbalanceSide = sellsMore ? Side.Ask : Side.Bid;
    return this;
  }

  /** Takes down what crosses; false where nothing does. */
  #collect(book: Depth): boolean {
    const bids = this.#bids;
    const asks = this.#asks;
    bids.count = 0;
    asks.count = 0;
    // Hidden orders are in no level, so the best of them is known by visiting only.
    let bestAsk = Number.POSITIVE_INFINITY;
    book.forEachOpen(Side.Ask, (price) => {
      bestAsk = price;
      return false;
    });
    book.forEachOpen(Side.Bid, (price, open) => {
      if (price < bestAsk) return false;
      bids.add(price, open);
      return true;
    });
    if (bids.count === 0) return false;
    const bestBid = bids.prices[0] as number;
    book.forEachOpen(Side.Ask, (price, open) => {
      if (price > bestBid) return false;
      asks.add(price, open);
      return true;
    });
    return true;
  }

  /** False where nothing crosses. */
  #sweep(book: Depth): boolean {
    if (!this.#collect(book)) return false;
    const { prices: bidPrices } = this.#bids;
    const { count: askCount, prices: askPrices, opens: askOpens } = this.#asks;
    const buysFrom = this.#sumsOfBids();
    // The last bid that buys at the tick.
    let bid = this.#bids.count - 1;
    let ask = 0;
    let sells = 0;
    let tick = askPrices[0] as number;
    const last = bidPrices[0] as number;
    for (;;) {
      while (ask < askCount && (askPrices[ask] as number) <= tick) {
        sells = sum(sells, askOpens[ask] as number);
        ask += 1;
      }
      while ((bidPrices[bid] as number) < tick) bid -= 1;
      // The step ends where the next ask begins to sell, or behind the bid that buys up to here.
      const nextAsk = ask < askCount ? (askPrices[ask] as number) : last + 1;
      const end = Math.min(bidPrices[bid] as number, nextAsk - 1);
      this.#offer(tick, end, buysFrom[bid] as number, sells);
      if (end >= last) return true;
      tick = end + 1;
    }
  }

  /** For each bid that crosses, what could buy at its price. */
  #sumsOfBids(): Float64Array {
    const { count, opens } = this.#bids;
    let all = 0;
    for (let index = 0; index < count; index += 1) {
      all = sum(all, opens[index] as number);
      opens[index] = all;
    }
    return opens;
  }

  /** The same of what a book has summed up. The keys of asks are their prices, negated. */
  #search(bids: OpenSums, asks: OpenSums): boolean {
    if (!(bids.bestKey + asks.bestKey >= 0)) return false;
    // The last tick at which no less could be bought than sold is that of a bid, or is just below
    // the first ask at which more could be sold.
    let last = bids.keyOutweighing(asks, 0);
    const below = -asks.keyOutweighing(bids, 1) - 1;
    if (below < Number.POSITIVE_INFINITY && bids.openFrom(below) >= asks.openFrom(-below)) {
      last = below;
    }
    const sells = asks.openFrom(-last);
    if (sells > 0) {
      const buys = bids.openFrom(last);
      const first = Math.max(-asks.keyReaching(sells), bids.keyReaching(buys + 1) + 1);
      this.#offer(first, last, buys, sells);
    }
    const next = last + 1;
    const buysNext = bids.openFrom(next);
    if (buysNext > 0) {
      const sellsNext = asks.openFrom(-next);
      const end = Math.min(bids.keyReaching(buysNext), -asks.keyReaching(sellsNext + 1) - 1);
      this.#offer(next, end, buysNext, sellsNext);
    }
    return true;
  }

  /** Steps come in rising order, and the best ones are neighbours. */
  #offer(from: number, to: number, buys: number, sells: number): void {
    const volume = Math.min(buys, sells);
    const surplus = buys - sells;
    const isBetter =
      volume > this.volume ||
      (volume === this.volume && Math.abs(surplus) < Math.abs(this.#surplus));
    if (isBetter) {
      this.volume = volume;
      this.#surplus = surplus;
      this.#lowest = from;
      this.#highest = to;
      this.#turn = Number.POSITIVE_INFINITY;
    } else if (volume === this.volume && Math.abs(surplus) === Math.abs(this.#surplus)) {
      this.#highest = to;
      // What could buy only falls, so the side changes once.
      if (surplus !== this.#surplus) this.#turn = Math.min(this.#turn, from);
    }
  }
}

/** Lots beyond 2^53 - 1 are not told apart. */
function sum(a: number, b: number): number {
  return Math.min(a + b, MAX_INTEGER);
}

/** The middle tick, the lower of two; neither a sum nor a difference that 2^53 - 1 cannot hold. */
function middleOf(lowest: number, highest: number): number {
  return lowest < 0 && highest > 0
    ? Math.floor((lowest + highest) / 2)
    : lowest + Math.floor((highest - lowest) / 2);
}

function doubled(from: Float64Array): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}
