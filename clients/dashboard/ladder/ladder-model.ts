/** Copies a live book into the rows that the ladder shows, and says what changed since last time. */

import type { LevelsView } from '../../browser/index.ts';
import { nextScale } from './cumulative-scale.ts';

/** One side, best level first; only the first `length` entries count. */
export class LadderSide {
  length = 0;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  readonly orderCounts: Float64Array;
  /** Quantity from the best level to this one, both included. */
  readonly totals: Float64Array;
  /** 1 where the level stood here before with another quantity, or is new between known levels. */
  readonly changed: Uint8Array;

  readonly #beforePrices: Float64Array;
  readonly #beforeQuantities: Float64Array;
  #beforeLength = 0;
  /** +1 when prices rise from the best level outwards (asks), -1 for bids. */
  readonly #direction: 1 | -1;

  constructor(depth: number, direction: 1 | -1) {
    this.prices = new Float64Array(depth);
    this.quantities = new Float64Array(depth);
    this.orderCounts = new Float64Array(depth);
    this.totals = new Float64Array(depth);
    this.changed = new Uint8Array(depth);
    this.#beforePrices = new Float64Array(depth);
    this.#beforeQuantities = new Float64Array(depth);
    this.#direction = direction;
  }

  get total(): number {
    return this.length === 0 ? 0 : (this.totals[this.length - 1] as number);
  }

  read(levels: LevelsView): void {
    this.#beforePrices.set(this.prices);
    this.#beforeQuantities.set(this.quantities);
    this.#beforeLength = this.length;

    this.length = Math.min(levels.length, this.prices.length);
    let total = 0;
    for (let index = 0; index < this.length; index += 1) {
      const quantity = levels.quantity(index);
      total += quantity;
      this.prices[index] = levels.price(index);
      this.quantities[index] = quantity;
      this.orderCounts[index] = levels.orderCount(index);
      this.totals[index] = total;
    }
    this.#markChanges();
  }

  /** Walks the old and the new levels together; both are sorted outwards from the best. */
  #markChanges(): void {
    let before = 0;
    for (let index = 0; index < this.length; index += 1) {
      const price = this.prices[index] as number;
      while (before < this.#beforeLength && this.#isNearer(before, price)) before += 1;
      // Past the last old level nothing is known: what comes into the window there did not change.
      const isKnown = before < this.#beforeLength;
      const isSame =
        isKnown &&
        this.#beforePrices[before] === price &&
        this.#beforeQuantities[before] === this.quantities[index];
      this.changed[index] = isKnown && !isSame ? 1 : 0;
    }
  }

  #isNearer(before: number, price: number): boolean {
    return ((this.#beforePrices[before] as number) - price) * this.#direction < 0;
  }
}

export class LadderModel {
  readonly depth: number;
  readonly bids: LadderSide;
  readonly asks: LadderSide;
  /** The total at which a bar is as long as it can be. */
  scale = 0;

  constructor(depth: number) {
    this.depth = depth;
    this.bids = new LadderSide(depth, -1);
    this.asks = new LadderSide(depth, 1);
  }

  /** Takes over what the book shows now. */
  read(book: { readonly bids: LevelsView; readonly asks: LevelsView }): void {
    this.bids.read(book.bids);
    this.asks.read(book.asks);
    this.scale = nextScale(this.scale, Math.max(this.bids.total, this.asks.total));
  }

  /** Length of the bar at level `index` of `side`, 0 to 1. */
  barLength(side: LadderSide, index: number): number {
    return this.scale === 0 ? 0 : (side.totals[index] as number) / this.scale;
  }
}
