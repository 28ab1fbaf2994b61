/** A book as it was last published, to be compared with what it is now. */

import type { LevelView } from '../../book/level-book.ts';
import { Side } from '../../market.ts';

export type LevelChange = (side: Side, price: number, quantity: number, orderCount: number) => void;

/**
 * Comparing costs a walk over both books and nothing per delta: at ten times a second a thousand
 * books of 200 levels are two million levels, about one part in fifty of a processor.
 */
export class LevelMirror {
  readonly #bids = new MirroredSide(-1);
  readonly #asks = new MirroredSide(1);

  /** Tells every level that differs, a quantity of 0 for one that has gone; the mirror is then equal. */
  follow(book: LevelView, changed: LevelChange): void {
    this.#bids.follow(book, Side.Bid, changed);
    this.#asks.follow(book, Side.Ask, changed);
  }

  /** Takes the book as published. */
  copy(book: LevelView): void {
    this.follow(book, () => {});
  }
}

interface Levels {
  prices: Float64Array;
  quantities: Float64Array;
  orderCounts: Uint32Array;
  length: number;
}

/** Best level first, as a `LevelView` shows them. */
class MirroredSide {
  /** Prices times this rise from the best level on. */
  readonly #order: 1 | -1;
  #levels = newLevels(16);
  #spare = newLevels(16);

  constructor(order: 1 | -1) {
    this.#order = order;
  }

  follow(book: LevelView, side: Side, changed: LevelChange): void {
    const before = this.#levels;
    const now = this.#take(book, side);
    let i = 0;
    for (let j = 0; j < now.length; j++) {
      const price = now.prices[j] as number;
      // What is better than this and no longer there.
      while (i < before.length && this.#isBetter(before.prices[i] as number, price)) {
        changed(side, before.prices[i] as number, 0, 0);
        i += 1;
      }
      const quantity = now.quantities[j] as number;
      const orderCount = now.orderCounts[j] as number;
      const isHere = i < before.length && before.prices[i] === price;
      const isSame =
        isHere && before.quantities[i] === quantity && before.orderCounts[i] === orderCount;
      if (!isSame) changed(side, price, quantity, orderCount);
      if (isHere) i += 1;
    }
    for (; i < before.length; i++) changed(side, before.prices[i] as number, 0, 0);
    this.#spare = before;
    this.#levels = now;
  }

  #isBetter(price: number, than: number): boolean {
    return price * this.#order < than * this.#order;
  }

  #take(book: LevelView, side: Side): Levels {
    const length = book.levelCount(side);
    if (length > this.#spare.prices.length) this.#spare = newLevels(length * 2);
    const levels = this.#spare;
    levels.length = length;
    for (let i = 0; i < length; i++) {
      levels.prices[i] = book.priceAt(side, i);
      levels.quantities[i] = book.quantityAt(side, i);
      levels.orderCounts[i] = book.orderCountAt(side, i);
    }
    return levels;
  }
}

function newLevels(capacity: number): Levels {
  return {
    prices: new Float64Array(capacity),
    quantities: new Float64Array(capacity),
    orderCounts: new Uint32Array(capacity),
    length: 0,
  };
}
