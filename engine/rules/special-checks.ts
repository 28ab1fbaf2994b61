/** What is refused of an order for its type, time in force and the fields that these need. */

import { checkConditions, checkFields, isQuantity } from '../book/order-checks.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import { type NewOrder, OrderType, PegTo, Reason, TimeInForce } from '../protocol/index.ts';
import { isOutsideCollar } from './protection.ts';
import { isStop } from './special-order.ts';

const { Limit, Market, Pegged, Stop, StopLimit, TrailingStop } = OrderType;
const { Day, Gtc, Gtd } = TimeInForce;

/** Those of the refusals of a new order that come before its id is looked for. */
export function checkTerms(instrument: ListedInstrument, order: NewOrder, nowMs: number): Reason {
  const { orderType, side, price, triggerPrice = 0 } = order;
  if (!isTimeAllowed(order, nowMs) || !hasWhatItNeeds(order)) return Reason.BadField;
  if (hasLimit(orderType) && !isInBand(instrument, price)) return Reason.PriceOutsideBand;
  if (hasTrigger(orderType) && !isInBand(instrument, triggerPrice)) return Reason.PriceOutsideBand;
  if (orderType === Limit && isOutsideCollar(instrument, side, price)) {
    return Reason.PriceOutsideCollar;
  }
  return !hasLimit(orderType) && price !== 0 ? Reason.BadPrice : Reason.None;
}

/** Of stops and pegs, in place of the book, which does not see them yet. */
export function checkWaiting(orderId: number, owner: number, order: NewOrder): Reason {
  const { orderType, side, price, quantity, minimumQuantity = 0 } = order;
  const badField = checkFields(orderId, owner, side);
  if (badField !== Reason.None) return badField;
  if (!isQuantity(quantity)) return Reason.BadQuantity;
  if (!Number.isSafeInteger(price)) return Reason.BadPrice;
  const restsAtLimit = orderType === StopLimit && mayRest(order.timeInForce);
  const refusal = checkConditions(order, quantity, restsAtLimit);
  if (refusal !== Reason.None) return refusal;
  const mayHaveMinimum = orderType === Stop || orderType === StopLimit;
  return minimumQuantity > 0 && !mayHaveMinimum ? Reason.ConditionsConflict : Reason.None;
}

export function mayRest(timeInForce: TimeInForce): boolean {
  return timeInForce === Gtc || timeInForce === Day || timeInForce === Gtd;
}

export function hasLimit(orderType: OrderType): boolean {
  return orderType === Limit || orderType === StopLimit || orderType === Pegged;
}

/** Whether its owner says where. */
export function hasTrigger(orderType: OrderType): boolean {
  return orderType === Stop || orderType === StopLimit;
}

export function isInBand(instrument: ListedInstrument, price: number): boolean {
  return price >= instrument.lowestPrice && price <= instrument.highestPrice;
}

function isTimeAllowed({ orderType, timeInForce, expiresAtMs = 0 }: NewOrder, nowMs: number) {
  const isKnown = Number.isInteger(timeInForce) && timeInForce >= Gtc && timeInForce <= Gtd;
  if (!isKnown) return false;
  const isLong = timeInForce === Day || timeInForce === Gtd;
  if (isLong && orderType === Market) return false;
  if (!mayRest(timeInForce) && (orderType === TrailingStop || orderType === Pegged)) return false;
  if (timeInForce !== Gtd) return expiresAtMs === 0;
  return Number.isSafeInteger(expiresAtMs) && expiresAtMs > nowMs;
}

/** A field that the type does not need is 0. */
function hasWhatItNeeds(order: NewOrder): boolean {
  const { orderType, triggerPrice = 0, trailBy = 0, pegTo = PegTo.None, pegOffset = 0 } = order;
  if (orderType !== Limit && orderType !== Market && orderType !== Pegged && !isStop(orderType)) {
    return false;
  }
  if (!Number.isSafeInteger(triggerPrice)) return false;
  if (!hasTrigger(orderType) && triggerPrice !== 0) return false;
  if (orderType === TrailingStop ? !isQuantity(trailBy) : trailBy !== 0) return false;
  if (orderType !== Pegged) return pegTo === PegTo.None && pegOffset === 0;
  const isFollowing = pegTo === PegTo.Primary || pegTo === PegTo.Mid;
  return isFollowing && Number.isSafeInteger(pegOffset) && pegOffset >= 0;
}
