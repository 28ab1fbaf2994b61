/** One instrument's orders and levels in the shared memory, and how to read them. */

import { type BookHash, MAX_INTEGER, Side } from '../../feed/index.ts';
import type { Stateful, StateReader, StateWriter } from '../state.ts';
import type { BookContents, BookOrder } from './book.ts';
import { type BookMemory, MAX_ORDERS } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import type { OrderIndex } from './order-index.ts';
import {
  FIRST_ICEBERG,
  HIGHEST_INSTRUCTIONS,
  packOwner,
  unpackInstructions,
  unpackOwner,
} from './order-instructions.ts';
import { PriceLevels } from './price-levels.ts';

const {
  COUNT,
  FILLED,
  LEVEL,
  NEXT,
  NONE,
  OPEN,
  ORDER_ID,
  OWNER,
  PREVIOUS,
  PRICE,
  QUANTITY,
  SHIFT,
  TAG,
} = ROW;
const { Bid, Ask } = Side;

/** What a level and an order take at least in the saved state: see `saveLevel`. */
const LEVEL_BYTES = 8 + 4;
const ORDER_BYTES = 8 + 4 + 1 + 8 + 8;

/**
 *   side        PriceLevels: price -> level, and the best level
 *                  |
 *   level          +-> level <-> first order <-> ... <-> last order <-> (level)
 *                                  ^
 *   order id    OrderIndex --------+
 */
export class StoredBook implements BookContents, Stateful {
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

  readonly isCrossed = false;

  forEachHidden(): void {
    throw new Error('not yet');
  }

  forEachOpen(): void {
    throw new Error('not yet');
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

  /** Levels from the best to the worst, the orders of each in the order in which they fill. */
  saveState(writer: StateWriter): void {
    writer.part('book', () => {
      for (const side of this.sides) {
        writer.count(side.count);
        for (let level = side.best; level !== NONE; level = side.worse(level)) {
          this.saveLevel(level, writer);
        }
      }
    });
  }

  loadState(reader: StateReader): void {
    reader.part('book', () => {
      for (const side of this.sides) {
        let before = Number.POSITIVE_INFINITY;
        for (let left = reader.count(MAX_ORDERS, LEVEL_BYTES); left > 0; left -= 1) {
          const key = side.sign * reader.int();
          if (key >= before) reader.refuse('A level is out of order.');
          before = key;
          this.loadLevel(side, key, reader);
        }
      }
    });
  }

  private saveLevel(level: number, writer: StateWriter): void {
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    writer.int(values[levelAt + PRICE]!);
    writer.count(links[levelAt + COUNT]!);
    for (let order = links[levelAt + NEXT]!; order !== level; ) {
      const at = order << SHIFT;
      const packed = values[at + OWNER]!;
      writer.int(values[at + ORDER_ID]!);
      writer.u32(unpackOwner(packed));
      writer.u8(unpackInstructions(packed));
      writer.int(values[at + OPEN]!);
      writer.int(values[at + FILLED]!);
      if (packed >= FIRST_ICEBERG) {
        writer.int(this.memory.hidden[order]!);
        writer.int(this.memory.parts[order]!);
      }
      order = links[at + NEXT]!;
    }
  }

  private loadLevel(side: PriceLevels, key: number, reader: StateReader): void {
    const orders = reader.count(MAX_ORDERS, ORDER_BYTES);
    if (orders === 0) reader.refuse('A level has no order.');
    this.memory.reserve();
    const level = side.add(key);
    for (let left = orders; left > 0; left -= 1) this.loadOrder(level, reader);
  }

  private loadOrder(level: number, reader: StateReader): void {
    const { memory, index } = this;
    if (memory.isFull) reader.refuse(`More than ${memory.maxOrders} orders are open.`);
    memory.reserve();
    const orderId = reader.int(1);
    const bucket = index.bucketOf(orderId);
    if (index.find(bucket, orderId) !== NONE) reader.refuse(`Order ${orderId} is there twice.`);
    const packed = packOwner(reader.u32(), reader.choice(HIGHEST_INSTRUCTIONS));
    if (packed >= FIRST_ICEBERG) memory.reserveIcebergs();
    const open = reader.int(1);
    const filled = reader.int(0, MAX_INTEGER - open);
    const { links, values } = memory;
    const order = memory.take();
    const at = order << SHIFT;
    const levelAt = level << SHIFT;
    values[at + ORDER_ID] = orderId;
    values[at + OPEN] = open;
    values[at + FILLED] = filled;
    values[at + OWNER] = packed;
    if (packed >= FIRST_ICEBERG) {
      memory.hidden[order] = reader.int(0, MAX_INTEGER - open - filled);
      memory.parts[order] = reader.int(1);
    }
    const last = links[levelAt + PREVIOUS]!;
    links[at + NEXT] = level;
    links[at + PREVIOUS] = last;
    links[at + LEVEL] = level;
    links[(last << SHIFT) + NEXT] = order;
    links[levelAt + PREVIOUS] = order;
    links[levelAt + COUNT]! += 1;
    const quantity = values[levelAt + QUANTITY]! + open;
    if (quantity > MAX_INTEGER) reader.refuse('A level shows more than 2^53 - 1 lots.');
    values[levelAt + QUANTITY] = quantity;
    index.add(bucket, order);
    memory.openOrders += 1;
    this.orderCount += 1;
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
