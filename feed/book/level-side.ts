/** One side of a level book: a window of ticks near the touch, found by their price, and the far rest. */

import { MAX_INTEGER } from '../limits.ts';
import type { BookHash } from './book-hash.ts';
import { FarLevels } from './far-levels.ts';

/**
 * Ticks of a window, of 32 bytes each: it begins with 2 KiB, for most books need no more, and grows
 * to what its changes reach, up to 32 KiB: with a thousand such books 64 MiB.
 */
const FIRST_TICKS = 64;
const MOST_TICKS = 1024;
/** Part of the window that lies behind the best level when it is put in place; the rest is for better ones. */
const BEHIND = 0.75;

/** Of a row; see the picture. */
const ROW = 4;
const COUNT = 1;
const HASHED_QUANTITY = 2;
const HASHED_COUNT = 3;
/** Instead of a hashed quantity: the hash knows what the level shows. */
const IS_HASHED = -1;

/**
 * ```
 *   far, sorted          window: one row a tick                        free
 *  +---+---+---+   +------+------+------+------+------+------+------+------+
 *  | w |   | f |   | base |      |      |  L   |      | best |      |      |
 *  +---+---+---+   +------+------+------+------+------+------+------+------+
 *  worst                                                   row: quantity, order count,
 *                                                          and both as the hash has them
 * ```
 * Keys rise towards the best level: a bid's key is its price, an ask's the negated price, and the
 * row of a key is `key - base`. A change within the window therefore searches and moves nothing; a
 * bit for each row says where levels are. All levels worse than the window are in `far`; none is
 * better than it, and it holds the best one.
 *
 * The hash is brought up to date when somebody looks at it: until then a changed row keeps what the
 * hash has of it, so that a level that changes a thousand times between two looks is mixed once.
 */
export class LevelSide {
  readonly #side: number;
  readonly #sign: number;
  #hash: BookHash;
  readonly #far: FarLevels;
  /** Of row 0. */
  #base = 0;
  #ticks = FIRST_TICKS;
  #rows: Float64Array;
  #bits: Int32Array;
  /** Row of the best level; -1 when the side is empty. */
  #best = -1;
  /** Levels in the window. */
  #near = 0;
  /** Rows that the hash does not know yet, and how many. */
  #changed: Uint16Array;
  #changedCount = 0;
  /** The level that was looked at last: levels are read in order. -1: forgotten. */
  #seenIndex = -1;
  #seenRow = 0;

  /** `side`: 0 for bids, 1 for asks. */
  constructor(side: number, hash: BookHash) {
    this.#side = side;
    this.#sign = side === 0 ? 1 : -1;
    this.#hash = hash;
    this.#far = new FarLevels(side === 0 ? 1 : -1);
    const { rows, bits, changed } = newWindow(FIRST_TICKS);
    this.#rows = rows;
    this.#bits = bits;
    this.#changed = changed;
  }

  get length(): number {
    return this.#near + this.#far.length;
  }

  /** Sets a level to this total; 0 removes it (and does nothing when there is none). */
  apply(price: number, quantity: number, orderCount: number): void {
    const row = price * this.#sign - this.#base;
    if (row < 0 || row >= this.#ticks) {
      this.#applyOutside(price, quantity, orderCount);
      return;
    }
    const rows = this.#rows;
    const at = (row * ROW) | 0;
    const before = rows[at] as number;
    if ((rows[at + HASHED_QUANTITY] as number) === IS_HASHED) {
      rows[at + HASHED_QUANTITY] = before;
      rows[at + HASHED_COUNT] = rows[at + COUNT] as number;
      this.#changed[this.#changedCount] = row;
      this.#changedCount += 1;
    }
    rows[at] = quantity;
    rows[at + COUNT] = orderCount;
    if (before === 0) {
      if (quantity !== 0) this.#appear(row | 0);
    } else if (quantity === 0) {
      this.#vanish(row | 0);
    }
  }

  /** Tells the hash what has changed since it was looked at. */
  settle(): void {
    const rows = this.#rows;
    const hash = this.#hash;
    const side = this.#side;
    for (let i = 0; i < this.#changedCount; i++) {
      const row = this.#changed[i] as number;
      const at = row * ROW;
      const oldQuantity = rows[at + HASHED_QUANTITY] as number;
      const oldCount = rows[at + HASHED_COUNT] as number;
      const quantity = rows[at] as number;
      const count = rows[at + COUNT] as number;
      const price = this.#priceOf(row);
      rows[at + HASHED_QUANTITY] = IS_HASHED;
      if (oldQuantity === 0) {
        if (quantity !== 0) hash.add(side, price, quantity, count);
      } else if (quantity === 0) {
        hash.remove(side, price, oldQuantity, oldCount);
      } else {
        hash.change(side, price, oldQuantity, oldCount, quantity, count);
      }
    }
    this.#changedCount = 0;
  }

