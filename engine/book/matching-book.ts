/** The fast order book: price-time priority over typed arrays, without allocation per order. */

import { type BookHash, MAX_INTEGER, Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';
import type { BookContents, BookEvents, OrderBook } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import {
  COUNT,
  HEAD,
  LEVEL_LINK_SHIFT,
  LEVEL_VALUE_SHIFT,
  type LevelPool,
  NO_LEVEL,
  PRICE,
  QUANTITY,
  TAG,
  TAIL,
} from './level-pool.ts';
import { checkFields, checkTerms, isTimeInForce } from './order-checks.ts';
import type { OrderIndex } from './order-index.ts';
import {
  FILLED,
  LEVEL,
  LINK_SHIFT,
  NEXT,
  NO_ORDER,
  OPEN,
  ORDER_ID,
  type OrderPool,
  OWNER,
  PREVIOUS,
  VALUE_SHIFT,
} from './order-pool.ts';
import { PriceLevels } from './price-levels.ts';

/** A market order's limit as a key: it crosses whatever there is. */
const ANY_KEY = Number.MAX_SAFE_INTEGER;

/** Levels that one command may empty before the list of them grows. */
const INITIAL_TOUCHED = 64;

/**
 *   side        PriceLevels: price -> level, and the best level
 *                    |
 *   level       HEAD |          TAIL
 *                    v           v
 *   orders      first <-> ... <-> last        NEXT and PREVIOUS, in order of priority
 *                 ^
 *   order id  ----+  OrderIndex
 *
 * Prices are compared as keys (see PriceLevels): an order crosses when its key and the best key of
 * the other side add up to 0 or more. The sum of two doubles always has the right sign.
 */
export class MatchingBook implements OrderBook, BookContents {
  orderCount = 0;
  private readonly instrument: number;
  private readonly orders: OrderPool;
  private readonly levels: LevelPool;
  private readonly index: OrderIndex;
  private readonly bids: PriceLevels;
  private readonly asks: PriceLevels;
  private readonly events: BookEvents;
  /** Prices of the levels that the command now running has traded with, best first. */
  private touched: Float64Array;
  private touchedCount = 0;

  /** `instrument` is unique among the books that share the memory, below 2^30. */
  constructor(instrument: number, memory: BookMemory, events: BookEvents, maxWindowTicks?: number) {
    this.instrument = instrument;
    this.orders = memory.orders;
    this.levels = memory.levels;
    this.index = memory.index;
    this.bids = new PriceLevels(memory.levels, 1, instrument * 2 + Side.Bid, maxWindowTicks);
    this.asks = new PriceLevels(memory.levels, -1, instrument * 2 + Side.Ask, maxWindowTicks);
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
    if (refusal !== Reason.None) return refusal;
    if (!isTimeInForce(timeInForce)) return Reason.BadField;
    refusal = checkTerms(price, quantity);
    if (refusal !== Reason.None) return refusal;
    if (this.index.find(orderId) !== NO_ORDER) return Reason.DuplicateOrderId;

    const own = side === Side.Bid ? this.bids : this.asks;
    const other = side === Side.Bid ? this.asks : this.bids;
    // 0 - price and + 0, because a key of -0 would show as a price of -0.
    const key = side === Side.Bid ? price + 0 : 0 - price;
    const crosses = key + other.bestKey >= 0;
    let level = NO_LEVEL;
    if (timeInForce === TimeInForce.Gtc) {
      if (this.orders.isFull) return Reason.TooManyOrders;
      // Where this price crosses, its own side has no level at it.
      if (!crosses) level = own.find(key);
      if (!this.hasRoom(level, 0, quantity)) return Reason.LevelFull;
    }

    this.events.accepted(orderId, owner, side, price + 0, quantity);
    let left = quantity;
    if (crosses) left = this.match(other, side, key, quantity, orderId, owner);
    if (left > 0 && timeInForce === TimeInForce.Ioc) {
      this.events.cancelled(orderId, owner, side, price + 0, left, Reason.ImmediateRemainder);
    }
    if (crosses) this.tellTouched(other, side);
    if (left > 0 && timeInForce === TimeInForce.Gtc) {
      const slot = this.orders.take();
      const at = slot << VALUE_SHIFT;
      const values = this.orders.values;
      values[at + ORDER_ID] = orderId;
      values[at + OPEN] = left;
      values[at + FILLED] = quantity - left;
      values[at + OWNER] = owner;
      this.index.add(slot, orderId);
      this.orderCount += 1;
      if (level === NO_LEVEL) level = own.add(key);
      this.append(slot, level, left);
      this.tellLevel(side, level);
    }
    return Reason.None;
  }

  market(orderId: number, owner: number, side: Side, quantity: number): Reason {
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== Reason.None) return refusal;
    refusal = checkTerms(0, quantity);
    if (refusal !== Reason.None) return refusal;
    if (this.index.find(orderId) !== NO_ORDER) return Reason.DuplicateOrderId;

    const other = side === Side.Bid ? this.asks : this.bids;
    this.events.accepted(orderId, owner, side, 0, quantity);
    const left = this.match(other, side, ANY_KEY, quantity, orderId, owner);
    if (left > 0) this.events.cancelled(orderId, owner, side, 0, left, Reason.NoLiquidity);
    this.tellTouched(other, side);
    return Reason.None;
  }

  cancel(orderId: number): Reason {
    const slot = this.findOwn(orderId);
    if (slot === NO_ORDER) return Reason.UnknownOrder;
    const values = this.orders.values;
    const open = values[(slot << VALUE_SHIFT) + OPEN]!;
    const owner = values[(slot << VALUE_SHIFT) + OWNER]!;
    const level = this.orders.links[(slot << LINK_SHIFT) + LEVEL]!;
    const price = this.priceOf(level);
    const side = this.sideOf(level);
    this.events.cancelled(orderId, owner, side, price, open, Reason.ByRequest);
    const levelIsGone = this.unlink(slot, level, open);
    this.forget(slot, orderId);
    if (levelIsGone) this.events.levelChanged(side, price, 0, 0);
    else this.tellLevel(side, level);
    return Reason.None;
  }

  modify(orderId: number, price: number, quantity: number): Reason {
    const refusal = checkTerms(price, quantity);
    if (refusal !== Reason.None) return refusal;
    const slot = this.findOwn(orderId);
    if (slot === NO_ORDER) return Reason.UnknownOrder;
    const at = slot << VALUE_SHIFT;
    const open = this.orders.values[at + OPEN]!;
    const wanted = quantity - this.orders.values[at + FILLED]!;
    if (wanted < 1) return Reason.QuantityAlreadyFilled;
    const level = this.orders.links[(slot << LINK_SHIFT) + LEVEL]!;
    if (wanted < open && price === this.priceOf(level)) {
      this.reduce(slot, level, open - wanted);
      return Reason.None;
    }
    return this.reenter(slot, level, price + 0, wanted);
  }

  replace(orderId: number, price: number, quantity: number): Reason {
    const refusal = checkTerms(price, quantity);
    if (refusal !== Reason.None) return refusal;
    const slot = this.findOwn(orderId);
    if (slot === NO_ORDER) return Reason.UnknownOrder;
    const filled = this.orders.values[(slot << VALUE_SHIFT) + FILLED]!;
    if (filled + quantity > MAX_INTEGER) return Reason.BadQuantity;
    const level = this.orders.links[(slot << LINK_SHIFT) + LEVEL]!;
    return this.reenter(slot, level, price + 0, quantity);
  }

  bestPrice(side: Side): number | undefined {
    const best = this.levelsOf(side).best;
    return best === NO_LEVEL ? undefined : this.priceOf(best);
  }

  levelCount(side: Side): number {
    return this.levelsOf(side).count;
  }

  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void {
    const levels = this.levelsOf(side);
    const { links, values } = this.levels;
    for (let level = levels.best; level !== NO_LEVEL; level = levels.worse(level)) {
      const at = level << LEVEL_VALUE_SHIFT;
      visit(
        values[at + PRICE]!,
        values[at + QUANTITY]!,
        links[(level << LEVEL_LINK_SHIFT) + COUNT]!,
      );
    }
  }

  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number) => void,
  ): void {
    const level = this.levelsOf(side).find(side === Side.Bid ? price : 0 - price);
    if (level === NO_LEVEL) return;
    const { links, values } = this.orders;
    let slot = this.levels.links[(level << LEVEL_LINK_SHIFT) + HEAD]!;
    while (slot !== NO_ORDER) {
      const at = slot << VALUE_SHIFT;
      visit(values[at + ORDER_ID]!, values[at + OWNER]!, values[at + OPEN]!, values[at + FILLED]!);
      slot = links[(slot << LINK_SHIFT) + NEXT]!;
    }
  }

  /** Adds every level to the hash, which its caller has reset. */
  hashInto(hash: BookHash): void {
    for (const side of [Side.Bid, Side.Ask]) {
      this.forEachLevel(side, (price, quantity, orderCount) => {
        hash.add(side, price, quantity, orderCount);
      });
    }
  }

  private levelsOf(side: Side): PriceLevels {
    return side === Side.Bid ? this.bids : this.asks;
  }

  /** The slot of an open order of this book; ids of other books that share the index do not count. */
  private findOwn(orderId: number): number {
    const slot = this.index.find(orderId);
    if (slot === NO_ORDER) return NO_ORDER;
    const level = this.orders.links[(slot << LINK_SHIFT) + LEVEL]!;
    const tag = this.levels.links[(level << LEVEL_LINK_SHIFT) + TAG]!;
    return tag >> 1 === this.instrument ? slot : NO_ORDER;
  }

  private priceOf(level: number): number {
    return this.levels.values[(level << LEVEL_VALUE_SHIFT) + PRICE]!;
  }

  private sideOf(level: number): Side {
    return (this.levels.links[(level << LEVEL_LINK_SHIFT) + TAG]! & 1) as Side;
  }

  /** Whether the level's quantity stays exact when `leaving` goes and `coming` comes. */
  private hasRoom(level: number, leaving: number, coming: number): boolean {
    if (level === NO_LEVEL) return true;
    const quantity = this.levels.values[(level << LEVEL_VALUE_SHIFT) + QUANTITY]!;
    return quantity - leaving + coming <= MAX_INTEGER;
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
      this.touch(this.priceOf(level));
      left = this.matchLevel(level, side, left, takerId, takerOwner);
      if (this.levels.links[(level << LEVEL_LINK_SHIFT) + HEAD] === NO_ORDER) other.remove(level);
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
    const { links, values } = this.orders;
    const price = this.priceOf(level);
    const levelAt = level << LEVEL_LINK_SHIFT;
    let left = quantity;
    let filledOrders = 0;
    let maker = this.levels.links[levelAt + HEAD]!;
    while (maker !== NO_ORDER && left > 0) {
      const at = maker << VALUE_SHIFT;
      const makerId = values[at + ORDER_ID]!;
      const open = values[at + OPEN]!;
      const fill = open < left ? open : left;
      left -= fill;
      this.events.traded(
        side,
        price,
        fill,
        makerId,
        values[at + OWNER]!,
        open - fill,
        takerId,
        takerOwner,
        left,
      );
      if (fill < open) {
        values[at + OPEN] = open - fill;
        values[at + FILLED] = values[at + FILLED]! + fill;
      } else {
        const next = links[(maker << LINK_SHIFT) + NEXT]!;
        this.forget(maker, makerId);
        filledOrders += 1;
        maker = next;
      }
    }
    const levelLinks = this.levels.links;
    levelLinks[levelAt + HEAD] = maker;
    levelLinks[levelAt + COUNT]! -= filledOrders;
    if (maker !== NO_ORDER) links[(maker << LINK_SHIFT) + PREVIOUS] = NO_ORDER;
    this.levels.values[(level << LEVEL_VALUE_SHIFT) + QUANTITY]! -= quantity - left;
    return left;
  }

  /** A smaller quantity at the same price: the order stays where it is in its queue. */
  private reduce(slot: number, level: number, by: number): void {
    const values = this.orders.values;
    const at = slot << VALUE_SHIFT;
    const open = values[at + OPEN]! - by;
    values[at + OPEN] = open;
    const levelAt = level << LEVEL_VALUE_SHIFT;
    const price = this.levels.values[levelAt + PRICE]!;
    this.levels.values[levelAt + QUANTITY]! -= by;
    const side = this.sideOf(level);
    this.events.replaced(values[at + ORDER_ID]!, values[at + OWNER]!, side, price, open, true);
    this.tellLevel(side, level);
  }

  /** Takes an order out of its queue and lets it in again as if it were new, with its own id. */
  private reenter(slot: number, oldLevel: number, price: number, quantity: number): Reason {
    const side = this.sideOf(oldLevel);
    const own = side === Side.Bid ? this.bids : this.asks;
    const other = side === Side.Bid ? this.asks : this.bids;
    const key = side === Side.Bid ? price : 0 - price;
    const crosses = key + other.bestKey >= 0;
    const at = slot << VALUE_SHIFT;
    const values = this.orders.values;
    const oldOpen = values[at + OPEN]!;
    let level = crosses ? NO_LEVEL : own.find(key);
    if (!this.hasRoom(level, level === oldLevel ? oldOpen : 0, quantity)) return Reason.LevelFull;

    const orderId = values[at + ORDER_ID]!;
    const owner = values[at + OWNER]!;
    this.events.replaced(orderId, owner, side, price, quantity, false);
    if (level === oldLevel) {
      values[at + OPEN] = quantity;
      this.moveToTail(slot, level, quantity - oldOpen);
      this.tellLevel(side, level);
      return Reason.None;
    }
    const oldPrice = this.priceOf(oldLevel);
    const oldLevelIsGone = this.unlink(slot, oldLevel, oldOpen);
    let left = quantity;
    if (crosses) left = this.match(other, side, key, quantity, orderId, owner);
    if (oldLevelIsGone) this.events.levelChanged(side, oldPrice, 0, 0);
    else this.tellLevel(side, oldLevel);
    if (crosses) this.tellTouched(other, side);
    if (left === 0) {
      this.forget(slot, orderId);
      return Reason.None;
    }
    values[at + OPEN] = left;
    values[at + FILLED] = values[at + FILLED]! + quantity - left;
    if (level === NO_LEVEL) level = own.add(key);
    this.append(slot, level, left);
    this.tellLevel(side, level);
    return Reason.None;
  }

  /** Puts an order at the end of a level's queue. */
  private append(slot: number, level: number, open: number): void {
    const links = this.orders.links;
    const levelLinks = this.levels.links;
    const at = slot << LINK_SHIFT;
    const levelAt = level << LEVEL_LINK_SHIFT;
    const tail = levelLinks[levelAt + TAIL]!;
    links[at + NEXT] = NO_ORDER;
    links[at + PREVIOUS] = tail;
    links[at + LEVEL] = level;
    if (tail === NO_ORDER) levelLinks[levelAt + HEAD] = slot;
    else links[(tail << LINK_SHIFT) + NEXT] = slot;
    levelLinks[levelAt + TAIL] = slot;
    levelLinks[levelAt + COUNT]! += 1;
    this.levels.values[(level << LEVEL_VALUE_SHIFT) + QUANTITY]! += open;
  }

  /**
   * Takes an order out of its level's queue, and the level out of its side when it was the last:
   * then the answer is true.
   */
  private unlink(slot: number, level: number, open: number): boolean {
    this.bridge(slot, level);
    const levelLinks = this.levels.links;
    const count = levelLinks[(level << LEVEL_LINK_SHIFT) + COUNT]! - 1;
    levelLinks[(level << LEVEL_LINK_SHIFT) + COUNT] = count;
    this.levels.values[(level << LEVEL_VALUE_SHIFT) + QUANTITY]! -= open;
    if (count === 0) this.levelsOf(this.sideOf(level)).remove(level);
    return count === 0;
  }

  private moveToTail(slot: number, level: number, quantityChange: number): void {
    this.bridge(slot, level);
    this.append(slot, level, quantityChange);
    this.levels.links[(level << LEVEL_LINK_SHIFT) + COUNT]! -= 1;
  }

  /** Joins an order's neighbours in the queue to each other. */
  private bridge(slot: number, level: number): void {
    const links = this.orders.links;
    const levelAt = level << LEVEL_LINK_SHIFT;
    const next = links[(slot << LINK_SHIFT) + NEXT]!;
    const previous = links[(slot << LINK_SHIFT) + PREVIOUS]!;
    if (previous === NO_ORDER) this.levels.links[levelAt + HEAD] = next;
    else links[(previous << LINK_SHIFT) + NEXT] = next;
    if (next === NO_ORDER) this.levels.links[levelAt + TAIL] = previous;
    else links[(next << LINK_SHIFT) + PREVIOUS] = previous;
  }

  private forget(slot: number, orderId: number): void {
    this.index.remove(slot, orderId);
    this.orders.release(slot);
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
    const side = takerSide === Side.Bid ? Side.Ask : Side.Bid;
    const best = other.best === NO_LEVEL ? Number.NaN : this.priceOf(other.best);
    for (let i = 0; i < this.touchedCount; i += 1) {
      const price = this.touched[i]!;
      if (price === best) this.tellLevel(side, other.best);
      else this.events.levelChanged(side, price, 0, 0);
    }
  }

  private tellLevel(side: Side, level: number): void {
    const at = level << LEVEL_VALUE_SHIFT;
    this.events.levelChanged(
      side,
      this.levels.values[at + PRICE]!,
      this.levels.values[at + QUANTITY]!,
      this.levels.links[(level << LEVEL_LINK_SHIFT) + COUNT]!,
    );
  }
}
