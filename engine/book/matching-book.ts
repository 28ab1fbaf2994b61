/** The fast order book: price-time priority over typed arrays, without allocation per order. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import type { BookEvents, OrderBook } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { checkFields, checkTerms, isQuantity, isTimeInForce } from './order-checks.ts';
import type { PriceLevels } from './price-levels.ts';
import { StoredBook } from './stored-book.ts';

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
const { Gtc } = TimeInForce;
const HIGHEST = MAX_INTEGER;
const {
  BadField,
  BadQuantity,
  ByRequest,
  DuplicateOrderId,
  ImmediateRemainder,
  LevelFull,
  NoLiquidity,
  None,
  QuantityAlreadyFilled,
  TooManyOrders,
  UnknownOrder,
} = Reason;

/** A market order's limit as a key: it crosses whatever there is. */
const ANY_KEY = Number.MAX_SAFE_INTEGER;

/** Levels that one command may empty before the list of them grows. */
const INITIAL_TOUCHED = 64;

/**
 * Prices are compared as keys (see PriceLevels): an order crosses when its key and the best key of
 * the other side add up to 0 or more. The sum of two doubles always has the right sign.
 *
 * A command looks for every refusal first, and only then changes and tells things. It holds the
 * memory's arrays in locals: none is replaced after `reserve`.
 */
export class MatchingBook extends StoredBook implements OrderBook {
  private readonly events: BookEvents;
  /** Prices of the levels that the command now running has traded with, best first. */
  private touched: Float64Array;
  private touchedCount = 0;

