/** What the book was at a steady pace: a ring of columns, each one reading of both sides. */

import type { LevelsView } from '../../browser/index.ts';

/** A column of which nothing may be said: no book was live then. */
const UNKNOWN = -1;

export interface ReadableBook {
  readonly bids: LevelsView;
  readonly asks: LevelsView;
}

/**
 * Column numbers only grow; column `n` lies in slot `n % capacity`. A slot holds the bids, best
 * first, and behind them the asks:
 *
 *     | bid 0 .. bid d-1 | ask 0 .. ask d-1 |      d = depth
 */
export class BookHistory {
  readonly capacity: number;
  readonly depth: number;
  /** Columns ever added: the newest is number `added - 1`. */
  added = 0;
  readonly #prices: Float64Array;
  readonly #quantities: Float64Array;
  readonly #bidCounts: Int16Array;
  readonly #askCounts: Int16Array;

  constructor(capacity: number, depth: number) {
    this.capacity = capacity;
    this.depth = depth;
    this.#prices = new Float64Array(capacity * depth * 2);
    this.#quantities = new Float64Array(capacity * depth * 2);
    this.#bidCounts = new Int16Array(capacity);
    this.#askCounts = new Int16Array(capacity);
  }

  /** The oldest column that is still there. */
  get first(): number {
    return Math.max(0, this.added - this.capacity);
  }

  /** `undefined` for a moment at which no book was live. */
  add(book: ReadableBook | undefined): void {
    const slot = this.added % this.capacity;
    this.added += 1;
    if (book === undefined) {
      this.#bidCounts[slot] = UNKNOWN;
      this.#askCounts[slot] = UNKNOWN;
      return;
    }
    const start = slot * this.depth * 2;
    this.#bidCounts[slot] = this.#copy(book.bids, start);
    this.#askCounts[slot] = this.#copy(book.asks, start + this.depth);
  }

  clear(): void {
    this.added = 0;
  }

  isKnown(column: number): boolean {
    return this.#has(column) && this.#bidCounts[column % this.capacity] !== UNKNOWN;
  }

  /** Ticks; NaN where there is none. */
  bestBid(column: number): number {
    return this.#best(column, this.#bidCounts, 0);
  }

  bestAsk(column: number): number {
    return this.#best(column, this.#askCounts, this.depth);
  }

  /** Calls `visit` for each level of one side of a column, best first. */
  eachBid(column: number, visit: (price: number, quantity: number) => void): void {
    this.#each(column, this.#bidCounts, 0, visit);
  }

  eachAsk(column: number, visit: (price: number, quantity: number) => void): void {
    this.#each(column, this.#askCounts, this.depth, visit);
  }

  #copy(levels: LevelsView, start: number): number {
    const count = Math.min(levels.length, this.depth);
    for (let index = 0; index < count; index += 1) {
      this.#prices[start + index] = levels.price(index);
      this.#quantities[start + index] = levels.quantity(index);
    }
    return count;
  }

  #has(column: number): boolean {
    return column >= this.first && column < this.added;
  }

  #best(column: number, counts: Int16Array, offset: number): number {
    const slot = column % this.capacity;
    if (!this.#has(column) || (counts[slot] as number) < 1) return Number.NaN;
    return this.#prices[slot * this.depth * 2 + offset] as number;
  }

  #each(
    column: number,
    counts: Int16Array,
    offset: number,
    visit: (price: number, quantity: number) => void,
  ): void {
    if (!this.#has(column)) return;
    const slot = column % this.capacity;
    const start = slot * this.depth * 2 + offset;
    const count = counts[slot] as number;
    for (let index = 0; index < count; index += 1) {
      visit(this.#prices[start + index] as number, this.#quantities[start + index] as number);
    }
  }
}
