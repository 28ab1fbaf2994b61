/**
 * The levels that a class's members were last shown: the best `depth` of each side. Moving it to
 * the book as it is now yields exactly the levels that differ, those that enter and leave the
 * window among them, so a view cut off at a depth cannot drift from the book.
 */

import { type LevelView, Side } from '../../feed/index.ts';

/** Flat threes as in frames: price minus anchor, quantity (0 = gone), order count. */
export interface ViewChanges {
  readonly bids: number[];
  readonly asks: number[];
}

/** Which sides of a book may differ from what is shown. */
export interface ChangedSides {
  readonly bids: boolean;
  readonly asks: boolean;
}
export const BOTH_SIDES: ChangedSides = { bids: true, asks: true };

/** Few books are as deep as what may be asked for. */
const FIRST_LEVELS = 8;

interface Levels {
  prices: Float64Array;
  quantities: Float64Array;
  orderCounts: Float64Array;
  count: number;
}

export class ViewWindow implements LevelView {
  readonly depth: number;
  #shown: [Levels, Levels];
  /** The arrays that the next move writes into; the two are swapped after it. */
  #spare: [Levels, Levels];

  constructor(depth: number) {
    this.depth = depth;
    this.#shown = [levels(FIRST_LEVELS), levels(FIRST_LEVELS)];
    this.#spare = [levels(FIRST_LEVELS), levels(FIRST_LEVELS)];
  }

  levelCount(side: Side): number {
    return this.#shown[side].count;
  }

  priceAt(side: Side, index: number): number {
    return this.#shown[side].prices[index] ?? Number.NaN;
  }

  quantityAt(side: Side, index: number): number {
    return this.#shown[side].quantities[index] ?? 0;
  }

  orderCountAt(side: Side, index: number): number {
    return this.#shown[side].orderCounts[index] ?? 0;
  }

  /** The index of the level at `price`, or -1. */
  indexOf(side: Side, price: number): number {
    const { prices, count } = this.#shown[side];
    let low = 0;
    let high = count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = prices[middle] as number;
      if (found === price) return middle;
      if (isBetter(side, found, price)) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  clear(): void {
    this.#shown[Side.Bid].count = 0;
    this.#shown[Side.Ask].count = 0;
  }

  /** Moves to the best levels of `book`, and says what that changed. */
  moveTo(book: LevelView, anchor: number, { bids, asks }: ChangedSides = BOTH_SIDES): ViewChanges {
    const changes: ViewChanges = { bids: [], asks: [] };
    if (bids) this.#moveSide(Side.Bid, book, anchor, changes.bids);
    if (asks) this.#moveSide(Side.Ask, book, anchor, changes.asks);
    return changes;
  }

  /** All of it as changes from nothing. */
  flat(side: Side, anchor: number): number[] {
    const { prices, quantities, orderCounts, count } = this.#shown[side];
    const flat: number[] = [];
    for (let i = 0; i < count; i += 1) {
      flat.push((prices[i] as number) - anchor, quantities[i] as number, orderCounts[i] as number);
    }
    return flat;
  }

  /** Walks both lists in price order, best first; what is in only one of them entered or left. */
  #moveSide(side: Side, book: LevelView, anchor: number, changes: number[]): void {
    const old = this.#shown[side];
    const next = this.#spare[side];
    next.count = Math.min(this.depth, book.levelCount(side));
    if (next.prices.length < next.count) grow(next, Math.min(this.depth, 2 * next.count));
    let i = 0;
    for (let j = 0; j < next.count; j += 1) {
      const price = book.priceAt(side, j);
      const quantity = book.quantityAt(side, j);
      const orderCount = book.orderCountAt(side, j);
      next.prices[j] = price;
      next.quantities[j] = quantity;
      next.orderCounts[j] = orderCount;
      while (i < old.count && isBetter(side, old.prices[i] as number, price)) {
        changes.push((old.prices[i] as number) - anchor, 0, 0);
        i += 1;
      }
      const isKnown = i < old.count && old.prices[i] === price;
      if (!isKnown || old.quantities[i] !== quantity || old.orderCounts[i] !== orderCount) {
        changes.push(price - anchor, quantity, orderCount);
      }
      if (isKnown) i += 1;
    }
    for (; i < old.count; i += 1) changes.push((old.prices[i] as number) - anchor, 0, 0);
    this.#shown[side] = next;
    this.#spare[side] = old;
  }
}

/** What it held is of the move before the last, and no longer looked at. */
function grow(of: Levels, depth: number): void {
  of.prices = new Float64Array(depth);
  of.quantities = new Float64Array(depth);
  of.orderCounts = new Float64Array(depth);
}

function levels(depth: number): Levels {
  return {
    prices: new Float64Array(depth),
    quantities: new Float64Array(depth),
    orderCounts: new Float64Array(depth),
    count: 0,
  };
}

function isBetter(side: Side, price: number, than: number): boolean {
  return side === Side.Bid ? price > than : price < than;
}
