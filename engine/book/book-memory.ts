/** What the books of one market share: the open orders, their levels and the map from id to order. */

import { LevelPool } from './level-pool.ts';
import { OrderIndex } from './order-index.ts';
import { OrderPool } from './order-pool.ts';

export class BookMemory {
  readonly orders: OrderPool;
  readonly levels: LevelPool;
  readonly index: OrderIndex;

  /**
   * `maxOrders` may be open at a time, over all books. Room is made for `expectedOrders` at once;
   * from there everything grows by doubling, and never shrinks.
   */
  constructor(maxOrders: number, expectedOrders?: number) {
    this.orders = new OrderPool(maxOrders, expectedOrders);
    this.levels = new LevelPool();
    this.index = new OrderIndex(this.orders);
  }
}
