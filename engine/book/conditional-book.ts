/** What orders may ask for besides price, quantity and time in force: judged before the first fill. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import {
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { ROW } from './book-rows.ts';
import { CrossingBook } from './crossing-book.ts';
import {
  instructionsOf,
  isIceberg,
  NOBODY,
  postOnlyOf,
  unpackOwner,
} from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';

const { NEXT, NONE, OPEN, OWNER, PRICE, QUANTITY, SHIFT } = ROW;
const { Gtc, Fok } = TimeInForce;
const { Off, Slide } = PostOnly;
const { Allow, CancelOldest, Decrement } = SelfTrade;
const { MinimumNotFilled, None, NotFilledWhole, PostOnlyWouldTrade } = Reason;

/** Out of the way of plain orders, which most are. */
export class ConditionalBook extends CrossingBook {
  /** The band that `slidKey` stays in. */
  private lowestPrice = -MAX_INTEGER;
  private highestPrice: number = MAX_INTEGER;

  setPriceBand(lowest: number, highest: number): void {
    this.lowestPrice = lowest;
    this.highestPrice = highest;
  }

  /**
   * Where a post-only order that would trade goes: the best key that does not cross. NaN where it
   * is refused instead.
   */
  protected slidKey(own: PriceLevels, other: PriceLevels, instructions: number): number {
    if (postOnlyOf(instructions) !== Slide) return Number.NaN;
    const key = -other.bestKey - 1;
    const price = own.sign * key;
    return price >= this.lowestPrice && price <= this.highestPrice ? key : Number.NaN;
  }

  /** A limit order that is new and well formed, with conditions that are. */
  protected limitOnConditions(
    bucket: number,
    orderId: number,
    owner: number,
    side: Side,
    ticks: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions: OrderConditions,
  ): Reason {
    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    const instructions = instructionsOf(conditions);
    if (isIceberg(instructions)) {
      this.memory.reserveIcebergs();
      this.comingPart = conditions.displayQuantity ?? 0;
    }
    let key = own.sign * ticks;
    let crosses = key + other.bestKey >= 0;
    if (crosses && postOnlyOf(instructions) !== Off) {
      key = this.slidKey(own, other, instructions);
      if (Number.isNaN(key)) return PostOnlyWouldTrade;
      crosses = false;
    }
    const rests = timeInForce === Gtc;
    const level = rests && !crosses ? own.find(key) : NONE;
    if (rests) {
      const { displayQuantity = 0 } = conditions;
      const refusal = this.findNoRoom(level, displayQuantity === 0 ? quantity : displayQuantity);
      if (refusal !== None) return refusal;
    }
    this.events.accepted(orderId, owner, side, ticks, quantity);
    const slid = own.sign * key + 0;
    if (slid !== ticks) this.events.replaced(orderId, owner, side, slid, quantity, false);
    const missing = this.findMissing(other, key, quantity, owner, timeInForce, conditions);
    if (missing === None) {
      this.enter(bucket, orderId, owner, instructions, side, key, level, quantity, crosses, rests);
    } else {
      this.events.cancelled(orderId, owner, side, ticks, quantity, missing);
    }
    return None;
  }

  /** Why an order that must fill, or much of it, cannot; or `None`. */
  protected findMissing(
    other: PriceLevels,
    key: number,
    quantity: number,
    owner: number,
    timeInForce: TimeInForce,
    { minimumQuantity = 0, selfTrade = Allow }: OrderConditions,
  ): Reason {
    const isWhole = timeInForce === Fok;
    const minimum = isWhole ? quantity : minimumQuantity;
    if (minimum === 0) return None;
    const fills =
      selfTrade === Allow && this.memory.hidden.length === 0
        ? this.wouldFill(other, key, minimum)
        : this.wouldFillFromOthers(other, key, quantity, minimum, owner, selfTrade);
    if (fills) return None;
    return isWhole ? NotFilledWhole : MinimumNotFilled;
  }

  /** Whether so many lots would fill at once. */
  private wouldFill(other: PriceLevels, key: number, quantity: number): boolean {
    const values = this.memory.values;
    let left = quantity;
    let level = other.best;
    while (level !== NONE) {
      const at = level << SHIFT;
      if (key + other.sign * values[at + PRICE]! < 0) return false;
      left -= values[at + QUANTITY]!;
      if (left <= 0) return true;
      level = other.worse(level);
    }
    return false;
  }

  /** The same with self-trade prevention or icebergs: order by order, as they would be met. */
  private wouldFillFromOthers(
    other: PriceLevels,
    key: number,
    quantity: number,
    minimum: number,
    owner: number,
    selfTrade: SelfTrade,
  ): boolean {
    const { links, values } = this.memory;
    const avoided = selfTrade === Allow ? NOBODY : owner;
    let wanted = quantity;
    let missing = minimum;
    for (let level = other.best; level !== NONE; level = other.worse(level)) {
      if (key + other.sign * values[(level << SHIFT) + PRICE]! < 0) return false;
      // What icebergs of others do not show yet comes after all that is shown.
      let hidden = 0;
      let order = links[(level << SHIFT) + NEXT]!;
      while (order !== level) {
        const at = order << SHIFT;
        const open = values[at + OPEN]!;
        if (unpackOwner(values[at + OWNER]!) !== avoided) {
          hidden += Math.min(missing, this.hiddenOf(order));
          wanted -= open;
          missing -= open;
          if (missing <= 0) return true;
        } else if (selfTrade === Decrement) {
          wanted -= open + this.hiddenOf(order);
          // What it gives up is no longer there to be filled.
          if (wanted < missing) return false;
        } else if (selfTrade !== CancelOldest) {
          return false;
        }
        order = links[at + NEXT]!;
      }
      wanted -= hidden;
      missing -= hidden;
      if (missing <= 0) return true;
    }
    return false;
  }
}
