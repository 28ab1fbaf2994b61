/** The replica of one instrument's book as price levels. */

import type { Side } from '../market.ts';

/** Placeholder of the shape; the implementation replaces this file. */
export interface LevelBook {
  apply(side: Side, price: number, quantity: number, orderCount: number): void;
}
