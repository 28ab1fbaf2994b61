/** What a class of an order-by-order book sees of an instrument. */

import type { LevelView, QueuedOrder, Side } from '../../feed/index.ts';
import type { BookSource } from './book-source.ts';

/** Levels with the queue of each: the first in line first. */
export interface QueueView extends LevelView {
  queue(side: Side, price: number): readonly QueuedOrder[];
}

export interface OrderSource extends BookSource {
  /** `undefined` where the feed tells levels only. */
  readonly queues: QueueView | undefined;
}
