/** Levels of a whole book gathered in steps of so many ticks, as a gateway gathers them. */

import { type LevelView, Side } from '../../../feed/index.ts';

export interface RawLevel {
  readonly price: number;
  quantity: number;
  orders: number;
}

/** Best first: bids count at the price below, asks at the one above. */
export function groupLevels(
  book: LevelView,
  side: Side,
  depth: number,
  grouping: number,
): RawLevel[] {
  const round = side === Side.Bid ? Math.floor : Math.ceil;
  const groups: RawLevel[] = [];
  for (let i = 0; i < book.levelCount(side); i += 1) {
    const price = round(book.priceAt(side, i) / grouping) * grouping;
    const last = groups.at(-1);
    if (last?.price === price) {
      last.quantity += book.quantityAt(side, i);
      last.orders += book.orderCountAt(side, i);
    } else if (groups.length === depth) {
      break;
    } else {
      const [quantity, orders] = [book.quantityAt(side, i), book.orderCountAt(side, i)];
      groups.push({ price, quantity, orders });
    }
  }
  return groups;
}
