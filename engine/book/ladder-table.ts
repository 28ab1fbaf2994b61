/** Books drawn as ladder tables that a trader can read: for tests. */

import { Side } from '../../feed/index.ts';
import { TimeInForce } from '../protocol/index.ts';
import type { BookContents, OrderBook } from './book.ts';

/**
 * A ladder, best bid and best ask in the middle, each order as `id:quantity` in order of priority:
 *
 *              | 102 | 7:30
 *              | 101 | 5:10 6:20
 *   1:10 2:5   | 100 |
 *   3:40+60    |  99 |        40 shown, 60 not: an iceberg
 *   4:10 (8:5) |  98 |        8 is hidden, behind all that is shown
 *
 * In a book that crosses, a price may have orders on both sides.
 */
export type Ladder = string;

interface LadderOrder {
  readonly side: Side;
  readonly price: number;
  readonly orderId: number;
  readonly shown: number;
  /** What an iceberg does not show. */
  readonly rest: number;
  readonly isHidden: boolean;
}

/** Enters the orders of a ladder, in order of priority; icebergs show what is before the plus. */
export function enterLadder(book: OrderBook, ladder: Ladder, owner: number): void {
  const { Gtc } = TimeInForce;
  for (const { side, price, orderId, shown, rest, isHidden } of parseLadder(ladder)) {
    const conditions = rest > 0 ? { displayQuantity: shown } : isHidden ? { isHidden } : undefined;
    const reason = book.limit(orderId, owner, side, price, shown + rest, Gtc, conditions);
    if (reason !== 0) throw new Error(`The ladder's order ${orderId} was refused: ${reason}.`);
  }
}

/** The same ladder with plain spacing, so that two can be compared. */
export function tidyLadder(ladder: Ladder): Ladder {
  return ladder
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .join('\n');
}

/** A book as a tidy ladder. */
export function drawLadder(book: BookContents): Ladder {
  const bids = drawSide(book, Side.Bid);
  const asks = drawSide(book, Side.Ask);
  const prices = [...new Set([...bids.keys(), ...asks.keys()])].sort((a, b) => b - a);
  const rows = prices.map(
    (price) => `${bids.get(price) ?? ''} | ${price} | ${asks.get(price) ?? ''}`,
  );
  return tidyLadder(rows.join('\n'));
}

/** By price, in no order. */
function drawSide(book: BookContents, side: Side): Map<number, string> {
  const rows = new Map<number, string>();
  const draw = (price: number, order: string) => {
    const before = rows.get(price);
    rows.set(price, before === undefined ? order : `${before} ${order}`);
  };
  book.forEachLevel(side, (price) => {
    book.forEachOrder(side, price, (orderId, _owner, open, _filled, rest) => {
      draw(price, `${orderId}:${open}${rest > 0 ? `+${rest}` : ''}`);
    });
  });
  book.forEachHidden(side, (orderId, _owner, price, open) => draw(price, `(${orderId}:${open})`));
  return rows;
}

function parseLadder(ladder: Ladder): LadderOrder[] {
  return tidyLadder(ladder)
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [bids, price, asks] = line.split('|');
      if (asks === undefined) throw new Error(`This is not a row of a ladder: ${line}`);
      return [
        ...parseOrders(Side.Bid, Number(price), bids ?? ''),
        ...parseOrders(Side.Ask, Number(price), asks),
      ];
    });
}

function parseOrders(side: Side, price: number, text: string): LadderOrder[] {
  return [...text.matchAll(/(\(?)(\d+):(\d+)(?:\+(\d+))?/g)].map(([, bracket, id, shown, rest]) => {
    const isHidden = bracket === '(';
    const orderId = Number(id);
    return { side, price, orderId, shown: Number(shown), rest: Number(rest ?? 0), isHidden };
  });
}
