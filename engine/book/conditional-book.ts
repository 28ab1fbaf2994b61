/** What orders ask for besides price, quantity and time in force: judged before the first fill. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import {
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { ROW } from './book-rows.ts';
import { MeetingBook } from './meeting-book.ts';
import {
  instructionsOf,
  isIceberg,
  NOBODY,
  postOnlyOf,
  unpackOwner,
} from './order-instructions.ts';

const { NEXT, NONE, OPEN, OWNER, PRICE, QUANTITY, SHIFT } = ROW;
const { Gtc, Fok } = TimeInForce;
const { Off, Slide } = PostOnly;
const { Allow, CancelOldest, Decrement } = SelfTrade;
const {
  DuplicateOrderId,
  MinimumNotFilled,
  None,
  NotFilledWhole,
  NotInAuction,
  PostOnlyWouldTrade,
} = Reason;

/** Out of the way of plain orders, which most are. */
export class ConditionalBook extends MeetingBook {
  /** The band that `slidKey` stays in. */
  private lowestPrice = -MAX_INTEGER;
  private highestPrice: number = MAX_INTEGER;
  /** How far the count of what would fill at once has come: see `wouldFillFromOthers`. */
  private wanted = 0;
  private missing = 0;

  setPriceBand(lowest: number, highest: number): void {
    this.lowestPrice = lowest;
    this.highestPrice = highest;
  }

  /**
   * Where a post-only order that would trade goes: the best key that does not cross. NaN where it
   * is refused instead.
   */
  protected slidKey(side: Side, instructions: number): number {
    if (postOnlyOf(instructions) !== Slide) return Number.NaN;
    const key = -this.bestKeyOf((1 - side) as Side) - 1;
    const price = this.sides[side]!.sign * key;
    return price >= this.lowestPrice && price <= this.highestPrice ? key : Number.NaN;
  }

  /** A limit order that is new and well formed, with conditions that are, in any book. */
  protected limitGuarded(
    bucket: number,
    orderId: number,
    owner: number,
    side: Side,
    ticks: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions: OrderConditions,
  ): Reason {
    const { displayQuantity = 0, minimumQuantity = 0, isHidden = false } = conditions;
    const rests = timeInForce === Gtc;
    const instructions = instructionsOf(conditions);
    const isPostOnly = postOnlyOf(instructions) !== Off;
    if (!this.isMatching && (!rests || isPostOnly || minimumQuantity > 0)) return NotInAuction;
    if (this.index.find(bucket, orderId) !== NONE) return DuplicateOrderId;
    const own = (isHidden ? this.hiddenSides : this.sides)[side]!;
    let key = own.sign * ticks;
    if (isPostOnly && this.crosses(side, key)) {
      key = this.slidKey(side, instructions);
      if (Number.isNaN(key)) return PostOnlyWouldTrade;
    }
    if (rests) {
      const meets = this.isMatching && this.crosses(side, key);
      const coming = displayQuantity === 0 ? quantity : displayQuantity;
      const refusal = this.findNoRoom(meets ? NONE : own.find(key), coming);
      if (refusal !== None) return refusal;
    }
    if (isIceberg(instructions)) {
      this.memory.reserveIcebergs();
      this.comingPart = displayQuantity;
    }
    this.events.accepted(orderId, owner, side, ticks, quantity);
    const slid = own.sign * key + 0;
    if (slid !== ticks) this.events.replaced(orderId, owner, side, slid, quantity, false);
    this.startMeeting(this.reachOf(side, key));
    const missing = this.findMissing(side, quantity, owner, timeInForce, conditions);
    if (missing === None) {
      this.enterGuarded(orderId, owner, instructions, own, side, key, quantity, 0, rests, slid);
    } else {
      this.events.cancelled(orderId, owner, side, ticks, quantity, missing);
    }
    return None;
  }

  /** Why an order that must fill, or much of it, as far as `reach`, cannot; or `None`. */
  protected findMissing(
    side: Side,
    quantity: number,
    owner: number,
    timeInForce: TimeInForce,
    { minimumQuantity = 0, selfTrade = Allow }: OrderConditions,
  ): Reason {
    const isWhole = timeInForce === Fok;
    const minimum = isWhole ? quantity : minimumQuantity;
    if (minimum === 0) return None;
    const other = (1 - side) as Side;
    const isSimple = selfTrade === Allow && this.icebergCount === 0;
    const fills =
      isSimple && this.hiddenSides[other]!.count === 0
        ? this.wouldFill(other, minimum)
        : this.wouldFillFromOthers(other, quantity, minimum, owner, selfTrade);
    if (fills) return None;
    return isWhole ? NotFilledWhole : MinimumNotFilled;
  }

  /** Whether so many lots would fill at once. */
  private wouldFill(otherSide: Side, quantity: number): boolean {
    const { reach } = this;
    const values = this.memory.values;
    const other = this.sides[otherSide]!;
    let left = quantity;
    let level = other.best;
    while (level !== NONE) {
      const at = level << SHIFT;
      if (reach + other.sign * values[at + PRICE]! < 0) return false;
      left -= values[at + QUANTITY]!;
      if (left <= 0) return true;
      level = other.worse(level);
    }
    return false;
  }

  /** The same with self-trade prevention, icebergs or hidden orders: as they would be met. */
  private wouldFillFromOthers(
    otherSide: Side,
    quantity: number,
    minimum: number,
    owner: number,
    selfTrade: SelfTrade,
  ): boolean {
    const { reach } = this;
    const shown = this.sides[otherSide]!;
    const hidden = this.hiddenSides[otherSide]!;
    let nextShown = shown.best;
    let nextHidden = hidden.best;
    this.wanted = quantity;
    this.missing = minimum;
    for (;;) {
      const level = this.bestOf(nextShown, nextHidden);
      if (level === NONE) return false;
      const key = shown.sign * this.memory.values[(level << SHIFT) + PRICE]!;
      if (reach + key < 0 || !this.countLevel(level, owner, selfTrade)) return false;
      if (this.missing <= 0) return true;
      if (level === nextShown) nextShown = shown.worse(level);
      else nextHidden = hidden.worse(level);
    }
  }

  /** Takes from `wanted` and `missing` what a level gives; false where it ends the order. */
  private countLevel(level: number, owner: number, selfTrade: SelfTrade): boolean {
    const { links, values } = this.memory;
    const avoided = selfTrade === Allow ? NOBODY : owner;
    // What icebergs of others do not show yet comes after all that is shown.
    let later = 0;
    for (let order = links[(level << SHIFT) + NEXT]!; order !== level; ) {
      const at = order << SHIFT;
      const open = values[at + OPEN]!;
      if (unpackOwner(values[at + OWNER]!) !== avoided) {
        later += Math.min(this.missing, this.hiddenOf(order));
        this.wanted -= open;
        this.missing -= open;
        if (this.missing <= 0) return true;
      } else if (selfTrade === Decrement) {
        this.wanted -= open + this.hiddenOf(order);
        // What it gives up is no longer there to be filled.
        if (this.wanted < this.missing) return false;
      } else if (selfTrade !== CancelOldest) {
        return false;
      }
      order = links[at + NEXT]!;
    }
    this.wanted -= later;
    this.missing -= later;
    return true;
  }
}
