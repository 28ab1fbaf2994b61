/** How an order that has come meets those that are shown on the other side. */

import { MAX_INTEGER, type Side } from '../../feed/index.ts';
import { Reason, SelfTrade } from '../protocol/index.ts';
import { BookQueues } from './book-queues.ts';
import { ROW, TAG_BITS } from './book-rows.ts';
import {
  FIRST_ICEBERG,
  isIceberg,
  NOBODY as NO_OWNER,
  selfTradeOf,
  unpackOwner,
} from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';

const { COUNT, FILLED, NEXT, NONE, OPEN, ORDER_ID, OWNER, PREVIOUS, PRICE, QUANTITY, SHIFT, TAG } =
  ROW;
const { HIDDEN, SIDE } = TAG_BITS;
const NOBODY = NO_OWNER;
const ICEBERGS = FIRST_ICEBERG;
const { ImmediateRemainder, SelfTradePrevented } = Reason;
const { Allow, CancelNewest, CancelOldest, Decrement } = SelfTrade;

export class CrossingBook extends BookQueues {
  /**
   * The key as far as which the order trades that meets the other side now. A field, because a
   * number that is no small integer is allocated when it is handed on.
   */
  protected reach: number = Number.NEGATIVE_INFINITY;
  /** Lots that self-trade prevention took from the order that came last to meet the other side. */
  protected decremented = 0;
  /** What an iceberg that is coming in shows at a time. */
  protected comingPart = 0;

  /** A limit order that was accepted meets the other side; what is left rests or is cancelled. */
  protected enter(
    bucket: number,
    orderId: number,
    owner: number,
    instructions: number,
    side: Side,
    key: number,
    level: number,
    quantity: number,
    crosses: boolean,
    rests: boolean,
  ): void {
    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    const ticks = own.sign * key + 0;
    let left = quantity;
    let filled = 0;
    if (crosses) {
      this.startMeeting(key);
      left = this.match(other, side, ticks, quantity, orderId, owner, instructions);
      filled = quantity - left - this.decremented;
    }
    if (!rests && left > 0) {
      this.events.cancelled(orderId, owner, side, ticks, left, ImmediateRemainder);
    }
    if (crosses) this.tellTouched(other, side);
    if (rests && left > 0) {
      const order = this.remember(bucket, orderId, owner, instructions, left, filled);
      if (isIceberg(instructions)) this.hidePart(order, left);
      const at = level === NONE ? own.add(key) : level;
      this.append(order, at);
      this.tellLevel(side, at);
    }
  }

  /** An iceberg that has just come to rest hides what it does not show. */
  protected hidePart(order: number, left: number): void {
    this.icebergCount += 1;
    this.memory.parts[order] = this.comingPart;
    this.memory.values[(order << SHIFT) + OPEN] = this.showPart(order, left, left);
  }

  /** An order begins to meet the other side, as far as this key: to be called before it does. */
  protected startMeeting(reach: number): void {
    this.reach = reach;
    this.decremented = 0;
    this.startTouching();
  }

  /**
   * Fills against the levels shown on the other side, best price and oldest order first, as far as
   * the key `reach`; returns what is left, which is 0 where self-trade prevention has cancelled it.
   */
  protected match(
    other: PriceLevels,
    side: Side,
    price: number,
    quantity: number,
    takerId: number,
    takerOwner: number,
    instructions: number,
  ): number {
    const { reach } = this;
    const avoided = selfTradeOf(instructions) === Allow ? NOBODY : takerOwner;
    let left = quantity;
    while (left > 0 && reach + other.bestKey >= 0) {
      const level = other.best;
      const isNew = this.touch(this.memory.values[(level << SHIFT) + PRICE]!);
      const before = left;
      left = this.matchLevel(level, side, left, takerId, takerOwner, avoided);
      if (this.memory.links[(level << SHIFT) + COUNT] === 0) other.remove(level);
      else if (left > 0) {
        // Only an order of the same owner, or an iceberg, ends a level early.
        left =
          this.firstOwner(level) === avoided
            ? this.avoidSelfTrade(
                selfTradeOf(instructions),
                other,
                level,
                side,
                price,
                left,
                takerId,
                takerOwner,
                isNew && left === before,
              )
            : this.fillFirst(other, level, side, left, takerId, takerOwner);
      }
    }
    return left;
  }

