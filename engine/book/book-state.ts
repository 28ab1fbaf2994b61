/** A whole book as plain data, and the truths that hold for every book: for tests and proofs. */

import { MAX_INTEGER, Side } from '../../feed/index.ts';
import type { BookContents } from './book.ts';

export interface OrderState {
  readonly orderId: number;
  readonly owner: number;
  readonly open: number;
  readonly filled: number;
  /** Open as well, but not shown. */
  readonly hidden: number;
}

export interface LevelState {
  readonly price: number;
  readonly quantity: number;
  readonly orderCount: number;
  readonly orders: readonly OrderState[];
}

/** An order of which nothing is shown. */
export interface HiddenState {
  readonly orderId: number;
  readonly owner: number;
  readonly price: number;
  readonly open: number;
  readonly filled: number;
}

export interface SideState {
  readonly levels: readonly LevelState[];
  readonly hidden: readonly HiddenState[];
  /** What is open at each price, shown or not, as the book adds it up. */
  readonly open: readonly { readonly price: number; readonly open: number }[];
}

export interface BookState {
  readonly bids: SideState;
  readonly asks: SideState;
}

export function readBook(book: BookContents): BookState {
  return { bids: readSide(book, Side.Bid), asks: readSide(book, Side.Ask) };
}

function readSide(book: BookContents, side: Side): SideState {
  const levels: LevelState[] = [];
  book.forEachLevel(side, (price, quantity, orderCount) => {
    const orders: OrderState[] = [];
    book.forEachOrder(side, price, (orderId, owner, open, filled, hidden) => {
      orders.push({ orderId, owner, open, filled, hidden });
    });
    levels.push({ price, quantity, orderCount, orders });
  });
  const hidden: HiddenState[] = [];
  book.forEachHidden(side, (orderId, owner, price, open, filled) => {
    hidden.push({ orderId, owner, price, open, filled });
  });
  const open: { price: number; open: number }[] = [];
  book.forEachOpen(side, (price, lots) => {
    open.push({ price, open: lots });
    return true;
  });
  return { levels, hidden, open };
}

/**
 * The first broken truth as a sentence, or undefined: sorted, every lot somewhere and all sums
 * right, and not crossed, hidden orders included, unless it `mayCross`.
 */
export function findFault(book: BookContents, mayCross: boolean = false): string | undefined {
  const { bids, asks } = readBook(book);
  const orders = ordersOf(bids) + ordersOf(asks);
  if (orders !== book.orderCount) return `${orders} orders in queues, ${book.orderCount} counted`;
  return (
    findSideFault(book, Side.Bid, bids, -1) ??
    findSideFault(book, Side.Ask, asks, 1) ??
    findSumFault(book, [bids, asks]) ??
    findCrossing(book, bids, asks, mayCross)
  );
}

function ordersOf({ levels, hidden }: SideState): number {
  return levels.reduce((sum, level) => sum + level.orders.length, hidden.length);
}

function findCrossing(
  book: BookContents,
  bids: SideState,
  asks: SideState,
  mayCross: boolean,
): string | undefined {
  const bestBid = bids.open[0]?.price ?? Number.NEGATIVE_INFINITY;
  const bestAsk = asks.open[0]?.price ?? Number.POSITIVE_INFINITY;
  const isCrossed = bestBid >= bestAsk;
  if (book.isCrossed !== isCrossed) return `says crossed: ${book.isCrossed}, is: ${isCrossed}`;
  return isCrossed && !mayCross ? `crossed: best bid ${bestBid}, best ask ${bestAsk}` : undefined;
}

/** Where the book keeps sums, each is that of the prices it tells. */
function findSumFault(book: BookContents, sides: readonly SideState[]): string | undefined {
  for (const [side, sums] of (book.openSums?.() ?? []).entries()) {
    let all = 0;
    for (const { price, open } of sides[side]?.open ?? []) {
      const key = side === Side.Bid ? price : -price;
      all = Math.min(all + open, MAX_INTEGER);
      const summed = sums.openFrom(key);
      if (summed !== all) return `${summed} lots summed up to ${price}, there are ${all}`;
    }
    const summed = sums.openFrom(Number.NEGATIVE_INFINITY);
    if (summed !== all) return `${summed} lots summed up on a side, there are ${all}`;
  }
  return undefined;
}

function findSideFault(
  book: BookContents,
  side: Side,
  { levels, hidden, open }: SideState,
  direction: 1 | -1,
): string | undefined {
  const name = side === Side.Bid ? 'bid' : 'ask';
  if (book.bestPrice(side) !== levels[0]?.price || book.levelCount(side) !== levels.length) {
    return `best ${name} or ${name} level count differ from the ${levels.length} ${name} levels`;
  }
  return (
    findLevelFault(levels, direction) ??
    findHiddenFault(hidden, direction) ??
    findOpenFault(levels, hidden, open, direction)
  );
}

function findLevelFault(levels: readonly LevelState[], direction: 1 | -1): string | undefined {
  for (const [i, level] of levels.entries()) {
    const before = levels[i - 1];
    if (before !== undefined && (level.price - before.price) * direction <= 0) {
      return `level ${level.price} follows ${before.price}`;
    }
    const open = level.orders.reduce((sum, order) => sum + order.open, 0);
    if (open !== level.quantity || level.orders.length !== level.orderCount) {
      return `level ${level.price} says ${level.quantity} in ${level.orderCount}, holds ${open}`;
    }
    if (level.orders.length === 0) return `level ${level.price} is empty`;
    const wrong = level.orders.find(
      (order) => order.open < 1 || order.filled < 0 || order.hidden < 0,
    );
    if (wrong !== undefined) return `order ${wrong.orderId} has ${wrong.open} open`;
  }
  return undefined;
}

function findHiddenFault(hidden: readonly HiddenState[], direction: 1 | -1): string | undefined {
  for (const [i, order] of hidden.entries()) {
    if (order.open < 1 || order.filled < 0) return `order ${order.orderId} has ${order.open} open`;
    const before = hidden[i - 1];
    if (before !== undefined && (order.price - before.price) * direction < 0) {
      return `hidden order at ${order.price} follows ${before.price}`;
    }
  }
  return undefined;
}

/** Whether what is open at each price is what the orders have open, up to 2^53 - 1. */
function findOpenFault(
  levels: readonly LevelState[],
  hidden: readonly HiddenState[],
  open: SideState['open'],
  direction: 1 | -1,
): string | undefined {
  const sums = new Map<number, number>();
  const add = (price: number, lots: number) =>
    sums.set(price, Math.min(MAX_INTEGER, (sums.get(price) ?? 0) + lots));
  for (const { price, orders } of levels) {
    for (const order of orders) {
      add(price, order.open);
      add(price, order.hidden);
    }
  }
  for (const order of hidden) add(order.price, order.open);
  const expected = [...sums].sort(([a], [b]) => (a - b) * direction);
  if (expected.length !== open.length) return `open at ${open.length} of ${expected.length} prices`;
  for (const [i, [price, lots]] of expected.entries()) {
    const said = open[i]!;
    if (said.price !== price || said.open !== lots) {
      return `${lots} open at ${price}, said ${said.open} at ${said.price}`;
    }
  }
  return undefined;
}
