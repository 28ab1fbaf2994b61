/** The oracle: an order book of plain arrays and objects, written from the rules and obviously right. */

import { oppositeSide, Side } from '../../feed/index.ts';
import {
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import type { OrderBook } from './book.ts';
import { NaiveMeeting, type Reach } from './naive-meeting.ts';
import {
  checkConditions,
  checkNew,
  checkTerms,
  hasTooManyParts,
  isSelfTrade,
  isWhole,
} from './naive-order-checks.ts';
import { isAtLeastAsGood, type NaiveOrder } from './naive-queues.ts';

export { NaiveMemory } from './naive-queues.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const { None } = Reason;

export class NaiveBook extends NaiveMeeting implements OrderBook {
  private lowestPrice = -MAX;
  private highestPrice = MAX;

  setPriceBand(lowest: number, highest: number): void {
    this.lowestPrice = lowest;
    this.highestPrice = highest;
  }

  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions: OrderConditions = {},
  ): Reason {
    this.wasBounded = false;
    const asked = all(conditions);
    const { minimumQuantity, postOnly } = asked;
    const rests = timeInForce === TimeInForce.Gtc;
    const refusal =
      checkNew(orderId, owner, side, price, quantity, timeInForce) ||
      checkConditions(asked, quantity, rests);
    if (refusal !== None) return refusal;
    const isPatient = rests && postOnly === PostOnly.Off && minimumQuantity === 0;
    if (!this.isMatching && !isPatient) return Reason.NotInAuction;
    if (this.memory.openIds.has(orderId)) return Reason.DuplicateOrderId;
    const order = newOrder(orderId, owner, side, withoutMinusZero(price), quantity, asked);
    const slid = this.passivePrice(order, order.price);
    if (slid === undefined) return Reason.PostOnlyWouldTrade;
    if (rests && this.memory.openIds.size >= this.memory.maxOrders) return Reason.TooManyOrders;
    if (rests && this.isFull(order, slid, coming(order, quantity))) return Reason.LevelFull;

    this.events.accepted(orderId, owner, side, order.price, quantity);
    if (slid !== order.price) {
      order.price = slid;
      this.events.replaced(orderId, owner, side, slid, quantity, false);
    }
    const reach = { price: order.price, isCollar: false };
    if (this.endsUnfilled(order, reach, timeInForce, minimumQuantity)) return None;
    this.enter(order, rests);
    return None;
  }

  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce: TimeInForce = TimeInForce.Gtc,
    conditions: OrderConditions = {},
    worstPrice: number = side === Side.Bid ? MAX : -MAX,
  ): Reason {
    this.wasBounded = false;
    const asked = all(conditions);
    const refusal =
      checkNew(orderId, owner, side, worstPrice, quantity, timeInForce) ||
      checkConditions(asked, quantity, false);
    if (refusal !== None) return refusal;
    if (!this.isMatching) return Reason.NotInAuction;
    if (this.memory.openIds.has(orderId)) return Reason.DuplicateOrderId;

    const order = newOrder(orderId, owner, side, 0, quantity, asked);
    const reach: Reach = { price: worstPrice, isCollar: true };
    this.events.accepted(orderId, owner, side, 0, quantity);
    if (this.endsUnfilled(order, reach, timeInForce, asked.minimumQuantity)) return None;
    const stop = this.meet(order, reach);
    if (order.open > 0) this.tellCancelled(order, stop ?? Reason.NoLiquidity);
    this.tellTouched();
    return None;
  }

  cancel(orderId: number): Reason {
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    this.tellCancelled(order, Reason.ByRequest);
    this.leave(order);
    this.tellTouched();
    return None;
  }

  modify(orderId: number, price: number, quantity: number): Reason {
    this.wasBounded = false;
    const refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (quantity <= order.filled) return Reason.QuantityAlreadyFilled;
    const open = quantity - order.filled;
    if (price !== order.price || open >= order.open) return this.reenter(order, price, open, true);
    this.events.replaced(orderId, order.owner, order.side, order.price, open, true);
    this.reduce(order, open);
    this.tellTouched();
    return None;
  }

  replace(orderId: number, price: number, quantity: number): Reason {
    this.wasBounded = false;
    const refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (BigInt(order.filled) + BigInt(quantity) > BigInt(MAX)) return Reason.BadQuantity;
    return this.reenter(order, price, quantity, true);
  }

  move(orderId: number, price: number): Reason {
    this.wasBounded = false;
    if (!isWhole(price, -MAX)) return Reason.BadPrice;
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (!order.isHidden) return Reason.ConditionsConflict;
    return this.reenter(order, price, order.open, false);
  }

  park(orderId: number): Reason {
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (!order.isHidden) return Reason.ConditionsConflict;
    this.leave(order);
    return None;
  }

  unpark(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    filled: number,
    selfTrade: SelfTrade,
  ): Reason {
    this.wasBounded = false;
    const refusal = checkNew(orderId, owner, side, price, quantity, TimeInForce.Gtc);
    if (refusal !== None) return refusal;
    if (!isSelfTrade(selfTrade)) return Reason.BadField;
    if (!isWhole(filled, 0)) return Reason.BadQuantity;
    if (BigInt(filled) + BigInt(quantity) > BigInt(MAX)) return Reason.BadQuantity;
    const { openIds, maxOrders } = this.memory;
    if (openIds.has(orderId)) return Reason.DuplicateOrderId;
    if (openIds.size >= maxOrders) return Reason.TooManyOrders;
    const asked = { ...all({}), selfTrade, isHidden: true };
    const order = newOrder(orderId, owner, side, withoutMinusZero(price), quantity, asked);
    order.filled = filled;
    if (this.isFull(order, order.price, quantity)) return Reason.LevelFull;
    this.enter(order, true);
    return None;
  }

  /** Meets the other side if it may; what is left rests, or is cancelled. */
  private enter(order: NaiveOrder, rests: boolean): void {
    const reach = { price: order.price, isCollar: false };
    const stop = this.isMatching ? this.meet(order, reach) : undefined;
    if (order.open > 0 && rests) {
      this.rest(order);
    } else if (order.open > 0) {
      this.tellCancelled(order, stop || Reason.ImmediateRemainder);
    }
    this.tellTouched(order);
  }

  /** The order leaves its place and comes in again as a new one would. */
  private reenter(order: NaiveOrder, wanted: number, open: number, isTold: boolean): Reason {
    const { orderId, owner, side } = order;
    if (hasTooManyParts(open, order.display)) return Reason.BadQuantity;
    const price = this.passivePrice(order, withoutMinusZero(wanted));
    if (price === undefined) return Reason.PostOnlyWouldTrade;
    if (this.isFull(order, price, coming(order, open))) return Reason.LevelFull;
    if (isTold) this.events.replaced(orderId, owner, side, price, open, false);
    this.leave(order);
    order.price = price;
    order.open = open;
    this.enter(order, true);
    return None;
  }

  /** Where an order may go: post-only ones not where they would trade. Undefined: nowhere. */
  private passivePrice({ side, postOnly }: NaiveOrder, price: number): number | undefined {
    const best = this.queues[oppositeSide(side)][0]?.price;
    if (postOnly === PostOnly.Off || best === undefined) return price;
    if (!isAtLeastAsGood(side, price, best)) return price;
    if (postOnly === PostOnly.Reject) return undefined;
    const slid = withoutMinusZero(side === Side.Bid ? best - 1 : best + 1);
    return slid >= this.lowestPrice && slid <= this.highestPrice ? slid : undefined;
  }
}

function all(conditions: OrderConditions): Required<OrderConditions> {
  return {
    minimumQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.Allow,
    displayQuantity: 0,
    isHidden: false,
    linkedTo: 0,
    ...conditions,
  };
}

function newOrder(
  orderId: number,
  owner: number,
  side: Side,
  price: number,
  quantity: number,
  { postOnly, selfTrade, displayQuantity, isHidden }: Required<OrderConditions>,
): NaiveOrder {
  const terms = { orderId, owner, side, postOnly, selfTrade, display: displayQuantity, isHidden };
  return { ...terms, price, open: quantity, shown: 0, filled: 0 };
}

/** What of the order its level, or the hidden orders of its price, would have to hold. */
function coming({ display }: NaiveOrder, open: number): number {
  return display > 0 ? Math.min(display, open) : open;
}

function withoutMinusZero(price: number): number {
  return price === 0 ? 0 : price;
}