  private matchLevel(
    level: number,
    side: Side,
    quantity: number,
    takerId: number,
    takerOwner: number,
    avoided: number,
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
      const packed = values[at + OWNER]!;
      const owner = unpackOwner(packed);
      if (owner === avoided || packed >= ICEBERGS) break;
      const open = values[at + OPEN]!;
      const fill = open < left ? open : left;
      const leaves = open - fill;
      left -= fill;
      this.events.traded(side, price, fill, makerId, owner, leaves, takerId, takerOwner, left);
      this.events.reduced(makerId, leaves);
      if (leaves > 0) {
        values[at + OPEN] = leaves;
        values[at + FILLED] = values[at + FILLED]! + fill;
      } else {
        const next = links[at + NEXT]!;
        this.forgetPlain(this.index.bucketOf(makerId), maker);
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

  /**
   * The taker has met an order of its owner, the first of this level; returns what is left of it.
   */
  protected avoidSelfTrade(
    mode: SelfTrade,
    other: PriceLevels,
    level: number,
    side: Side,
    price: number,
    left: number,
    takerId: number,
    owner: number,
    isUnchanged: boolean,
  ): number {
    const { links, values } = this.memory;
    const maker = links[(level << SHIFT) + NEXT]!;
    const open = values[(maker << SHIFT) + OPEN]! + this.hiddenOf(maker);
    let remains = mode === CancelOldest ? left : 0;
    let isShown = mode !== CancelNewest;
    if (mode === Decrement && open > left) {
      isShown = this.shrink(maker, level, open - left);
    } else if (mode !== CancelNewest) {
      this.cancelFirst(other, level, SelfTradePrevented);
      if (mode === Decrement) remains = left - open;
    }
    if (isUnchanged && !isShown) this.untouch();
    if (remains === 0) {
      this.events.cancelled(takerId, owner, side, price, left, SelfTradePrevented);
    } else if (mode === Decrement) {
      this.decremented += open;
      this.events.replaced(takerId, owner, side, price, remains, true);
    }
    return remains;
  }

  /** Cancels the first order of a level of this side; the level goes with its last one. */
  private cancelFirst(levels: PriceLevels, level: number, reason: Reason): void {
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    const order = links[levelAt + NEXT]!;
    const at = order << SHIFT;
    const orderId = values[at + ORDER_ID]!;
    const owner = unpackOwner(values[at + OWNER]!);
    const shown = values[at + OPEN]!;
    const open = shown + this.hiddenOf(order);
    const tag = links[levelAt + TAG]!;
    const side = (tag & SIDE) as Side;
    this.events.cancelled(orderId, owner, side, values[levelAt + PRICE]!, open, reason);
    if ((tag & HIDDEN) === 0) this.events.reduced(orderId, 0);
    values[levelAt + QUANTITY]! -= shown;
    this.removeFirst(levels, level);
  }

  /** Takes the first order of a level, whose shown lots are gone from it, out of the book. */
  private removeFirst(levels: PriceLevels, level: number): void {
    const { links, values } = this.memory;
    const order = links[(level << SHIFT) + NEXT]!;
    this.unlink(order);
    this.forget(this.index.bucketOf(values[(order << SHIFT) + ORDER_ID]!), order);
    const count = links[(level << SHIFT) + COUNT]! - 1;
    links[(level << SHIFT) + COUNT] = count;
    if (count === 0) levels.remove(level);
  }

  protected firstOwner(level: number): number {
    const { links, values } = this.memory;
    return unpackOwner(values[(links[(level << SHIFT) + NEXT]! << SHIFT) + OWNER]!);
  }

  /**
   * Fills what the first order of this level shows, all of it if it is hidden; returns what is
   * left.
   */
  protected fillFirst(
    other: PriceLevels,
    level: number,
    side: Side,
    quantity: number,
    takerId: number,
    takerOwner: number,
  ): number {
    const { links, values } = this.memory;
    const maker = links[(level << SHIFT) + NEXT]!;
    const at = maker << SHIFT;
    const open = values[at + OPEN]!;
    const fill = Math.min(open, quantity);
    const leaves = open + this.hiddenOf(maker) - fill;
    const left = quantity - fill;
    const makerId = values[at + ORDER_ID]!;
    const owner = unpackOwner(values[at + OWNER]!);
    const price = values[(level << SHIFT) + PRICE]!;
    this.events.traded(side, price, fill, makerId, owner, leaves, takerId, takerOwner, left);
    this.reduceFirst(other, level, fill);
    return left;
  }

  /**
   * The first order of a level has traded so much of what it shows; an iceberg's next part goes
   * behind.
   */
  protected reduceFirst(levels: PriceLevels, level: number, fill: number): void {
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    const order = links[levelAt + NEXT]!;
    const at = order << SHIFT;
    const shown = values[at + OPEN]! - fill;
    if ((links[levelAt + TAG]! & HIDDEN) === 0) this.events.reduced(values[at + ORDER_ID]!, shown);
    values[at + OPEN] = shown;
    values[at + FILLED]! += fill;
    values[levelAt + QUANTITY]! -= fill;
    if (shown > 0) return;
    const hidden = this.hiddenOf(order);
    if (hidden === 0) {
      this.removeFirst(levels, level);
    } else {
      // The level had room for what has just been filled, so there is room for a part.
      values[at + OPEN] = this.showPart(order, hidden, MAX_INTEGER - values[levelAt + QUANTITY]!);
      this.unlink(order);
      links[levelAt + COUNT]! -= 1;
      this.append(order, level);
    }
  }
}
