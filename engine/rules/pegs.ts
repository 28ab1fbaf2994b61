/** The pegged orders of one instrument: in which order they follow, and to which price. */

import { Side } from '../../feed/index.ts';
import { PegTo } from '../protocol/index.ts';
import type { SpecialOrder } from './special-order.ts';

/** The best prices that are shown. */
export interface ShownBest {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

/** What a peg's price is taken from, besides the best prices. */
export type Peg = Pick<SpecialOrder, 'side' | 'pegTo' | 'pegOffset' | 'price'>;

/** The price of a pegged order; undefined where there is nothing to follow. */
export function pegPrice(peg: Peg, { bid, ask }: ShownBest): number | undefined {
  const { side, pegTo, pegOffset, price: limit } = peg;
  const reference = side === Side.Bid ? bid : ask;
  if (reference === undefined) return undefined;
  let inwards = 0;
  if (pegTo === PegTo.Mid) {
    if (bid === undefined || ask === undefined) return undefined;
    inwards = Math.floor((ask - bid) / 2);
  }
  return side === Side.Bid
    ? Math.min(reference + inwards - pegOffset, limit)
    : Math.max(reference - inwards + pegOffset, limit);
}

export class Pegs {
  /** In the order of their places. */
  readonly #orders = new Set<SpecialOrder>();
  /** The best prices by which all of them were priced last; undefined: they have to follow. */
  #pricedBy: ShownBest | undefined;

  get size(): number {
    return this.#orders.size;
  }

  /**
   * Behind all others. The first one is priced by what is best now, and so are all of them; without
   * `best` it is parked until the market is continuous.
   */
  add(order: SpecialOrder, best: ShownBest | undefined): void {
    if (this.#orders.size === 0) this.#pricedBy = best;
    this.#orders.add(order);
  }

  /** The same at a restart, when prices are not known yet. */
  restore(order: SpecialOrder): void {
    this.#orders.add(order);
  }

  remove(order: SpecialOrder): void {
    this.#orders.delete(order);
  }

  /** To the end of the order in which they follow. */
  moveBack(order: SpecialOrder): void {
    this.#orders.delete(order);
    this.#orders.add(order);
  }

  has(order: SpecialOrder): boolean {
    return this.#orders.has(order);
  }

  [Symbol.iterator](): IterableIterator<SpecialOrder> {
    return this.#orders[Symbol.iterator]();
  }

  /** Whatever the best prices are, all have to follow. */
  forgetPrices(): void {
    this.#pricedBy = undefined;
  }

  /** Whether they have to follow because of prices that have changed. */
  mustFollow(best: ShownBest): boolean {
    const { bid, ask } = this.#pricedBy ?? {};
    return (
      this.#orders.size > 0 &&
      (this.#pricedBy === undefined || bid !== best.bid || ask !== best.ask)
    );
  }

  /** Those that follow now, in their order; they are then priced by these prices. */
  follow(best: ShownBest): SpecialOrder[] {
    this.#pricedBy = best;
    return [...this.#orders];
  }
}
