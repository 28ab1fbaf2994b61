/** How an order meets all that rests on the other side, hidden too, within bounds, or nothing. */

import type { Side } from '../../feed/index.ts';
import { Reason, SelfTrade } from '../protocol/index.ts';
import { ROW } from './book-rows.ts';
import { CrossingBook } from './crossing-book.ts';
import { isIceberg, NOBODY, selfTradeOf } from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';

const { NONE } = ROW;
const { Allow } = SelfTrade;
const { CollarReached, ImmediateRemainder, NoLiquidity, VolatilityPause } = Reason;

/**
 * The long way round, which a book goes that is not plain; where both ways lead, they do the same.
 */
export class MeetingBook extends CrossingBook {
  wasBounded = false;

  setTradeBounds(lowest: number, highest: number): void {
    this.farthestKeys[0] = highest;
    this.farthestKeys[1] = -lowest;
    this.wasBounded = false;
    this.judgePlain();
  }

  setMatching(isOn: boolean): void {
    if (isOn && this.isCrossed) {
      throw new Error('A crossed book cannot go on matching: uncross it first.');
    }
    this.isMatching = isOn;
    this.sums = undefined;
    this.wasBounded = false;
    this.judgePlain();
  }

  /** Whether an order with this key crosses what rests on the other side, shown or not. */
  protected crosses(side: Side, key: number): boolean {
    return key + this.bestKeyOf((1 - side) as Side) >= 0;
  }

  /** Whether an order with this key meets nothing and rests, as it would in a plain book. */
  protected isFree(side: Side, key: number): boolean {
    return this.isMatching && !this.crosses(side, key);
  }

  /** The key as far as which an order trades that has this one. */
  protected reachOf(side: Side, key: number): number {
    // What a bid must not pay less than, an ask must not get less than.
    const isBeyond = this.bestKeyOf((1 - side) as Side) > this.farthestKeys[1 - side]!;
    return isBeyond ? Number.NEGATIVE_INFINITY : Math.min(key, this.farthestKeys[side]!);
  }

  /** Why a market order with this key has something left. */
  protected judgeStop(side: Side, key: number): Reason {
    const best = this.bestKeyOf((1 - side) as Side);
    if (best === Number.NEGATIVE_INFINITY) return NoLiquidity;
    if (key + best < 0 && key <= this.farthestKeys[side]!) return CollarReached;
    this.wasBounded = true;
    return VolatilityPause;
  }

  /**
   * A limit order that was accepted meets the other side if it may; what is left rests in `own`, or
   * is cancelled. `filledBefore` lots of it have filled earlier, when it stood at `oldPrice`, if it
   * did.
   */
  protected enterGuarded(
    orderId: number,
    owner: number,
    instructions: number,
    own: PriceLevels,
    side: Side,
    key: number,
    quantity: number,
    filledBefore: number,
    rests: boolean,
    oldPrice: number,
  ): void {
    const meets = this.isMatching && this.crosses(side, key);
    const price = own.sign * key + 0;
    let left = quantity;
    let filled = filledBefore;
    if (meets) {
      this.startMeeting(this.reachOf(side, key));
      left = this.meet(side, price, quantity, orderId, owner, instructions);
      filled += quantity - left - this.decremented;
      this.wasBounded = left > 0 && this.crosses(side, key);
    }
    if (!rests && left > 0) {
      const reason = this.wasBounded ? VolatilityPause : ImmediateRemainder;
      this.events.cancelled(orderId, owner, side, price, left, reason);
    }
    const isShown = own === this.sides[side];
    if (isShown && oldPrice !== price) this.tellAt(side, oldPrice);
    if (meets) this.tellTouched(this.sides[1 - side]!, side);
    if (rests && left > 0) this.rest(orderId, owner, instructions, own, side, key, left, filled);
    this.judgePlain();
  }

  /** As `match`, with hidden orders; after `startMeeting`, as that is. */
  protected meet(
    side: Side,
    price: number,
    quantity: number,
    takerId: number,
    owner: number,
    instructions: number,
  ): number {
    const { reach } = this;
    const shown = this.sides[1 - side]!;
    const hidden = this.hiddenSides[1 - side]!;
    let left = quantity;
    while (left > 0 && reach + Math.max(shown.bestKey, hidden.bestKey) >= 0) {
      if (hidden.bestKey > shown.bestKey) {
        left = this.meetHidden(hidden, side, price, left, takerId, owner, instructions);
      } else {
        // All that is shown comes first, down to the price of the best hidden order.
        this.reach = Math.min(reach, -hidden.bestKey);
        left = this.match(shown, side, price, left, takerId, owner, instructions);
      }
    }
    return left;
  }

  /** Meets the first hidden order; returns what is left. */
  private meetHidden(
    hidden: PriceLevels,
    side: Side,
    price: number,
    quantity: number,
    takerId: number,
    owner: number,
    instructions: number,
  ): number {
    const level = hidden.best;
    const mode = selfTradeOf(instructions);
    const avoided = mode === Allow ? NOBODY : owner;
    return this.firstOwner(level) === avoided
      ? this.avoidSelfTrade(mode, hidden, level, side, price, quantity, takerId, owner, false)
      : this.fillFirst(hidden, level, side, quantity, takerId, owner);
  }

  private rest(
    orderId: number,
    owner: number,
    instructions: number,
    own: PriceLevels,
    side: Side,
    key: number,
    left: number,
    filled: number,
  ): void {
    if (this.sums !== undefined) this.noteOpen(side, own.sign * key + 0, left);
    const bucket = this.index.bucketOf(orderId);
    const order = this.remember(bucket, orderId, owner, instructions, left, filled);
    if (isIceberg(instructions)) this.hidePart(order, left);
    const found = own.find(key);
    const level = found === NONE ? own.add(key) : found;
    if (this.isHiddenLevel(level)) {
      this.link(order, level);
    } else {
      this.append(order, level);
      this.tellLevel(side, level);
    }
  }
}
