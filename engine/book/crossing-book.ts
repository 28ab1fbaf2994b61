/** How an order that has come meets those that rest on the other side. */

import type { Side } from '../../feed/index.ts';
import { Reason, SelfTrade } from '../protocol/index.ts';
import { BookQueues } from './book-queues.ts';
import { ROW } from './book-rows.ts';
import { packOwner, selfTradeOf, unpackOwner } from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';

const { COUNT, FILLED, NEXT, NONE, OPEN, ORDER_ID, OWNER, PREVIOUS, PRICE, QUANTITY, SHIFT, TAG } =
  ROW;
const { ImmediateRemainder, SelfTradePrevented } = Reason;
const { Allow, CancelNewest, CancelOldest, Decrement } = SelfTrade;

/** No owner: they are 0 and above. */
const NOBODY = -1;

export class CrossingBook extends BookQueues {
  /** Lots that self-trade prevention took from the order that came last to meet the other side. */
  protected decremented = 0;

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
      left = this.match(other, side, key, ticks, quantity, orderId, owner, instructions);
      filled = quantity - left - this.decremented;
    }
    if (!rests && left > 0) {
      this.events.cancelled(orderId, owner, side, ticks, left, ImmediateRemainder);
    }
    if (crosses) this.tellTouched(other, side);
    if (rests && left > 0) {
      const packed = packOwner(owner, instructions);
      const order = this.remember(bucket, orderId, packed, left, filled);
      const at = level === NONE ? own.add(key) : level;
      this.append(order, at);
      this.tellLevel(side, at);
    }
  }

  /**
   * Fills against the other side, best price and oldest order first; returns what is left, which is
   * 0 where self-trade prevention has cancelled it.
   */
  protected match(
    other: PriceLevels,
    side: Side,
    key: number,
    price: number,
    quantity: number,
    takerId: number,
    takerOwner: number,
    instructions: number,
  ): number {
    const avoided = selfTradeOf(instructions) === Allow ? NOBODY : takerOwner;
    let left = quantity;
    this.decremented = 0;
    this.startTouching();
    while (left > 0 && key + other.bestKey >= 0) {
      const level = other.best;
      this.touch(this.memory.values[(level << SHIFT) + PRICE]!);
      const before = left;
      left = this.matchLevel(level, side, left, takerId, takerOwner, avoided);
      if (this.memory.links[(level << SHIFT) + COUNT] === 0) other.remove(level);
      else if (left > 0) {
        // Only an order of the same owner ends a level early.
        const mode = selfTradeOf(instructions);
        if (mode === CancelNewest && left === before) this.untouch();
        left = this.avoidSelfTrade(mode, other, level, side, price, left, takerId, takerOwner);
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
      const owner = unpackOwner(values[at + OWNER]!);
      if (owner === avoided) break;
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

  /** The taker has met an order of its owner, the first of this level; returns what is left of it. */
  private avoidSelfTrade(
    mode: SelfTrade,
    other: PriceLevels,
    level: number,
    side: Side,
    price: number,
    left: number,
    takerId: number,
    owner: number,
  ): number {
    const { links, values } = this.memory;
    const maker = links[(level << SHIFT) + NEXT]!;
    const open = values[(maker << SHIFT) + OPEN]!;
    let remains = mode === CancelOldest ? left : 0;
    if (mode === Decrement && open > left) {
      this.shrink(maker, level, open - left);
    } else if (mode !== CancelNewest) {
      this.cancelFirst(other, level, SelfTradePrevented);
      if (mode === Decrement) remains = left - open;
    }
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
    const open = values[at + OPEN]!;
    const side = (links[levelAt + TAG]! & 1) as Side;
    this.events.cancelled(orderId, owner, side, values[levelAt + PRICE]!, open, reason);
    this.unlink(order);
    this.forget(this.index.bucketOf(orderId), order);
    values[levelAt + QUANTITY]! -= open;
    links[levelAt + COUNT]! -= 1;
    if (links[levelAt + COUNT] === 0) levels.remove(level);
  }
}