  /** From now on it is this hash that is told; it has all levels already. */
  tell(hash: BookHash): void {
    this.#hash = hash;
  }

  /** Forgets all levels; the hash is the caller's to reset. */
  clear(): void {
    this.#far.clear();
    this.#empty(this.#ticks);
  }

  /** Ticks; `NaN` beyond the last level. */
  priceAt(index: number): number {
    if (index < this.#near) return this.#priceOf(this.#rowAt(index));
    const slot = this.#farSlot(index);
    return slot < 0 ? Number.NaN : this.#far.priceOf(slot);
  }

  quantityAt(index: number): number {
    if (index < this.#near) return this.#rows[this.#rowAt(index) * ROW] as number;
    const slot = this.#farSlot(index);
    return slot < 0 ? 0 : (this.#far.quantities[slot] as number);
  }

  orderCountAt(index: number): number {
    if (index < this.#near) return this.#rows[this.#rowAt(index) * ROW + COUNT] as number;
    const slot = this.#farSlot(index);
    return slot < 0 ? 0 : (this.#far.orderCounts[slot] as number);
  }

  /** How many levels are better than `price`, when it is a level; -1 when not. */
  indexOf(price: number): number {
    const row = price * this.#sign - this.#base;
    if (row >= this.#ticks) return -1;
    if (row >= 0) return this.#isLevel(row) ? this.#countAbove(row) : -1;
    const slot = this.#far.find(price);
    return slot < 0 ? -1 : this.length - 1 - slot;
  }

  /** The total at `price`; 0 when there is none. */
  quantityOf(price: number): number {
    const row = price * this.#sign - this.#base;
    if (row >= this.#ticks) return 0;
    if (row >= 0) return this.#rows[row * ROW] as number;
    const slot = this.#far.find(price);
    return slot < 0 ? 0 : (this.#far.quantities[slot] as number);
  }

  #priceOf(row: number): number {
    // Adding 0 makes the negated 0 of an ask a 0.
    return (this.#base + row) * this.#sign + 0;
  }

  #farSlot(index: number): number {
    return this.length - 1 - index;
  }

  #isLevel(row: number): boolean {
    return (((this.#bits[row >> 5] as number) >>> (row & 31)) & 1) === 1;
  }

  #appear(row: number): void {
    const word = row >> 5;
    this.#bits[word] = (this.#bits[word] as number) | (1 << (row & 31));
    this.#near += 1;
    this.#seenIndex = -1;
    if (row > this.#best) this.#best = row;
  }

  #vanish(row: number): void {
    const word = row >> 5;
    this.#bits[word] = (this.#bits[word] as number) & ~(1 << (row & 31));
    this.#near -= 1;
    this.#seenIndex = -1;
    if (row !== this.#best) return;
    this.#best = this.#nextBelow(row);
    const far = this.#far;
    if (this.#best < 0 && far.length > 0) {
      this.#place(far.priceOf(far.length - 1) * this.#sign, this.#ticks);
    }
  }

  /** The best level worse than `row`; -1 when the window has none. */
  #nextBelow(row: number): number {
    const bits = this.#bits;
    let word = row >> 5;
    let left = (bits[word] as number) & ~(-1 << (row & 31));
    while (left === 0 && word > 0) {
      word -= 1;
      left = bits[word] as number;
    }
    return left === 0 ? -1 : (word << 5) + 31 - Math.clz32(left);
  }

  /** The worst level better than `row`; there is one. */
  #nextAbove(row: number): number {
    const bits = this.#bits;
    let word = row >> 5;
    let left = (bits[word] as number) & (-2 << (row & 31));
    while (left === 0) {
      word += 1;
      left = bits[word] as number;
    }
    return (word << 5) + 31 - Math.clz32(left & -left);
  }

  /** The row of the level at an index, which is less than `#near`. */
  #rowAt(index: number): number {
    const seen = this.#seenIndex;
    let row = this.#seenRow;
    if (index !== seen) {
      if (index === 0) row = this.#best;
      else if (seen >= 0 && index === seen + 1) row = this.#nextBelow(row);
      else if (index === seen - 1) row = this.#nextAbove(row);
      else row = this.#searchRow(index);
      this.#seenIndex = index;
      this.#seenRow = row;
    }
    return row;
  }

  #searchRow(index: number): number {
    const bits = this.#bits;
    let word = this.#best >> 5;
    let left = index;
    for (let count = bitCount(bits[word] as number); count <= left; ) {
      left -= count;
      word -= 1;
      count = bitCount(bits[word] as number);
    }
    let set = bits[word] as number;
    for (; left > 0; left -= 1) set &= ~(1 << (31 - Math.clz32(set)));
    return (word << 5) + 31 - Math.clz32(set);
  }

  #countAbove(row: number): number {
    const bits = this.#bits;
    const last = this.#best >> 5;
    let word = row >> 5;
    let count = bitCount((bits[word] as number) & (-2 << (row & 31)));
    for (word += 1; word <= last; word += 1) count += bitCount(bits[word] as number);
    return count;
  }

  /** A level beyond the window: the window is moved when that brings it in, else it is a far one. */
  #applyOutside(price: number, quantity: number, orderCount: number): void {
    const key = price * this.#sign;
    const best = this.#base + this.#best;
    if (quantity !== 0 && (this.#best < 0 || key > best)) {
      this.#place(key, this.#ticks);
      this.apply(price, quantity, orderCount);
    } else if (quantity !== 0 && best - key < MOST_TICKS * BEHIND) {
      let ticks = this.#ticks;
      while (best - key >= ticks * BEHIND) ticks *= 2;
      this.#place(best, ticks);
      this.apply(price, quantity, orderCount);
    } else if (key < this.#base) {
      this.#applyFar(price, quantity, orderCount);
    }
  }

  #applyFar(price: number, quantity: number, orderCount: number): void {
    const far = this.#far;
    const side = this.#side;
    const slot = far.find(price);
    if (slot < 0) {
      if (quantity === 0) return;
      far.insert(-1 - slot, price, quantity, orderCount);
      this.#hash.add(side, price, quantity, orderCount);
      return;
    }
    const oldQuantity = far.quantities[slot] as number;
    const oldCount = far.orderCounts[slot] as number;
    if (quantity === 0) {
      this.#hash.remove(side, price, oldQuantity, oldCount);
      far.remove(slot);
      return;
    }
    this.#hash.change(side, price, oldQuantity, oldCount, quantity, orderCount);
    far.quantities[slot] = quantity;
    far.orderCounts[slot] = orderCount;
  }

  /** Puts the window where `bestKey` is to be its best level: what it held moves, or goes to the far ones. */
  #place(bestKey: number, ticks: number): void {
    this.settle();
    const levels: [price: number, quantity: number, orderCount: number][] = [];
    for (let row = this.#best; row >= 0; row = this.#nextBelow(row)) {
      const at = row * ROW;
      levels.push([this.#priceOf(row), this.#rows[at] as number, this.#rows[at + COUNT] as number]);
    }
    this.#empty(ticks);
    // Where integers end, so does the window.
    const base = Math.max(bestKey - ticks * BEHIND, -MAX_INTEGER);
    this.#base = Math.min(base, MAX_INTEGER - ticks + 1);
    const far = this.#far;
    for (let i = levels.length - 1; i >= 0; i--) {
      const [price, quantity, orderCount] = levels[i] as (typeof levels)[number];
      if (price * this.#sign < this.#base) far.insert(far.length, price, quantity, orderCount);
      else this.#show(price, quantity, orderCount);
    }
    for (let slot = far.length - 1; slot >= 0; slot--) {
      const price = far.priceOf(slot);
      if (price * this.#sign < this.#base) break;
      this.#show(price, far.quantities[slot] as number, far.orderCounts[slot] as number);
      far.remove(slot);
    }
  }

  /** A level of the window that the hash has already. */
  #show(price: number, quantity: number, orderCount: number): void {
    const row = price * this.#sign - this.#base;
    this.#rows[row * ROW] = quantity;
    this.#rows[row * ROW + COUNT] = orderCount;
    this.#appear(row);
  }

  #empty(ticks: number): void {
    if (ticks === this.#ticks) {
      fillRows(this.#rows);
      this.#bits.fill(0);
    } else {
      const { rows, bits, changed } = newWindow(ticks);
      this.#ticks = ticks;
      this.#rows = rows;
      this.#bits = bits;
      this.#changed = changed;
    }
    this.#best = -1;
    this.#near = 0;
    this.#changedCount = 0;
    this.#seenIndex = -1;
  }
}

/** One piece of memory, for to ask for it three times is what a new book costs most. */
function newWindow(ticks: number) {
  const rowBytes = ticks * ROW * 8;
  const bitBytes = ticks / 8;
  const memory = new ArrayBuffer(rowBytes + bitBytes + ticks * 2);
  return {
    rows: fillRows(new Float64Array(memory, 0, ticks * ROW)),
    bits: new Int32Array(memory, rowBytes, ticks / 32),
    changed: new Uint16Array(memory, rowBytes + bitBytes, ticks),
  };
}

function fillRows(rows: Float64Array): Float64Array {
  rows.fill(0);
  for (let at = HASHED_QUANTITY; at < rows.length; at += ROW) rows[at] = IS_HASHED;
  return rows;
}

/** Bits that are set in a word. */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
