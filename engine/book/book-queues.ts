/** What every command does to the queues of a book, and how a command's levels are told. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import { Reason } from '../protocol/index.ts';
import type { BookEvents } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW, TAG_BITS } from './book-rows.ts';
import { FIRST_ICEBERG, packOwner, unpackOwner } from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';
import { SavedBook } from './saved-book.ts';

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
const { HIDDEN, INSTRUMENT_SHIFT, SIDE } = TAG_BITS;
const HIGHEST = MAX_INTEGER;
const ICEBERGS = FIRST_ICEBERG;
const { LevelFull, None, TooManyOrders } = Reason;

/** Levels that one command may empty before the list of them grows. */
const INITIAL_TOUCHED = 64;

export class BookQueues extends SavedBook {
  protected readonly events: BookEvents;
  /** Prices of the levels that the command now running has met, best first. */
  private touched: Float64Array;
  private touchedCount = 0;

  protected constructor(
    instrument: number,
    memory: BookMemory,
    events: BookEvents,
    maxWindowTicks?: number,
  ) {
    super(instrument, memory, maxWindowTicks);
    this.events = events;
    this.touched = new Float64Array(INITIAL_TOUCHED);
  }

  /**
   * The row of an open order of this book; ids of other books that share the index do not count.
   */
  protected findOwn(bucket: number, orderId: number): number {
    const order = this.index.find(bucket, orderId);
    const links = this.memory.links;
    // Row 0 has level 0, whose tag is 0, which is no instrument's.
    const level = links[(order << SHIFT) + LEVEL]!;
    return links[(level << SHIFT) + TAG]! >> INSTRUMENT_SHIFT === this.instrument ? order : NONE;
  }

  /** Whether the level's quantity stays exact when so much comes. */
  protected hasRoom(level: number, coming: number): boolean {
    return this.memory.values[(level << SHIFT) + QUANTITY]! + coming <= HIGHEST;
  }

  /** Why an order that may rest cannot; `level` is where, or NONE. `None` where it can. */
  protected findNoRoom(level: number, quantity: number): Reason {
    if (this.memory.isFull) return TooManyOrders;
    return level === NONE || this.hasRoom(level, quantity) ? None : LevelFull;
  }

  /** Writes a new order into a row and the index; returns the row. */
  protected remember(
    bucket: number,
    orderId: number,
    owner: number,
    instructions: number,
    open: number,
    filled: number,
  ): number {
    const { memory } = this;
    const order = memory.take();
    const at = order << SHIFT;
    const values = memory.values;
    values[at + ORDER_ID] = orderId;
    values[at + OPEN] = open;
    values[at + FILLED] = filled;
    values[at + OWNER] = packOwner(owner, instructions);
    this.index.add(bucket, order);
    memory.openOrders += 1;
    this.orderCount += 1;
    return order;
  }

  /**
   * Puts an order, whose row is written, at the end of a shown level's queue, and tells so. It is
   * `link` written out: nearly every order comes here, and a call reads the arrays twice.
   */
  protected append(order: number, level: number): void {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const levelAt = level << SHIFT;
    const last = links[levelAt + PREVIOUS]!;
    links[at + NEXT] = level;
    links[at + PREVIOUS] = last;
    links[at + LEVEL] = level;
    links[(last << SHIFT) + NEXT] = order;
    links[levelAt + PREVIOUS] = order;
    links[levelAt + COUNT]! += 1;
    const shown = values[at + OPEN]!;
    values[levelAt + QUANTITY]! += shown;
    const side = (links[levelAt + TAG]! & SIDE) as Side;
    this.events.rested(values[at + ORDER_ID]!, side, values[levelAt + PRICE]!, shown);
  }

  /** Joins an order's neighbours in its queue to each other. */
  protected unlink(order: number): void {
    const links = this.memory.links;
    const next = links[(order << SHIFT) + NEXT]!;
    const previous = links[(order << SHIFT) + PREVIOUS]!;
    links[(previous << SHIFT) + NEXT] = next;
    links[(next << SHIFT) + PREVIOUS] = previous;
  }

