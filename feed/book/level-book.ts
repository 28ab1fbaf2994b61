/** The replica of one instrument's book as price levels, with its hash kept up to date. */

import type { Side } from '../market.ts';
import { BookHash } from './book-hash.ts';
import { LevelSide } from './level-side.ts';

/** What a reader of a book needs: best level first on each side. */
export interface LevelView {
  levelCount(side: Side): number;
  /** Ticks; `NaN` beyond the last level. */
  priceAt(side: Side, index: number): number;
  quantityAt(side: Side, index: number): number;
  orderCountAt(side: Side, index: number): number;
}

export class LevelBook implements LevelView {
  readonly instrument: number;
  readonly hash: BookHash;
  /** Bids, then asks: looked up by side, for a branch would be guessed wrong every other time. */
  #sides = newSides();

  constructor(instrument: number) {
    this.instrument = instrument;
    this.hash = new BookHash(instrument);
  }

  /** Sets a level to this total; 0 removes it (and does nothing when there is none). */
  apply(side: Side, price: number, quantity: number, orderCount: number): void {
    const levels = this.#sides[side];
    const slot = levels.find(price);
    if (slot < 0) {
      if (quantity === 0) return;
      levels.insert(-1 - slot, price, quantity, orderCount);
      this.hash.add(side, price, quantity, orderCount);
      return;
    }
    const { quantities, orderCounts } = levels;
    const oldQuantity = quantities[slot] as number;
    const oldOrderCount = orderCounts[slot] as number;
    if (quantity === 0) {
      this.hash.remove(side, price, oldQuantity, oldOrderCount);
      levels.remove(slot);
      return;
    }
    this.hash.change(side, price, oldQuantity, oldOrderCount, quantity, orderCount);
    quantities[slot] = quantity;
    orderCounts[slot] = orderCount;
  }

  clear(): void {
    for (const levels of this.#sides) levels.clear();
    this.hash.reset();
  }

  /** Takes over the levels of `other`, a book of the same instrument, which is left empty. */
  takeFrom(other: LevelBook): void {
    if (other.instrument !== this.instrument) {
      throw new Error(`LevelBook.takeFrom: ${other.instrument} is not ${this.instrument}`);
    }
    this.#sides = other.#sides;
    this.hash.copyFrom(other.hash);
    other.#sides = newSides();
    other.hash.reset();
  }

  levelCount(side: Side): number {
    return this.#sides[side].length;
  }

  priceAt(side: Side, index: number): number {
    const levels = this.#sides[side];
    return index < levels.length ? levels.priceOf(levels.length - 1 - index) : Number.NaN;
  }

  /** Lots; 0 beyond the last level. */
  quantityAt(side: Side, index: number): number {
    const levels = this.#sides[side];
    return index < levels.length ? (levels.quantities[levels.length - 1 - index] as number) : 0;
  }

  orderCountAt(side: Side, index: number): number {
    const levels = this.#sides[side];
    return index < levels.length ? (levels.orderCounts[levels.length - 1 - index] as number) : 0;
  }

  /** How many levels are better than `price`, when it is a level of the book; -1 when not. */
  indexOf(side: Side, price: number): number {
    const levels = this.#sides[side];
    const slot = levels.find(price);
    return slot < 0 ? -1 : levels.length - 1 - slot;
  }

  /** The total at `price`; 0 when there is none. */
  quantityOf(side: Side, price: number): number {
    const levels = this.#sides[side];
    const slot = levels.find(price);
    return slot < 0 ? 0 : (levels.quantities[slot] as number);
  }
}

function newSides(): readonly [LevelSide, LevelSide] {
  return [new LevelSide(1), new LevelSide(-1)];
}
