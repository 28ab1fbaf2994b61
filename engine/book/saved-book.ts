/** A book's orders as saved state. */

import { MAX_INTEGER } from '../../feed/index.ts';
import { MAX_ICEBERG_PARTS } from '../protocol/index.ts';
import type { Stateful, StateReader, StateWriter } from '../state.ts';
import { MAX_ORDERS } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import {
  areInstructions,
  FIRST_ICEBERG,
  HIGHEST_INSTRUCTIONS,
  packOwner,
  unpackInstructions,
  unpackOwner,
} from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';
import { StoredBook } from './stored-book.ts';

const { COUNT, FILLED, LEVEL, NEXT, NONE, OPEN, ORDER_ID, OWNER, PRICE, QUANTITY, SHIFT } = ROW;

/** What a level and an order take at least in the saved state: see `saveLevel`. */
const LEVEL_BYTES = 8 + 4;
const ORDER_BYTES = 8 + 4 + 1 + 8 + 8;

/**
 * Price band, trade bounds and whether matching is on are not saved: they follow from what its
 * owner knows of the instrument, who sets them again; where matching is off, before it loads.
 */
export class SavedBook extends StoredBook implements Stateful {
  /**
   * Levels from the best to the worst, the orders of each in the order in which they fill. Every
   * lot is looked at, so this is where production sees to it that they are all there: it throws
   * where a level, or the book, does not hold what it says.
   */
  saveState(writer: StateWriter): void {
    let orders = 0;
    writer.part('book', () => {
      for (const side of [...this.sides, ...this.hiddenSides]) {
        let levels = 0;
        writer.count(side.count);
        for (let level = side.best; level !== NONE; level = side.worse(level)) {
          orders += this.saveLevel(level, writer);
          levels += 1;
        }
        if (levels !== side.count) this.fail(`${levels} levels where ${side.count} are counted`);
      }
    });
    if (orders !== this.orderCount) this.fail(`${orders} orders of ${this.orderCount}`);
  }

  loadState(reader: StateReader): void {
    this.sums = undefined;
    reader.part('book', () => {
      for (const side of [...this.sides, ...this.hiddenSides]) {
        let before = Number.POSITIVE_INFINITY;
        for (let left = reader.count(MAX_ORDERS, LEVEL_BYTES); left > 0; left -= 1) {
          const key = side.sign * reader.int();
          if (key >= before) reader.refuse('A level is out of order.');
          before = key;
          this.loadLevel(side, key, reader);
        }
      }
    });
    if (this.isMatching && this.isCrossed) reader.refuse('A book that matches is crossed.');
    this.judgePlain();
  }

  /** Answers how many orders it was. */
  private saveLevel(level: number, writer: StateWriter): number {
    const { index } = this;
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    const price = values[levelAt + PRICE]!;
    const count = links[levelAt + COUNT]!;
    let orders = 0;
    let lots = 0;
    writer.int(price);
    writer.count(count);
    for (let order = links[levelAt + NEXT]!; order !== level; ) {
      const at = order << SHIFT;
      const packed = values[at + OWNER]!;
      const orderId = values[at + ORDER_ID]!;
      const isKnown = index.find(index.bucketOf(orderId), orderId) === order;
      if (!isKnown || links[at + LEVEL] !== level) this.fail(`order ${orderId} is nowhere`);
      orders += 1;
      lots += values[at + OPEN]!;
      writer.int(orderId);
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
    if (orders !== count || lots !== values[levelAt + QUANTITY]) {
      this.fail(`${lots} lots in ${orders} orders at ${price}, counted otherwise`);
    }
    return orders;
  }

  private fail(detail: string): never {
    throw new Error(`The book of instrument ${this.instrument} is broken: ${detail}.`);
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
    const owner = reader.u32();
    const instructions = reader.choice(HIGHEST_INSTRUCTIONS);
    if (!areInstructions(instructions)) reader.refuse('An order asks for what there is not.');
    const packed = packOwner(owner, instructions);
    if (packed >= FIRST_ICEBERG) {
      if (this.isHiddenLevel(level)) reader.refuse('A hidden order shows a part.');
      memory.reserveIcebergs();
      this.icebergCount += 1;
    }
    const open = reader.int(1);
    const filled = reader.int(0, MAX_INTEGER - open);
    const { values } = memory;
    const order = memory.take();
    const at = order << SHIFT;
    values[at + ORDER_ID] = orderId;
    values[at + OPEN] = open;
    values[at + FILLED] = filled;
    values[at + OWNER] = packed;
    if (packed >= FIRST_ICEBERG) {
      memory.hidden[order] = reader.int(0, MAX_INTEGER - open - filled);
      const part = reader.int(open);
      if (open + memory.hidden[order]! > part * MAX_ICEBERG_PARTS) {
        reader.refuse('An iceberg has too many parts.');
      }
      memory.parts[order] = part;
    }
    this.link(order, level);
    if (values[(level << SHIFT) + QUANTITY]! > MAX_INTEGER) {
      reader.refuse('A level holds more than 2^53 - 1 lots.');
    }
    index.add(bucket, order);
    memory.openOrders += 1;
    this.orderCount += 1;
  }
}
