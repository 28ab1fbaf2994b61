/** The fast order book: price-time priority over typed arrays, without allocation per order. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import {
  MAX_ICEBERG_PARTS,
  type OrderConditions,
  PostOnly,
  Reason,
  TimeInForce,
} from '../protocol/index.ts';
import { AuctionBook } from './auction-book.ts';
import type { BookEvents, OrderBook } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW, TAG_BITS } from './book-rows.ts';
import {
  checkConditions,
  checkFields,
  checkTerms,
  isPrice,
  isQuantity,
  isTimeInForce,
} from './order-checks.ts';
import {
  FIRST_ICEBERG,
  instructionsOf,
  plainInstructionsOf,
  postOnlyOf,
  unpackInstructions,
  unpackOwner,
} from './order-instructions.ts';

const { COUNT, FILLED, LEVEL, NONE, OPEN, ORDER_ID, OWNER, PRICE, QUANTITY, SHIFT, TAG } = ROW;
const { HIDDEN, SIDE } = TAG_BITS;
const { Gtc, Ioc } = TimeInForce;
const { Off } = PostOnly;
const HIGHEST = MAX_INTEGER;
const ICEBERGS = FIRST_ICEBERG;
const {
  BadField,
  BadPrice,
  BadQuantity,
  ByRequest,
  DuplicateOrderId,
  LevelFull,
  None,
  NotInAuction,
  PostOnlyWouldTrade,
  QuantityAlreadyFilled,
  UnknownOrder,
} = Reason;

const NO_CONDITIONS: OrderConditions = {};

/** A market order's limit as a key: it crosses whatever there is. */
const ANY_KEY = Number.MAX_SAFE_INTEGER;

/**
 * Prices are compared as keys (see PriceLevels): an order crosses when its key and the best key of
 * the other side add up to 0 or more. The sum of two doubles always has the right sign.
 *
 * A command looks for every refusal first, and only then changes and tells things. It holds the
 * memory's arrays in locals: none is replaced after `reserve`.
 */
