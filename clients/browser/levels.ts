/** The levels of one side: read through to the book's arrays, or copied out of them. */

import type { LevelView, Side } from '../../feed/index.ts';
import type { Best, LevelsCopy, LevelsView } from './api.ts';

/** Reads through to the arrays of the book: nothing is copied, and nothing outlives a change. */
export function levelsView(read: () => LevelView, side: Side): LevelsView {
  return {
    get length() {
      return read().levelCount(side);
    },
    price: (index) => read().priceAt(side, index),
    quantity: (index) => read().quantityAt(side, index),
    orderCount: (index) => read().orderCountAt(side, index),
  };
}

export function bestOf(bids: LevelsView, asks: LevelsView): Best {
  return {
    get bid() {
      return bids.length > 0 ? bids.price(0) : undefined;
    },
    get ask() {
      return asks.length > 0 ? asks.price(0) : undefined;
    },
  };
}

/** The levels as they are now, for keeping: three arrays of their own, best level first. */
export function copyLevels(view: LevelsView): LevelsCopy {
  const { length } = view;
  const prices = new Float64Array(length);
  const quantities = new Float64Array(length);
  const orderCounts = new Uint32Array(length);
  for (let i = 0; i < length; i += 1) {
    prices[i] = view.price(i);
    quantities[i] = view.quantity(i);
    orderCounts[i] = view.orderCount(i);
  }
  return { length, prices, quantities, orderCounts };
}
