/** A replica beside the naive engine's book: level by level, of L3 also order by order. */

import { type LevelView, OrderBook, Side } from '../../feed/index.ts';
import type { FlatLevels, NaiveBook } from './naive-history.ts';

const SIDES = [Side.Bid, Side.Ask] as const;

/** Where they differ, in words; `undefined`: nowhere. `depth`: only so many levels are looked at. */
export function difference(
  book: LevelView,
  naive: NaiveBook,
  depth = Number.POSITIVE_INFINITY,
): string | undefined {
  for (const side of SIDES) {
    const found = sideDifference(
      flatSide(book, side),
      naive.levels[side]?.slice(0, 3 * depth) ?? [],
    );
    if (found !== undefined) return `${side === Side.Bid ? 'bid' : 'ask'} ${found}`;
    const should = naive.orders[side] ?? [];
    if (!(book instanceof OrderBook) || should.length === 0) continue;
    const orders = sideDifference(flatOrders(book, side), should);
    if (orders !== undefined) return `${side === Side.Bid ? 'bid' : 'ask'} orders ${orders}`;
  }
  return undefined;
}

export function flatSide(book: LevelView, side: Side): number[] {
  const flat: number[] = [];
  for (let i = 0; i < book.levelCount(side); i++) {
    flat.push(book.priceAt(side, i), book.quantityAt(side, i), book.orderCountAt(side, i));
  }
  return flat;
}

function flatOrders(book: OrderBook, side: Side): number[] {
  const flat: number[] = [];
  for (let i = 0; i < book.levelCount(side); i++) {
    book.forEachOrder(side, book.priceAt(side, i), (orderId, shown) => {
      flat.push(orderId, shown);
    });
  }
  return flat;
}

export function sideDifference(has: FlatLevels, should: FlatLevels): string | undefined {
  const length = Math.max(has.length, should.length);
  for (let i = 0; i < length; i++) {
    if (has[i] === should[i]) continue;
    const from = i - (i % 3);
    const show = (flat: FlatLevels): string => flat.slice(from, from + 3).join(' ') || 'nothing';
    return `${from / 3 + 1}: ${show(has)}, should be ${show(should)}`;
  }
  return undefined;
}
