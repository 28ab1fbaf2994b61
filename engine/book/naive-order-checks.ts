/** The naive book's refusals that need no book: which numbers an order may be made of. */

import { Side } from '../../feed/index.ts';
import {
  MAX_ICEBERG_PARTS,
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const POST_ONLY = new Set<number>(Object.values(PostOnly));
const SELF_TRADE = new Set<number>(Object.values(SelfTrade));
const TIMES_IN_FORCE = new Set<number>([TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok]);

export function isWhole(value: number, lowest: number): boolean {
  return Number.isSafeInteger(value) && value >= lowest;
}

/** Of a new order, in the order of the refusals. */
export function checkNew(
  orderId: number,
  owner: number,
  side: Side,
  price: number,
  quantity: number,
  timeInForce: TimeInForce,
): Reason {
  if (!isWhole(orderId, 1) || !isWhole(owner, 0) || owner >= 2 ** 32) return Reason.BadField;
  if (side !== Side.Bid && side !== Side.Ask) return Reason.BadField;
  if (!TIMES_IN_FORCE.has(timeInForce)) return Reason.BadField;
  return checkTerms(price, quantity);
}

export function checkTerms(price: number, quantity: number): Reason {
  if (!isWhole(quantity, 1)) return Reason.BadQuantity;
  return isWhole(price, -MAX) ? Reason.None : Reason.BadPrice;
}

export function isSelfTrade(value: number): boolean {
  return SELF_TRADE.has(value);
}

export function checkConditions(
  conditions: Required<OrderConditions>,
  quantity: number,
  restsAtLimit: boolean,
): Reason {
  const { minimumQuantity, postOnly, selfTrade, displayQuantity, isHidden } = conditions;
  if (!POST_ONLY.has(postOnly) || !isSelfTrade(selfTrade)) return Reason.BadField;
  if (!isWhole(minimumQuantity, 0) || minimumQuantity > quantity) return Reason.BadQuantity;
  if (!isWhole(displayQuantity, 0) || displayQuantity > quantity) return Reason.BadQuantity;
  if (hasTooManyParts(quantity, displayQuantity)) return Reason.BadQuantity;
  const isPostOnly = postOnly !== PostOnly.Off;
  const isIceberg = displayQuantity > 0;
  if ((isPostOnly || isIceberg || isHidden) && !restsAtLimit) return Reason.ConditionsConflict;
  if (isPostOnly && minimumQuantity > 0) return Reason.ConditionsConflict;
  return isIceberg && isHidden ? Reason.ConditionsConflict : Reason.None;
}

export function hasTooManyParts(quantity: number, display: number): boolean {
  return display > 0 && BigInt(quantity) > BigInt(display) * BigInt(MAX_ICEBERG_PARTS);
}