export class MatchingBook extends AuctionBook implements OrderBook {
  /** `instrument` is unique among the books that share the memory, below 2^29. */
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
    this.wasBounded = false;
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isTimeInForce(timeInForce)) return BadField;
    refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    this.memory.reserve();
    const bucket = this.index.bucketOf(orderId);
    // Turns -0 into 0, here and in `reenter`: no one else has to think of it.
    const ticks = price + 0;
    const own = this.sides[side]!;
    const key = own.sign * ticks;
    const isShort = this.isPlain || this.isFree(side, key);
    const instructions = conditions === undefined ? 0 : plainInstructionsOf(conditions);
    if (timeInForce > Ioc || instructions < 0 || !isShort) {
      const asked = conditions ?? NO_CONDITIONS;
      refusal = checkConditions(asked, quantity, timeInForce === Gtc);
      if (refusal !== None) return refusal;
      return this.limitGuarded(bucket, orderId, owner, side, ticks, quantity, timeInForce, asked);
    }
    if (this.index.find(bucket, orderId) !== NONE) return DuplicateOrderId;
    const other = this.sides[1 - side]!;
    const crosses = key + other.bestKey >= 0;
    const rests = timeInForce === Gtc;
    // Where this price crosses, its own side has no level at it.
    const level = rests && !crosses ? own.find(key) : NONE;
    if (rests) {
      refusal = this.findNoRoom(level, quantity);
      if (refusal !== None) return refusal;
    }
    this.events.accepted(orderId, owner, side, ticks, quantity);
    this.enter(bucket, orderId, owner, instructions, side, key, level, quantity, crosses, rests);
    return None;
  }

  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce: TimeInForce = Gtc,
    conditions: OrderConditions = NO_CONDITIONS,
    worstPrice?: number,
  ): Reason {
    this.wasBounded = false;
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    if (!isTimeInForce(timeInForce)) return BadField;
    if (!isQuantity(quantity)) return BadQuantity;
    if (worstPrice !== undefined && !isPrice(worstPrice)) return BadPrice;
    refusal = checkConditions(conditions, quantity, false);
    if (refusal !== None) return refusal;
    if (!this.isMatching) return NotInAuction;
    if (this.index.find(this.index.bucketOf(orderId), orderId) !== NONE) return DuplicateOrderId;

    this.events.accepted(orderId, owner, side, 0, quantity);
    const key = worstPrice === undefined ? ANY_KEY : this.sides[side]!.sign * worstPrice;
    this.startMeeting(this.reachOf(side, key));
    const missing = this.findMissing(side, quantity, owner, timeInForce, conditions);
    if (missing !== None) {
      this.events.cancelled(orderId, owner, side, 0, quantity, missing);
      return None;
    }
    const instructions = instructionsOf(conditions);
    const left = this.meet(side, 0, quantity, orderId, owner, instructions);
    if (left > 0) {
      this.events.cancelled(orderId, owner, side, 0, left, this.judgeStop(side, key));
    }
    this.tellTouched(this.sides[1 - side]!, side);
    this.judgePlain();
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
    const tag = links[levelAt + TAG]!;
    if ((tag & HIDDEN) !== 0) return this.cancelHidden(order);
    const side = (tag & SIDE) as Side;
    const price = values[levelAt + PRICE]!;
    const open = values[at + OPEN]!;
    const packed = values[at + OWNER]!;
    const all = packed >= ICEBERGS ? open + this.hiddenOf(order) : open;
    if (this.sums !== undefined) this.noteOpen(side, price, -all);
    this.events.cancelled(orderId, unpackOwner(packed), side, price, all, ByRequest);
    this.events.reduced(orderId, 0);

    const quantity = values[levelAt + QUANTITY]! - open;
    const count = links[levelAt + COUNT]! - 1;
    values[levelAt + QUANTITY] = quantity;
    links[levelAt + COUNT] = count;
    this.unlink(order);
    if (packed >= ICEBERGS) this.icebergCount -= 1;
    this.forgetPlain(bucket, order);
    if (count === 0) this.sides[side]!.remove(level);
    this.events.levelChanged(side, price, quantity, count);
    return None;
  }

  modify(orderId: number, price: number, quantity: number): Reason {
    this.wasBounded = false;
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
    if (
      price === values[(level << SHIFT) + PRICE] &&
      wanted < values[at + OPEN]! + this.hiddenOf(order)
    ) {
      const isShown = this.shrink(order, level, wanted);
      if (isShown) this.tellLevel((links[(level << SHIFT) + TAG]! & SIDE) as Side, level);
      return None;
    }
    return this.reenter(bucket, order, price, wanted);
  }

  replace(orderId: number, price: number, quantity: number): Reason {
    this.wasBounded = false;
    const refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const bucket = this.index.bucketOf(orderId);
    const order = this.findOwn(bucket, orderId);
    if (order === NONE) return UnknownOrder;
    const filled = this.memory.values[(order << SHIFT) + FILLED]!;
    if (filled + quantity > HIGHEST) return BadQuantity;
    return this.reenter(bucket, order, price, quantity);
  }

  /** Takes an order out of its queue and lets it in again as if it were new, with its own id. */
  private reenter(bucket: number, order: number, newPrice: number, quantity: number): Reason {
    const memory = this.memory;
    memory.reserve();
    const { links, values } = memory;
    const at = order << SHIFT;
    const oldLevel = links[at + LEVEL]!;
    const oldLevelAt = oldLevel << SHIFT;
    const tag = links[oldLevelAt + TAG]!;
    const side = (tag & SIDE) as Side;
    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    const packed = values[at + OWNER]!;
    let price = newPrice + 0;
    let key = own.sign * price;
    if (!this.isPlain && ((tag & HIDDEN) !== 0 || !this.isFree(side, key))) {
      return this.reenterGuarded(order, newPrice, quantity, true);
    }
    let crosses = key + other.bestKey >= 0;
    const instructions = unpackInstructions(packed);
    const isParted = packed >= ICEBERGS;
    if (isParted && quantity > memory.parts[order]! * MAX_ICEBERG_PARTS) return BadQuantity;
    if (crosses && postOnlyOf(instructions) !== Off) {
      key = this.slidKey(side, instructions);
      if (Number.isNaN(key)) return PostOnlyWouldTrade;
      price = own.sign * key + 0;
      crosses = false;
    }
    const oldOpen = values[at + OPEN]!;
    const oldPrice = values[oldLevelAt + PRICE]!;
    const staysAtLevel = price === oldPrice;
    let level = staysAtLevel ? oldLevel : crosses ? NONE : own.find(key);
    const shown = isParted ? Math.min(quantity, memory.parts[order]!) : quantity;
    const coming = staysAtLevel ? shown - oldOpen : shown;
    if (level !== NONE && !this.hasRoom(level, coming)) return LevelFull;

    const orderId = values[at + ORDER_ID]!;
    const owner = unpackOwner(packed);
    this.events.replaced(orderId, owner, side, price, quantity, false);
    this.events.reduced(orderId, 0);
    this.unlink(order);
    const oldCount = links[oldLevelAt + COUNT]! - 1;
    const oldQuantity = values[oldLevelAt + QUANTITY]! - oldOpen;
    links[oldLevelAt + COUNT] = oldCount;
    values[oldLevelAt + QUANTITY] = oldQuantity;
    let left = quantity;
    let filled = 0;
    if (!staysAtLevel) {
      if (oldCount === 0) own.remove(oldLevel);
      if (crosses) {
        this.startMeeting(key);
        left = this.match(other, side, price, quantity, orderId, owner, instructions);
        filled = quantity - left - this.decremented;
      }
      this.events.levelChanged(side, oldPrice, oldQuantity, oldCount);
      if (crosses) this.tellTouched(other, side);
    }
    if (left > 0) {
      values[at + OPEN] = isParted ? this.showPart(order, left, left) : left;
      values[at + FILLED] = values[at + FILLED]! + filled;
      if (level === NONE) level = own.add(key);
      this.append(order, level);
      this.tellLevel(side, level);
    } else {
      this.forget(bucket, order);
    }
    return None;
  }
}
