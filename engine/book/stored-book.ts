/** One instrument's orders and levels in the shared memory, and how to read them. */

import { type BookHash, Side } from '../../feed/index.ts';
import type { BookContents, BookOrder } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import type { OrderIndex } from './order-index.ts';
import { FIRST_ICEBERG, unpackOwner } from './order-instructions.ts';
import { PriceLevels } from './price-levels.ts';

const { COUNT, FILLED, LEVEL, NEXT, NONE, OPEN, ORDER_ID, OWNER, PRICE, QUANTITY, SHIFT, TAG } =
  ROW;
const { Bid, Ask } = Side;

/**
 *   side        PriceLevels: price -> level, and the best level
 *                  |
 *   level          +-> level <-> first order <-> ... <-> last order <-> (level)
 *                                  ^
 *   order id    OrderIndex --------+
 */
export class StoredBook implements BookContents {
  orderCount = 0;
  protected readonly instrument: number;
  protected readonly memory: BookMemory;
  protected readonly index: OrderIndex;
  /** By side. An index costs no branch, and the sides of orders follow no pattern to predict. */
  protected readonly sides: readonly PriceLevels[];

  protected constructor(instrument: number, memory: BookMemory, maxWindowTicks?: number) {
    this.instrument = instrument;
    this.memory = memory;
    this.index = memory.index;
    const tag = instrument << 1;
    this.sides = [
      new PriceLevels(memory, 1, tag | Bid, maxWindowTicks),
      new PriceLevels(memory, -1, tag | Ask, maxWindowTicks),
    ];
  }

  orderOf(orderId: number): BookOrder | undefined {
    const { links, values } = this.memory;
    const order = this.index.find(this.index.bucketOf(orderId), orderId);
    const at = order << SHIFT;
    const levelAt = links[at + LEVEL]! << SHIFT;
    const tag = links[levelAt + TAG]!;
    // The memory holds the orders of all books.
    if (order === NONE || tag >> 1 !== this.instrument) return undefined;
    return {
      side: (tag & 1) as Side,
      price: values[levelAt + PRICE]!,
      open: values[at + OPEN]! + this.hiddenOf(order),
      filled: values[at + FILLED]!,
    };
  }

  bestPrice(side: Side): number | undefined {
    const best = this.sides[side]!.best;
    return best === NONE ? undefined : this.memory.values[(best << SHIFT) + PRICE]!;
  }

  levelCount(side: Side): number {
    return this.sides[side]!.count;
  }

  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void {
    const { links, values } = this.memory;
    const levels = this.sides[side]!;
    for (let level = levels.best; level !== NONE; level = levels.worse(level)) {
      const at = level << SHIFT;
      visit(values[at + PRICE]!, values[at + QUANTITY]!, links[at + COUNT]!);
    }
  }

  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number, hidden: number) => void,
  ): void {
    const levels = this.sides[side]!;
    const level = levels.find(levels.sign * price);
    const { links, values } = this.memory;
    // A fraction of a tick finds the level below it.
    if (level === NONE || values[(level << SHIFT) + PRICE] !== price) return;
    let order = links[(level << SHIFT) + NEXT]!;
    while (order !== level) {
      const at = order << SHIFT;
      const owner = unpackOwner(values[at + OWNER]!);
      const hidden = this.hiddenOf(order);
      visit(values[at + ORDER_ID]!, owner, values[at + OPEN]!, values[at + FILLED]!, hidden);
      order = links[at + NEXT]!;
    }
  }

  /** Lots of an order that are open and not shown. */
  protected hiddenOf(order: number): number {
    const { hidden, values } = this.memory;
    return values[(order << SHIFT) + OWNER]! >= FIRST_ICEBERG ? hidden[order]! : 0;
  }

  /** Adds every level to the hash, which its caller has reset. */
  hashInto(hash: BookHash): void {
    for (const side of [Bid, Ask]) {
      this.forEachLevel(side, (price, quantity, orderCount) => {
        hash.add(side, price, quantity, orderCount);
      });
    }
  }
}
