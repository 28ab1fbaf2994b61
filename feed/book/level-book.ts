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
  #sides: readonly [LevelSide, LevelSide];

  constructor(instrument: number) {
    this.instrument = instrument;
    this.hash = new BookHash(instrument);
    this.#sides = newSides(this.hash);
    this.hash.settleBy(() => {
      for (const levels of this.#sides) levels.settle();
    });
  }

  /** Sets a level to this total; 0 removes it (and does nothing when there is none). */
  apply(side: Side, price: number, quantity: number, orderCount: number): void {
    this.#sides[side].apply(price, quantity, orderCount);
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
    this.hash.copyFrom(other.hash);
    this.#sides = other.#sides;
    for (const levels of this.#sides) levels.tell(this.hash);
    other.#sides = newSides(other.hash);
    other.hash.reset();
  }

  levelCount(side: Side): number {
    return this.#sides[side].length;
  }

  priceAt(side: Side, index: number): number {
    return this.#sides[side].priceAt(index);
  }

  /** Lots; 0 beyond the last level. */
  quantityAt(side: Side, index: number): number {
    return this.#sides[side].quantityAt(index);
  }

  orderCountAt(side: Side, index: number): number {
    return this.#sides[side].orderCountAt(index);
  }

  /** How many levels are better than `price`, when it is a level of the book; -1 when not. */
  indexOf(side: Side, price: number): number {
    return this.#sides[side].indexOf(price);
  }

  /** The total at `price`; 0 when there is none. */
  quantityOf(side: Side, price: number): number {
    return this.#sides[side].quantityOf(price);
  }
}

function newSides(hash: BookHash): readonly [LevelSide, LevelSide] {
  return [new LevelSide(0, hash), new LevelSide(1, hash)];
}
