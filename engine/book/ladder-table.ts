/** Books drawn as ladder tables that a trader can read: for tests. */

import { Side } from '../../feed/index.ts';
import { TimeInForce } from '../protocol/index.ts';
import type { BookContents, OrderBook } from './book.ts';

/**
 * A ladder, best bid and best ask in the middle, each order as `id:quantity` in order of priority:
 *
 *            | 102 | 7:30
 *            | 101 | 5:10 6:20
 *   1:10 2:5 | 100 |
 *   3:40     |  99 |
 */
export type Ladder = string;

interface LadderOrder {
  readonly side: Side;
  readonly price: number;
  readonly orderId: number;
  readonly quantity: number;
}

/** Enters the orders of a ladder, in order of priority. */
export function enterLadder(book: OrderBook, ladder: Ladder, owner: number): void {
  for (const { side, price, orderId, quantity } of parseLadder(ladder)) {
    const reason = book.limit(orderId, owner, side, price, quantity, TimeInForce.Gtc);
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
  const bids = drawSide(book, Side.Bid).map(([price, orders]) => `${orders} | ${price} |`);
  const asks = drawSide(book, Side.Ask).map(([price, orders]) => `| ${price} | ${orders}`);
  return [...asks.reverse(), ...bids].join('\n');
}

function drawSide(book: BookContents, side: Side): [price: number, orders: string][] {
  const rows: [number, string][] = [];
  book.forEachLevel(side, (price) => {
    const orders: string[] = [];
    book.forEachOrder(side, price, (orderId, _owner, open) => orders.push(`${orderId}:${open}`));
    rows.push([price, orders.join(' ')]);
  });
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
  return [...text.matchAll(/(\d+):(\d+)/g)].map(([, id, quantity]) => {
    return { side, price, orderId: Number(id), quantity: Number(quantity) };
  });
}
