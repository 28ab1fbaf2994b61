/**
 * The levels of a client's window: as few bytes of code as may be, for a window is short. The
 * feed's own book is for whole books and millions of changes a second, and five times as large.
 *
 *   one side:  | price lots orders | price lots orders | ...   best level first
 */

import { BookHash, type LevelView, type Side } from '../../feed/index.ts';

const WIDTH = 3;
const FIRST_LEVELS = 64;

class CompactSide {
  length = 0;
  data = new Float64Array(WIDTH * FIRST_LEVELS);

  /** Where the level of a price is, or would be; `sign` makes better prices smaller. */
  find(price: number, sign: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.data[middle * WIDTH] as number) - price) * sign < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves all from a level on by one: 1 makes room for another, -1 closes over one. */
  move(index: number, by: 1 | -1): void {
    const end = this.length * WIDTH;
    if (end === this.data.length) {
      const larger = new Float64Array(2 * end);
      larger.set(this.data);
      this.data = larger;
    }
    const from = (index + (by < 0 ? 1 : 0)) * WIDTH;
    this.data.copyWithin(from + by * WIDTH, from, end);
    this.length += by;
  }
}

export class CompactBook implements LevelView {
  readonly hash: BookHash;
  readonly #sides = [new CompactSide(), new CompactSide()] as const;

  constructor(instrument: number) {
    this.hash = new BookHash(instrument);
  }

  /** Sets a level to this total; 0 removes it. */
  apply(side: Side, price: number, quantity: number, orderCount: number): void {
    const levels = this.#sides[side];
    const index = levels.find(price, side === 0 ? -1 : 1);
    const isThere = index < levels.length && this.priceAt(side, index) === price;
    if (isThere) {
      const before = this.quantityAt(side, index);
      this.hash.remove(side, price, before, this.orderCountAt(side, index));
    }
    if (quantity > 0) {
      if (!isThere) levels.move(index, 1);
      levels.data.set([price, quantity, orderCount], index * WIDTH);
      this.hash.add(side, price, quantity, orderCount);
    } else if (isThere) {
      levels.move(index, -1);
    }
  }

  clear(): void {
    for (const levels of this.#sides) levels.length = 0;
    this.hash.reset();
  }

  levelCount(side: Side): number {
    return this.#sides[side].length;
  }

  priceAt(side: Side, index: number): number {
    return this.#at(side, index, 0) ?? Number.NaN;
  }

  quantityAt(side: Side, index: number): number {
    return this.#at(side, index, 1) ?? 0;
  }

  orderCountAt(side: Side, index: number): number {
    return this.#at(side, index, 2) ?? 0;
  }

  #at(side: Side, index: number, part: number): number | undefined {
    const { data, length } = this.#sides[side];
    return index < length ? data[index * WIDTH + part] : undefined;
  }
}
