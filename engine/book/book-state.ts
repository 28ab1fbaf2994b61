/** A whole book as plain data, and the truths that hold for every book: for tests and proofs. */

import { Side } from '../../feed/index.ts';
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

export interface BookState {
  readonly bids: readonly LevelState[];
  readonly asks: readonly LevelState[];
}

export function readBook(book: BookContents): BookState {
  return { bids: readSide(book, Side.Bid), asks: readSide(book, Side.Ask) };
}

function readSide(book: BookContents, side: Side): LevelState[] {
  const levels: LevelState[] = [];
  book.forEachLevel(side, (price, quantity, orderCount) => {
    const orders: OrderState[] = [];
    book.forEachOrder(side, price, (orderId, owner, open, filled, hidden) => {
      orders.push({ orderId, owner, open, filled, hidden });
    });
    levels.push({ price, quantity, orderCount, orders });
  });
  return levels;
}

/** The first broken truth as a sentence, or undefined: sorted, not crossed, all sums right. */
export function findFault(book: BookContents): string | undefined {
  const { bids, asks } = readBook(book);
  const bestBid = bids[0]?.price;
  const bestAsk = asks[0]?.price;
  if (book.bestPrice(Side.Bid) !== bestBid || book.levelCount(Side.Bid) !== bids.length) {
    return `best bid or bid level count differ from the ${bids.length} bid levels`;
  }
  if (book.bestPrice(Side.Ask) !== bestAsk || book.levelCount(Side.Ask) !== asks.length) {
    return `best ask or ask level count differ from the ${asks.length} ask levels`;
  }
  if (bestBid !== undefined && bestAsk !== undefined && bestBid >= bestAsk) {
    return `crossed: best bid ${bestBid}, best ask ${bestAsk}`;
  }
  const orders = [...bids, ...asks].reduce((sum, level) => sum + level.orders.length, 0);
  if (orders !== book.orderCount) return `${orders} orders in queues, ${book.orderCount} counted`;
  return findLevelFault(bids, -1) ?? findLevelFault(asks, 1);
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
