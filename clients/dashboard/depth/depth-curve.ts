/** One side of the book as a curve: prices from the best outwards with the quantity up to each. */

import type { LevelsView } from '../../browser/index.ts';

/** A reach is kept until less than this much of it is used. */
const SHRINK_BELOW = 0.5;

export class DepthCurve {
  length = 0;
  readonly prices: number[] = [];
  readonly totals: number[] = [];

  /** NaN without levels. */
  get best(): number {
    return this.length === 0 ? Number.NaN : (this.prices[0] as number);
  }

  get last(): number {
    return this.length === 0 ? Number.NaN : (this.prices[this.length - 1] as number);
  }

  /** The price that `share` of the levels stand within: the last ones may be far away. */
  priceAt(share: number): number {
    return this.length === 0
      ? Number.NaN
      : (this.prices[Math.floor((this.length - 1) * share)] as number);
  }

  read(levels: LevelsView): void {
    this.length = levels.length;
    let total = 0;
    for (let index = 0; index < levels.length; index += 1) {
      total += levels.quantity(index);
      this.prices[index] = levels.price(index);
      this.totals[index] = total;
    }
  }

  /** Quantity from the best price to `price`, both included. */
  totalWithin(price: number): number {
    let total = 0;
    for (let index = 0; index < this.length; index += 1) {
      if (Math.abs((this.prices[index] as number) - this.best) > Math.abs(price - this.best)) break;
      total = this.totals[index] as number;
    }
    const isOutside = (price - this.best) * (this.last - this.best) < 0;
    return isOutside ? 0 : total;
  }
}

/**
 * How far to each side of `mid` is shown, in ticks: as far as both sides are known, kept while it
 * serves, because a scale that followed every level would never stand still.
 */
export function priceReach(current: number, mid: number, lowest: number, highest: number): number {
  const known = Math.max(1, Math.min(mid - lowest, highest - mid));
  return known <= current && known >= current * SHRINK_BELOW ? current : roundUp((known * 11) / 10);
}

function roundUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}