  /**
   * A smaller quantity at the same price: the order stays where it is in its queue. What is not
   * shown goes first. Answers whether the level shows less.
   */
  protected shrink(order: number, level: number, open: number): boolean {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const levelAt = level << SHIFT;
    const before = values[at + OPEN]!;
    if (this.sums !== undefined) this.noteShrunk(order, level, open);
    const shown = open < before ? open : before;
    values[levelAt + QUANTITY]! -= before - shown;
    values[at + OPEN] = shown;
    if (values[at + OWNER]! >= ICEBERGS) this.memory.hidden[order] = open - shown;
    const tag = links[levelAt + TAG]!;
    const side = (tag & SIDE) as Side;
    const price = values[levelAt + PRICE]!;
    const owner = unpackOwner(values[at + OWNER]!);
    const orderId = values[at + ORDER_ID]!;
    this.events.replaced(orderId, owner, side, price, open, true);
    if (shown === before || (tag & HIDDEN) !== 0) return false;
    this.events.reduced(orderId, shown);
    return true;
  }

  private noteShrunk(order: number, level: number, open: number): void {
    const { links, values } = this.memory;
    const side = (links[(level << SHIFT) + TAG]! & SIDE) as Side;
    const before = values[(order << SHIFT) + OPEN]! + this.hiddenOf(order);
    this.noteOpen(side, values[(level << SHIFT) + PRICE]!, open - before);
  }

  /** Divides an iceberg's open lots into those shown, which are returned, and the others. */
  protected showPart(order: number, open: number, room: number): number {
    const { hidden, parts } = this.memory;
    const shown = Math.min(parts[order]!, open, room);
    hidden[order] = open - shown;
    return shown;
  }

  /** Takes an order, which no queue holds any more, out of the book. */
  protected forget(bucket: number, order: number): void {
    if (this.memory.values[(order << SHIFT) + OWNER]! >= ICEBERGS) this.icebergCount -= 1;
    this.forgetPlain(bucket, order);
  }

  /** The same of an order that is no iceberg. */
  protected forgetPlain(bucket: number, order: number): void {
    this.index.remove(bucket, order);
    this.memory.release(order);
    this.memory.openOrders -= 1;
    this.orderCount -= 1;
  }

  /** A command begins to meet the other side. */
  protected startTouching(): void {
    this.touchedCount = 0;
  }

  /** The level met last is as it was. */
  protected untouch(): void {
    this.touchedCount -= 1;
  }

  /** False when the level has been touched just before. */
  protected touch(price: number): boolean {
    // A level is met again after something rare was done to its first order.
    if (this.touchedCount > 0 && this.touched[this.touchedCount - 1] === price) return false;
    if (this.touchedCount === this.touched.length) {
      const longer = new Float64Array(this.touched.length * 2);
      longer.set(this.touched);
      this.touched = longer;
    }
    this.touched[this.touchedCount] = price;
    this.touchedCount += 1;
    return true;
  }

  /** Tells the levels traded with: all of them are empty now, except perhaps the last. */
  protected tellTouched(other: PriceLevels, takerSide: Side): void {
    const side = (1 - takerSide) as Side;
    const best = this.bestPrice(side);
    for (let i = 0; i < this.touchedCount; i += 1) {
      const price = this.touched[i]!;
      if (price === best) this.tellLevel(side, other.best);
      else this.events.levelChanged(side, price, 0, 0);
    }
  }

  /** Tells what is shown at a price now, if anything. */
  protected tellAt(side: Side, price: number): void {
    const levels = this.sides[side]!;
    const level = levels.find(levels.sign * price);
    if (level === NONE) this.events.levelChanged(side, price, 0, 0);
    else this.tellLevel(side, level);
  }

  protected tellLevel(side: Side, level: number): void {
    const { links, values } = this.memory;
    const at = level << SHIFT;
    this.events.levelChanged(side, values[at + PRICE]!, values[at + QUANTITY]!, links[at + COUNT]!);
  }
}
