/** The naive twin of the level book: a map per side, sorted when asked after a change. Obviously right. */

import { Side } from '../market.ts';
import type { LevelView } from './level-book.ts';

interface Level {
  readonly price: number;
  readonly quantity: number;
  readonly orderCount: number;
}

export class NaiveBook implements LevelView {
  readonly #sides = [new Map<number, Level>(), new Map<number, Level>()] as const;
  /** By side; empty after a change. */
  readonly #sorted: [bids: Level[] | undefined, asks: Level[] | undefined] = [undefined, undefined];

  apply(side: Side, price: number, quantity: number, orderCount: number): void {
    this.#sorted[side] = undefined;
    if (quantity === 0) this.#sides[side].delete(price);
    else this.#sides[side].set(price, { price, quantity, orderCount });
  }

  clear(): void {
    for (const side of this.#sides) side.clear();
    this.#sorted.fill(undefined);
  }

  levels(side: Side): readonly Level[] {
    const sign = side === Side.Bid ? -1 : 1;
    this.#sorted[side] ??= [...this.#sides[side].values()].sort(
      (a, b) => sign * (a.price - b.price),
    );
    return this.#sorted[side];
  }

  levelCount(side: Side): number {
    return this.#sides[side].size;
  }
  priceAt(side: Side, index: number): number {
    return this.levels(side)[index]?.price ?? Number.NaN;
  }
  quantityAt(side: Side, index: number): number {
    return this.levels(side)[index]?.quantity ?? 0;
  }
  orderCountAt(side: Side, index: number): number {
    return this.levels(side)[index]?.orderCount ?? 0;
  }
}

/** Where two books differ, in words; `undefined` when they are equal level by level. */
export function firstDifference(one: LevelView, other: LevelView): string | undefined {
  const left = describeBook(one);
  const right = describeBook(other);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] !== right[i]) return `${left[i] ?? 'nothing'} is not ${right[i] ?? 'nothing'}`;
  }
  return undefined;
}

/** One line per level, bids then asks, best first. */
export function describeBook(book: LevelView): string[] {
  const lines: string[] = [];
  for (const side of [Side.Bid, Side.Ask] as const) {
    const name = side === Side.Bid ? 'bid' : 'ask';
    if (book instanceof NaiveBook) {
      for (const { price, quantity, orderCount } of book.levels(side)) {
        lines.push(`${name} ${quantity} in ${orderCount} at ${price}`);
      }
    } else {
      const count = book.levelCount(side);
      for (let i = 0; i < count; i++) {
        const price = book.priceAt(side, i);
        const orderCount = book.orderCountAt(side, i);
        lines.push(`${name} ${book.quantityAt(side, i)} in ${orderCount} at ${price}`);
      }
    }
  }
  return lines;
}