  /** `instrument` is unique among the books that share the memory, below 2^30. */
  constructor(instrument: number, memory: BookMemory, events: BookEvents, maxWindowTicks?: number) {
    super(instrument, memory, maxWindowTicks);
    this.events = events;
    this.touched = new Float64Array(INITIAL_TOUCHED);
  }

  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
  ): Reason {
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isTimeInForce(timeInForce)) return BadField;
    refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const memory = this.memory;
    memory.reserve();
    const bucket = this.index.bucketOf(orderId);
    if (this.index.find(bucket, orderId) !== NONE) return DuplicateOrderId;

    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    // Turns -0 into 0, here and in `reenter`: no one else has to think of it.
    const ticks = price + 0;
    const key = own.sign * ticks;
    const crosses = key + other.bestKey >= 0;
    const rests = timeInForce === Gtc;
    let level: number = NONE;
    if (rests) {
      if (memory.isFull) return TooManyOrders;
      // Where this price crosses, its own side has no level at it.
      if (!crosses) level = own.find(key);
      if (level !== NONE && !this.hasRoom(level, quantity)) return LevelFull;
    }

    this.events.accepted(orderId, owner, side, ticks, quantity);
    let left = quantity;
    if (crosses) left = this.match(other, side, key, quantity, orderId, owner);
    if (!rests && left > 0) {
      this.events.cancelled(orderId, owner, side, ticks, left, ImmediateRemainder);
    }
    if (crosses) this.tellTouched(other, side);
    if (rests && left > 0) {
      const order = memory.take();
      const at = order << SHIFT;
      const values = memory.values;
      values[at + ORDER_ID] = orderId;
      values[at + OPEN] = left;
      values[at + FILLED] = quantity - left;
      values[at + OWNER] = owner;
      this.index.add(bucket, order);
      memory.openOrders += 1;
      this.orderCount += 1;
      if (level === NONE) level = own.add(key);
      this.append(order, level);
      this.tellLevel(side, level);
    }
    return None;
  }

  market(orderId: number, owner: number, side: Side, quantity: number): Reason {
    const refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isQuantity(quantity)) return BadQuantity;
    const bucket = this.index.bucketOf(orderId);
    if (this.index.find(bucket, orderId) !== NONE) return DuplicateOrderId;

    const other = this.sides[1 - side]!;
    this.events.accepted(orderId, owner, side, 0, quantity);
    const left = this.match(other, side, ANY_KEY, quantity, orderId, owner);
    if (left > 0) this.events.cancelled(orderId, owner, side, 0, left, NoLiquidity);
    this.tellTouched(other, side);
    return None;
  }

  cancel(orderId: number): Reason {
    const bucket = this.index.bucketOf(orderId);
    const order = this.findOwn(bucket, orderId);
    if (order === NONE) return UnknownOrder;
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const level = links[at + LEVEL]!;
    const levelAt = level << SHIFT;
    const side = (links[levelAt + TAG]! & 1) as Side;
    const price = values[levelAt + PRICE]!;
    const open = values[at + OPEN]!;
    this.events.cancelled(orderId, values[at + OWNER]!, side, price, open, ByRequest);

    const quantity = values[levelAt + QUANTITY]! - open;
    const count = links[levelAt + COUNT]! - 1;
    values[levelAt + QUANTITY] = quantity;
    links[levelAt + COUNT] = count;
    bridge(links, order);
    this.forget(bucket, order);
    if (count === 0) this.sides[side]!.remove(level);
    this.events.levelChanged(side, price, quantity, count);
    return None;
  }

  modify(orderId: number, price: number, quantity: number): Reason {
    const refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const bucket = this.index.bucketOf(orderId);
    const order = this.findOwn(bucket, orderId);
    if (order === NONE) return UnknownOrder;
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const wanted = quantity - values[at + FILLED]!;
    if (wanted < 1) return QuantityAlreadyFilled;
    const level = links[at + LEVEL]!;
    if (price === values[(level << SHIFT) + PRICE] && wanted < values[at + OPEN]!) {
      this.reduce(order, level, wanted);
      return None;
    }
    return this.reenter(bucket, order, price, wanted);
  }

  replace(orderId: number, price: number, quantity: number): Reason {
    const refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const bucket = this.index.bucketOf(orderId);
    const order = this.findOwn(bucket, orderId);
    if (order === NONE) return UnknownOrder;
    const filled = this.memory.values[(order << SHIFT) + FILLED]!;
    if (filled + quantity > HIGHEST) return BadQuantity;
    return this.reenter(bucket, order, price, quantity);
  }

  /** The row of an open order of this book; ids of other books that share the index do not count. */
  private findOwn(bucket: number, orderId: number): number {
    const order = this.index.find(bucket, orderId);
    const links = this.memory.links;
    // Row 0 has level 0, whose tag is 0, which is no instrument's.
    const level = links[(order << SHIFT) + LEVEL]!;
    return links[(level << SHIFT) + TAG]! >> 1 === this.instrument ? order : NONE;
  }

  /** Whether the level's quantity stays exact when so much comes. */
  private hasRoom(level: number, coming: number): boolean {
    return this.memory.values[(level << SHIFT) + QUANTITY]! + coming <= HIGHEST;
  }

  /** Fills against the other side, best price and oldest order first; returns what is left. */
  private match(
    other: PriceLevels,
    side: Side,
    key: number,
    quantity: number,
    takerId: number,
    takerOwner: number,
  ): number {
    let left = quantity;
    this.touchedCount = 0;
    while (left > 0 && key + other.bestKey >= 0) {
      const level = other.best;
      this.touch(this.memory.values[(level << SHIFT) + PRICE]!);
      left = this.matchLevel(level, side, left, takerId, takerOwner);
      if (this.memory.links[(level << SHIFT) + COUNT] === 0) other.remove(level);
    }
    return left;
  }

  private matchLevel(
    level: number,
    side: Side,
    quantity: number,
    takerId: number,
    takerOwner: number,
  ): number {
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    const price = values[levelAt + PRICE]!;
    let left = quantity;
    let filledOrders = 0;
    let maker = links[levelAt + NEXT]!;
    while (maker !== level && left > 0) {
      const at = maker << SHIFT;
      const makerId = values[at + ORDER_ID]!;
      const owner = values[at + OWNER]!;
      const open = values[at + OPEN]!;
      const fill = open < left ? open : left;
      const leaves = open - fill;
      left -= fill;
      this.events.traded(side, price, fill, makerId, owner, leaves, takerId, takerOwner, left);
      if (leaves > 0) {
        values[at + OPEN] = leaves;
        values[at + FILLED] = values[at + FILLED]! + fill;
      } else {
        const next = links[at + NEXT]!;
        this.forget(this.index.bucketOf(makerId), maker);
        filledOrders += 1;
        maker = next;
      }
    }
    links[levelAt + NEXT] = maker;
    links[(maker << SHIFT) + PREVIOUS] = level;
    links[levelAt + COUNT]! -= filledOrders;
    values[levelAt + QUANTITY]! -= quantity - left;
    return left;
  }

  /** A smaller quantity at the same price: the order stays where it is in its queue. */
  private reduce(order: number, level: number, wanted: number): void {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const levelAt = level << SHIFT;
    values[levelAt + QUANTITY]! -= values[at + OPEN]! - wanted;
    values[at + OPEN] = wanted;
    const side = (links[levelAt + TAG]! & 1) as Side;
    const price = values[levelAt + PRICE]!;
    this.events.replaced(values[at + ORDER_ID]!, values[at + OWNER]!, side, price, wanted, true);
    this.tellLevel(side, level);
  }

  /** Takes an order out of its queue and lets it in again as if it were new, with its own id. */
  private reenter(bucket: number, order: number, newPrice: number, quantity: number): Reason {
    const price = newPrice + 0;
    const memory = this.memory;
    memory.reserve();
    const { links, values } = memory;
    const at = order << SHIFT;
    const oldLevel = links[at + LEVEL]!;
    const oldLevelAt = oldLevel << SHIFT;
    const side = (links[oldLevelAt + TAG]! & 1) as Side;
    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    const key = own.sign * price;
    const crosses = key + other.bestKey >= 0;
    const oldOpen = values[at + OPEN]!;
    const oldPrice = values[oldLevelAt + PRICE]!;
    const staysAtLevel = price === oldPrice;
    let level = staysAtLevel ? oldLevel : crosses ? NONE : own.find(key);
    const coming = staysAtLevel ? quantity - oldOpen : quantity;
    if (level !== NONE && !this.hasRoom(level, coming)) return LevelFull;

    const orderId = values[at + ORDER_ID]!;
    const owner = values[at + OWNER]!;
    this.events.replaced(orderId, owner, side, price, quantity, false);
    bridge(links, order);
    const oldCount = links[oldLevelAt + COUNT]! - 1;
    const oldQuantity = values[oldLevelAt + QUANTITY]! - oldOpen;
    links[oldLevelAt + COUNT] = oldCount;
    values[oldLevelAt + QUANTITY] = oldQuantity;
    let left = quantity;
    if (!staysAtLevel) {
      if (oldCount === 0) own.remove(oldLevel);
      if (crosses) left = this.match(other, side, key, quantity, orderId, owner);
      this.events.levelChanged(side, oldPrice, oldQuantity, oldCount);
      if (crosses) this.tellTouched(other, side);
    }
    if (left > 0) {
      values[at + OPEN] = left;
      values[at + FILLED] = values[at + FILLED]! + (quantity - left);
      if (level === NONE) level = own.add(key);
      this.append(order, level);
      this.tellLevel(side, level);
    } else {
      this.forget(bucket, order);
    }
    return None;
  }

  /** Puts an order, whose row is written, at the end of a level's queue. */
  private append(order: number, level: number): void {
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
    values[levelAt + QUANTITY]! += values[at + OPEN]!;
  }

  private forget(bucket: number, order: number): void {
    this.index.remove(bucket, order);
    this.memory.release(order);
    this.memory.openOrders -= 1;
    this.orderCount -= 1;
  }

  private touch(price: number): void {
    if (this.touchedCount === this.touched.length) {
      const longer = new Float64Array(this.touched.length * 2);
      longer.set(this.touched);
      this.touched = longer;
    }
    this.touched[this.touchedCount] = price;
    this.touchedCount += 1;
  }

  /** Tells the levels traded with: all of them are empty now, except perhaps the last. */
  private tellTouched(other: PriceLevels, takerSide: Side): void {
    const side = (1 - takerSide) as Side;
    const best = this.bestPrice(side);
    for (let i = 0; i < this.touchedCount; i += 1) {
      const price = this.touched[i]!;
      if (price === best) this.tellLevel(side, other.best);
      else this.events.levelChanged(side, price, 0, 0);
    }
  }

  private tellLevel(side: Side, level: number): void {
    const { links, values } = this.memory;
    const at = level << SHIFT;
    this.events.levelChanged(side, values[at + PRICE]!, values[at + QUANTITY]!, links[at + COUNT]!);
  }
}

/** Joins an order's neighbours in its queue to each other. */
function bridge(links: Int32Array, order: number): void {
  const next = links[(order << SHIFT) + NEXT]!;
  const previous = links[(order << SHIFT) + PREVIOUS]!;
  links[(previous << SHIFT) + NEXT] = next;
  links[(next << SHIFT) + PREVIOUS] = previous;
}
