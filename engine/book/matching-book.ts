/** The fast order book: price-time priority over typed arrays, without allocation per order. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import { type OrderConditions, Reason, TimeInForce } from '../protocol/index.ts';
import type { BookEvents, OrderBook } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { CrossingBook } from './crossing-book.ts';
import {
  checkConditions,
  checkFields,
  checkTerms,
  isQuantity,
  isTimeInForce,
} from './order-checks.ts';
import type { PriceLevels } from './price-levels.ts';

const { COUNT, FILLED, LEVEL, NONE, OPEN, ORDER_ID, OWNER, PRICE, QUANTITY, SHIFT, TAG } = ROW;
const { Gtc, Fok, Ioc } = TimeInForce;
const HIGHEST = MAX_INTEGER;
const {
  BadField,
  BadQuantity,
  ByRequest,
  DuplicateOrderId,
  ImmediateRemainder,
  LevelFull,
  MinimumNotFilled,
  NoLiquidity,
  None,
  NotFilledWhole,
  QuantityAlreadyFilled,
  TooManyOrders,
  UnknownOrder,
} = Reason;

/** A market order's limit as a key: it crosses whatever there is. */
const ANY_KEY = Number.MAX_SAFE_INTEGER;

/**
 * Prices are compared as keys (see PriceLevels): an order crosses when its key and the best key of
 * the other side add up to 0 or more. The sum of two doubles always has the right sign.
 *
 * A command looks for every refusal first, and only then changes and tells things. It holds the
 * memory's arrays in locals: none is replaced after `reserve`.
 */
export class MatchingBook extends CrossingBook implements OrderBook {
  /** `instrument` is unique among the books that share the memory, below 2^30. */
  constructor(instrument: number, memory: BookMemory, events: BookEvents, maxWindowTicks?: number) {
    super(instrument, memory, events, maxWindowTicks);
  }

  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions?: OrderConditions,
  ): Reason {
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isTimeInForce(timeInForce)) return BadField;
    refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const isPlain = timeInForce <= Ioc && conditions === undefined;
    if (conditions !== undefined) {
      refusal = checkConditions(conditions, quantity);
      if (refusal !== None) return refusal;
    }
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
    if (!isPlain) {
      const missing = this.findMissing(other, key, quantity, timeInForce, conditions);
      if (missing !== None) {
        this.events.cancelled(orderId, owner, side, ticks, quantity, missing);
        return None;
      }
    }
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

  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce: TimeInForce = Gtc,
    conditions?: OrderConditions,
  ): Reason {
    const refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isTimeInForce(timeInForce)) return BadField;
    if (!isQuantity(quantity)) return BadQuantity;
    if (conditions !== undefined && checkConditions(conditions, quantity) !== None) {
      return BadQuantity;
    }
    const bucket = this.index.bucketOf(orderId);
    if (this.index.find(bucket, orderId) !== NONE) return DuplicateOrderId;

    const other = this.sides[1 - side]!;
    this.events.accepted(orderId, owner, side, 0, quantity);
    const missing = this.findMissing(other, ANY_KEY, quantity, timeInForce, conditions);
    if (missing !== None) {
      this.events.cancelled(orderId, owner, side, 0, quantity, missing);
      return None;
    }
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
    this.unlink(order);
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

  /** Why an order that must fill, or much of it, cannot; or `None`. */
  private findMissing(
    other: PriceLevels,
    key: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions: OrderConditions | undefined,
  ): Reason {
    const isWhole = timeInForce === Fok;
    const minimum = isWhole ? quantity : (conditions?.minimumQuantity ?? 0);
    if (minimum === 0 || this.wouldFill(other, key, minimum)) return None;
    return isWhole ? NotFilledWhole : MinimumNotFilled;
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
    this.unlink(order);
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
}
