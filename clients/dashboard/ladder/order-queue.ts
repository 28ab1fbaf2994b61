/** The orders of one price step in the order in which they fill; pure. */

import { Side } from '../../../feed/index.ts';
import type { LevelsView } from '../../browser/index.ts';

export interface QueuePlace {
  readonly side: 'bid' | 'ask';
  /** Ticks: of a level, or of a step that gathers some. */
  readonly price: number;
  /** Ticks a step. */
  readonly grouping: number;
}

export interface QueueLine {
  readonly orderId: number;
  /** Ticks; differs within a step only. */
  readonly price: number;
  readonly quantity: number;
  /** Lots of the same step that fill before it. */
  readonly ahead: number;
}

interface QueuedBook {
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  queue(side: Side, price: number): readonly { orderId: number; quantity: number }[];
}

/** Best price first, and within a price in the order of the queue. */
export function queueLines(book: QueuedBook, { side, price, grouping }: QueuePlace): QueueLine[] {
  const levels = side === 'bid' ? book.bids : book.asks;
  const round = side === 'bid' ? Math.floor : Math.ceil;
  const lines: QueueLine[] = [];
  let ahead = 0;
  for (let index = 0; index < levels.length; index += 1) {
    const levelPrice = levels.price(index);
    if (round(levelPrice / grouping) * grouping !== price) continue;
    const queue = book.queue(side === 'bid' ? Side.Bid : Side.Ask, levelPrice);
    for (const { orderId, quantity } of queue) {
      lines.push({ orderId, price: levelPrice, quantity, ahead });
      ahead += quantity;
    }
  }
  return lines;
}
