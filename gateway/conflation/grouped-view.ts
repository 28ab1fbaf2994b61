/**
 * A book with its prices gathered in steps of some ticks: bids rounded down and asks rounded up,
 * so that no group promises a better price than the orders in it have. Quantities and orders of
 * a group are the sums of its levels.
 */

import { type LevelView, Side } from '../../feed/index.ts';

interface Groups {
  readonly prices: number[];
  readonly quantities: number[];
  readonly orderCounts: number[];
}

export class GroupedView implements LevelView {
  readonly #grouping: number;
  readonly #sides: readonly [Groups, Groups] = [groups(), groups()];

  /** `grouping`: ticks a group, from 1. */
  constructor(grouping: number) {
    this.#grouping = grouping;
  }

  /** Gathers the best `depth` groups of each side of `book` as it is now. */
  gather(book: LevelView, depth: number): this {
    this.#gather(Side.Bid, book, depth);
    this.#gather(Side.Ask, book, depth);
    return this;
  }

  levelCount(side: Side): number {
    return this.#sides[side].prices.length;
  }

  priceAt(side: Side, index: number): number {
    return this.#sides[side].prices[index] ?? Number.NaN;
  }

  quantityAt(side: Side, index: number): number {
    return this.#sides[side].quantities[index] ?? 0;
  }

  orderCountAt(side: Side, index: number): number {
    return this.#sides[side].orderCounts[index] ?? 0;
  }

  /** Levels come best first, so a group is complete when the next one begins. */
  #gather(side: Side, book: LevelView, depth: number): void {
    const { prices, quantities, orderCounts } = this.#sides[side];
    let last = -1;
    const count = book.levelCount(side);
    for (let i = 0; i < count; i += 1) {
      const price = groupPrice(side, book.priceAt(side, i), this.#grouping);
      if (last < 0 || prices[last] !== price) {
        if (last + 1 === depth) break;
        last += 1;
        prices[last] = price;
        quantities[last] = 0;
        orderCounts[last] = 0;
      }
      quantities[last] = (quantities[last] as number) + book.quantityAt(side, i);
      orderCounts[last] = (orderCounts[last] as number) + book.orderCountAt(side, i);
    }
    prices.length = last + 1;
    quantities.length = last + 1;
    orderCounts.length = last + 1;
  }
}

/** The price of the group that a price belongs to, in ticks. */
export function groupPrice(side: Side, price: number, grouping: number): number {
  const steps = price / grouping;
  // Plus nothing, because rounding may give -0, which is 0 to everybody but a typed array.
  return (side === Side.Bid ? Math.floor(steps) : Math.ceil(steps)) * grouping + 0;
}

function groups(): Groups {
  return { prices: [], quantities: [], orderCounts: [] };
}
