/**
 * The checker's own book, kept from the capture alone: sorted arrays and nothing clever. It shares
 * no code with the engine's books or the feed's replicas; only the decimal parser is common.
 */

import { DecimalError, DecimalScale } from '../../../feed/decimal.ts';
import { MAX_INTEGER } from '../../../feed/index.ts';
import type { CaptureUnits } from './expectation.ts';
import type { BookLevels, SideLevels } from './levels.ts';

/** `[price, quantity]` as a venue wrote them. */
export type LevelText = readonly [price: string, quantity: string];

export class CapturedBook {
  readonly symbol: string;
  readonly units: CaptureUnits;
  /** Levels that each side is cut to after a change; 0 = never. */
  depth: number;
  readonly bids = new CapturedSide((price) => -price);
  readonly asks = new CapturedSide((price) => price);

  constructor(symbol: string, tickSize: string, lotSize: string, depth: number) {
    this.symbol = symbol;
    this.units = { price: new DecimalScale(tickSize), quantity: new DecimalScale(lotSize) };
    this.depth = depth;
  }

  get levels(): BookLevels {
    return { bids: this.bids, asks: this.asks };
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** Empties the book, and applies. */
  replace(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    this.#change(bids, asks, true);
  }

  /** Applies absolute quantities in order, then cuts both sides. A bad level changes nothing. */
  apply(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    this.#change(bids, asks, false);
  }

  #change(bids: readonly LevelText[], asks: readonly LevelText[], isAnew: boolean): void {
    const bidSteps = bids.map((text) => this.#parse(text));
    const askSteps = asks.map((text) => this.#parse(text));
    if (isAnew) this.clear();
    for (const level of bidSteps) this.bids.set(level);
    for (const level of askSteps) this.asks.set(level);
    if (this.depth === 0) return;
    this.bids.cut(this.depth);
    this.asks.cut(this.depth);
  }

  /** Throws `DecimalError`. */
  #parse(text: LevelText): CapturedLevel {
    const price = stepsOf(this.units.price, text[0]);
    const quantity = stepsOf(this.units.quantity, text[1]);
    if (quantity < 0) throw new DecimalError('OUT_OF_RANGE', `a quantity of ${text[1]}`);
    // No feed of integers can carry such a quantity: to it, the level is not there.
    return { price, quantity: quantity > MAX_INTEGER ? 0 : quantity, text };
  }
}

/**
 * Venues have orders at absurd prices, such as an ask of 99,999,997 with eight decimals: more steps
 * than 2^53. It is a level, if one that cannot be compared; here it is as good as a float can be.
 */
function stepsOf(scale: DecimalScale, text: string): number {
  try {
    return scale.parse(text);
  } catch (error) {
    if (!(error instanceof DecimalError) || error.code !== 'OUT_OF_RANGE') throw error;
    return Number(text) / Number(scale.step);
  }
}

interface CapturedLevel {
  readonly price: number;
  readonly quantity: number;
  readonly text: LevelText;
}

/** One side, best first; `rank` orders prices so that the best is lowest. */
export class CapturedSide implements SideLevels {
  readonly prices: number[] = [];
  readonly quantities: number[] = [];
  readonly #texts: LevelText[] = [];
  readonly #rank: (price: number) => number;

  constructor(rank: (price: number) => number) {
    this.#rank = rank;
  }

  /** As the venue wrote this level, if it has exactly this quantity now. */
  textOf(price: number, quantity: number): LevelText | undefined {
    const at = this.#placeOf(price);
    const isThere = this.prices[at] === price && this.quantities[at] === quantity;
    return isThere ? this.#texts[at] : undefined;
  }

  quantityOf(price: number): number {
    const at = this.#placeOf(price);
    return this.prices[at] === price ? (this.quantities[at] ?? 0) : 0;
  }

  set({ price, quantity, text }: CapturedLevel): void {
    const at = this.#placeOf(price);
    const isThere = this.prices[at] === price;
    if (quantity === 0) {
      if (isThere) this.#splice(at, 1);
    } else if (isThere) {
      this.quantities[at] = quantity;
      this.#texts[at] = text;
    } else {
      this.prices.splice(at, 0, price);
      this.quantities.splice(at, 0, quantity);
      this.#texts.splice(at, 0, text);
    }
  }

  cut(depth: number): void {
    if (this.prices.length > depth) this.#splice(depth, this.prices.length - depth);
  }

  clear(): void {
    this.#splice(0, this.prices.length);
  }

  #splice(at: number, count: number): void {
    this.prices.splice(at, count);
    this.quantities.splice(at, count);
    this.#texts.splice(at, count);
  }

  /** Where the price is, or would be put. */
  #placeOf(price: number): number {
    let low = 0;
    let high = this.prices.length;
    const rank = this.#rank(price);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rank(this.prices[middle] as number) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
