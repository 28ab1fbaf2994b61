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
 *   3:40+60  |  99 |        40 shown, 60 not: an iceberg
 */
export type Ladder = string;

interface LadderOrder {
  readonly side: Side;
  readonly price: number;
  readonly orderId: number;
  readonly shown: number;
  readonly hidden: number;
}

/** Enters the orders of a ladder, in order of priority; icebergs show what is before the plus. */
export function enterLadder(book: OrderBook, ladder: Ladder, owner: number): void {
  for (const { side, price, orderId, shown, hidden } of parseLadder(ladder)) {
    const conditions = hidden > 0 ? { displayQuantity: shown } : undefined;
    const { Gtc } = TimeInForce;
    const reason = book.limit(orderId, owner, side, price, shown + hidden, Gtc, conditions);
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
    book.forEachOrder(side, price, (orderId, _owner, open, _filled, hidden) => {
      orders.push(`${orderId}:${open}${hidden > 0 ? `+${hidden}` : ''}`);
    });
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
  return [...text.matchAll(/(\d+):(\d+)(?:\+(\d+))?/g)].map(([, id, shown, hidden]) => {
    const parts = { shown: Number(shown), hidden: Number(hidden ?? 0) };
    return { side, price, orderId: Number(id), ...parts };
  });
}
