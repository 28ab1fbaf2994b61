/** "Order of refusals": why a new order or a change of one is refused, looked for from the first to the last. */

import { BookKind, MAX_INTEGER, Side, TradingStatus } from '../../feed/index.ts';
import {
  MAX_ICEBERG_PARTS,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  Reason,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { isOutsideCollar, isStop, mayRest, refusalToEnter } from './naive-matching.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { isAuction } from './naive-status.ts';
import { type NaiveWorld, nameOf } from './naive-world.ts';

const { Limit, Market, Stop, StopLimit, TrailingStop, Pegged } = OrderType;

const CHOICES = {
  side: new Set<number>(Object.values(Side)),
  orderType: new Set<number>(Object.values(OrderType)),
  timeInForce: new Set<number>(Object.values(TimeInForce)),
  postOnly: new Set<number>(Object.values(PostOnly)),
  selfTrade: new Set<number>(Object.values(SelfTrade)),
};

/** The command with 0 where a field is absent. */
export type FullOrder = Required<NewOrder>;

export function fill(command: NewOrder): FullOrder {
  return {
    minimumQuantity: 0,
    postOnly: PostOnly.Off,
    selfTrade: SelfTrade.Allow,
    displayQuantity: 0,
    isHidden: false,
    linkedTo: 0,
    triggerPrice: 0,
    trailBy: 0,
    pegTo: PegTo.None,
    pegOffset: 0,
    expiresAtMs: 0,
    ...command,
  };
}

export function hasLimit(orderType: OrderType): boolean {
  return orderType === Limit || orderType === StopLimit || orderType === Pegged;
}

/** Common to all commands about an order. */
export function checkInstrument(instrument: NaiveInstrument | undefined): Reason {
  if (instrument === undefined) return Reason.UnknownInstrument;
  return instrument.bookKind === BookKind.Orders ? Reason.None : Reason.WrongBookKind;
}

/** What is refused of new orders before the owner's other orders and the book are looked at. */
export function checkNewOrder(
  world: NaiveWorld,
  owner: number,
  instrument: NaiveInstrument,
  order: FullOrder,
): Reason {
  if (order.clientOrderId < 1) return Reason.BadField;
  if (world.blockedOwners.has(owner)) return Reason.OwnerBlocked;
  if (!takesOrders(instrument)) return Reason.InstrumentNotTrading;
  if (isAuction(instrument) && !fitsAuction(order)) return Reason.NotInAuction;
  if (!hasWhatItNeeds(order, world.nowMs)) return Reason.BadField;
  const { orderType, price, triggerPrice, side } = order;
  if (hasLimit(orderType) && !isInBand(instrument, price)) return Reason.PriceOutsideBand;
  if (hasTrigger(orderType) && !isInBand(instrument, triggerPrice)) return Reason.PriceOutsideBand;
  if (orderType === Limit && isCollared(instrument, side, price)) return Reason.PriceOutsideCollar;
  if (!hasLimit(orderType) && price !== 0) return Reason.BadPrice;
  const { clientOrderId } = order;
  const isTaken = world.directory.isTaken(nameOf({ owner, clientOrderId }));
  return isTaken ? Reason.DuplicateOrderId : Reason.None;
}

export function takesOrders({ status }: NaiveInstrument): boolean {
  const { PreOpen, Auction, Continuous } = TradingStatus;
  return status === PreOpen || status === Auction || status === Continuous;
}

function fitsAuction(order: FullOrder): boolean {
  if (isStop(order.orderType)) return true;
  if (order.orderType === Market || !mayRest(order.timeInForce)) return false;
  return order.minimumQuantity === 0 && order.postOnly === PostOnly.Off;
}

/** The two tables at the top of RULES.md. */
function hasWhatItNeeds(order: FullOrder, nowMs: number): boolean {
  const { orderType, timeInForce, triggerPrice, trailBy, pegTo, pegOffset, expiresAtMs } = order;
  if (!CHOICES.orderType.has(orderType) || !CHOICES.timeInForce.has(timeInForce)) return false;
  if (!hasTrigger(orderType) && triggerPrice !== 0) return false;
  if (orderType === TrailingStop ? trailBy < 1 : trailBy !== 0) return false;
  if (orderType === Pegged) {
    if (pegTo !== PegTo.Primary && pegTo !== PegTo.Mid) return false;
    if (pegOffset < 0) return false;
  } else if (pegTo !== PegTo.None || pegOffset !== 0) return false;
  if (timeInForce === TimeInForce.Gtd ? expiresAtMs <= nowMs : expiresAtMs !== 0) return false;
  if (orderType === Market) {
    return timeInForce !== TimeInForce.Day && timeInForce !== TimeInForce.Gtd;
  }
  return mayRest(timeInForce) || (orderType !== TrailingStop && orderType !== Pegged);
}

function hasTrigger(orderType: OrderType): boolean {
  return orderType === Stop || orderType === StopLimit;
}

function isInBand(instrument: NaiveInstrument, price: number): boolean {
  return price >= instrument.lowestPrice && price <= instrument.highestPrice;
}

function isCollared(instrument: NaiveInstrument, side: Side, price: number): boolean {
  return instrument.status === TradingStatus.Continuous && isOutsideCollar(instrument, side, price);
}

/** What is refused of `linkedTo`; `other` is the order that it names, if that is there. */
export function checkLink(order: FullOrder, other: NaiveOrder | undefined): Reason {
  if (order.linkedTo === 0) return Reason.None;
  if (order.orderType === Market || !mayRest(order.timeInForce)) return Reason.ConditionsConflict;
  if (other === undefined) return Reason.UnknownOrder;
  return other.linkedTo === undefined ? Reason.None : Reason.ConditionsConflict;
}

/** The refusals of the book: of the numbers that an order is made of. */
export function checkTerms(order: FullOrder): Reason {
  const { side, quantity, price, postOnly, selfTrade, minimumQuantity, displayQuantity } = order;
  if (!CHOICES.side.has(side)) return Reason.BadField;
  if (!isWhole(quantity, 1)) return Reason.BadQuantity;
  if (!isWhole(price, -MAX_INTEGER)) return Reason.BadPrice;
  if (!CHOICES.postOnly.has(postOnly) || !CHOICES.selfTrade.has(selfTrade)) return Reason.BadField;
  if (!isWhole(minimumQuantity, 0) || minimumQuantity > quantity) return Reason.BadQuantity;
  if (!isWhole(displayQuantity, 0) || displayQuantity > quantity) return Reason.BadQuantity;
  if (hasTooManyParts(quantity, displayQuantity)) return Reason.BadQuantity;
  return conditionsConflict(order) ? Reason.ConditionsConflict : Reason.None;
}

/** The table of conditions. */
function conditionsConflict(order: FullOrder): boolean {
  const { orderType, postOnly, displayQuantity, isHidden, minimumQuantity } = order;
  const restsAtLimit =
    (orderType === Limit || orderType === StopLimit) && mayRest(order.timeInForce);
  if (postOnly !== PostOnly.Off && (!restsAtLimit || minimumQuantity > 0)) return true;
  if (displayQuantity > 0 && (!restsAtLimit || isHidden)) return true;
  if (isHidden && !restsAtLimit) return true;
  return minimumQuantity > 0 && (orderType === TrailingStop || orderType === Pegged);
}

export function hasTooManyParts(quantity: number, displayQuantity: number): boolean {
  return (
    displayQuantity > 0 && BigInt(quantity) > BigInt(displayQuantity) * BigInt(MAX_ICEBERG_PARTS)
  );
}

function isWhole(value: number, lowest: number): boolean {
  return Number.isSafeInteger(value) && value >= lowest;
}

/** The last refusals of a new order: of the book as it is, and of what waits. */
export function checkRoom(world: NaiveWorld, order: NaiveOrder): Reason {
  const waits = isStop(order.orderType) || order.orderType === Pegged;
  if (!waits) return refusalToEnter(world, order);
  const waiting = world.ordersOf(order.instrument).filter(({ orderType, place }) => {
    return orderType === Pegged || place === 'waiting' || place === 'elected';
  });
  return waiting.length >= world.limits.waiting ? Reason.TooManyWaiting : Reason.None;
}

/** What is refused of a change, but for what only the book knows. */
export function checkChange(
  world: NaiveWorld,
  owner: number,
  instrument: NaiveInstrument,
  order: NaiveOrder | undefined,
  { price, quantity, triggerPrice }: ModifyOrder | ReplaceOrder,
): Reason {
  if (world.blockedOwners.has(owner)) return Reason.OwnerBlocked;
  if (!takesOrders(instrument)) return Reason.InstrumentNotTrading;
  if (order === undefined) return Reason.UnknownOrder;
  if (order.place === 'elected') return Reason.InstrumentNotTrading;
  const { orderType, side, place } = order;
  const canTrigger = place === 'waiting' && orderType !== TrailingStop;
  if (triggerPrice !== undefined && !canTrigger) return Reason.BadField;
  if (hasLimit(orderType) && !isInBand(instrument, price)) return Reason.PriceOutsideBand;
  if (triggerPrice !== undefined && !isInBand(instrument, triggerPrice)) {
    return Reason.PriceOutsideBand;
  }
  const isAtBook = place === 'resting' && orderType !== Pegged;
  if (isAtBook && isCollared(instrument, side, price)) return Reason.PriceOutsideCollar;
  if (!hasLimit(orderType) && price !== 0) return Reason.BadPrice;
  return isWhole(quantity, 1) ? Reason.None : Reason.BadQuantity;
}
