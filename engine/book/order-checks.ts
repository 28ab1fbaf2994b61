/** The rules that need no book: which numbers an order may be made of. */

import { MAX_INTEGER, Side } from '../../feed/index.ts';
import {
  MAX_ICEBERG_PARTS,
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import { HIGHEST_OWNER } from './order-instructions.ts';

const { Bid, Ask } = Side;
const { Fok } = TimeInForce;
const { Off, Slide } = PostOnly;
const { Allow, Decrement } = SelfTrade;
const { None, BadField, BadQuantity, BadPrice, ConditionsConflict } = Reason;

const HIGHEST = HIGHEST_OWNER;

/** `BadField`, or `None`. */
export function checkFields(orderId: number, owner: number, side: Side): Reason {
  if (!Number.isSafeInteger(orderId) || orderId < 1) return BadField;
  if (!Number.isInteger(owner) || owner < 0 || owner > HIGHEST) return BadField;
  return side === Bid || side === Ask ? None : BadField;
}

export function isTimeInForce(value: number): boolean {
  return isChoice(value, Fok);
}

export function isSelfTrade(value: number): boolean {
  return isChoice(value, Decrement);
}

export function isPrice(value: number): boolean {
  return Number.isSafeInteger(value);
}

/** Whether so much may have filled of an order of which so much is open. */
export function isFilled(value: number, open: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= MAX_INTEGER - open;
}

export function isQuantity(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** `BadField`, `BadQuantity`, `ConditionsConflict`, or `None`; `isGtcLimit` orders may rest. */
export function checkConditions(
  {
    minimumQuantity = 0,
    displayQuantity = 0,
    postOnly = Off,
    selfTrade = Allow,
    isHidden = false,
  }: OrderConditions,
  quantity: number,
  isGtcLimit: boolean,
): Reason {
  if (!isChoice(postOnly, Slide) || !isSelfTrade(selfTrade)) return BadField;
  if (minimumQuantity !== 0 && !isQuantity(minimumQuantity)) return BadQuantity;
  if (minimumQuantity > quantity) return BadQuantity;
  if (displayQuantity !== 0) {
    if (!isQuantity(displayQuantity) || displayQuantity > quantity) return BadQuantity;
    if (quantity > displayQuantity * MAX_ICEBERG_PARTS) return BadQuantity;
    if (!isGtcLimit) return ConditionsConflict;
  }
  if (isHidden && (!isGtcLimit || displayQuantity !== 0)) return ConditionsConflict;
  const excludes = postOnly !== Off && (!isGtcLimit || minimumQuantity !== 0);
  return excludes ? ConditionsConflict : None;
}

function isChoice(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}

/** `BadQuantity`, `BadPrice`, or `None`. */
export function checkTerms(price: number, quantity: number): Reason {
  if (!isQuantity(quantity)) return BadQuantity;
  return isPrice(price) ? None : BadPrice;
}
