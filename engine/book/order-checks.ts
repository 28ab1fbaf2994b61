/** The rules that need no book: which numbers an order may be made of. */

import { Side } from '../../feed/index.ts';
import { type OrderConditions, Reason, TimeInForce } from '../protocol/index.ts';

const { Bid, Ask } = Side;
const { Gtc, Fok } = TimeInForce;
const { None, BadField, BadQuantity, BadPrice } = Reason;

/** `BadField`, or `None`. */
export function checkFields(orderId: number, owner: number, side: Side): Reason {
  if (!Number.isSafeInteger(orderId) || orderId < 1) return BadField;
  if (!Number.isSafeInteger(owner) || owner < 0) return BadField;
  return side === Bid || side === Ask ? None : BadField;
}

export function isTimeInForce(value: number): boolean {
  return Number.isInteger(value) && value >= Gtc && value <= Fok;
}

export function isQuantity(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** `BadQuantity`, or `None`. */
export function checkConditions(conditions: OrderConditions, quantity: number): Reason {
  const { minimumQuantity = 0 } = conditions;
  const isMinimum = minimumQuantity === 0 || isQuantity(minimumQuantity);
  return isMinimum && minimumQuantity <= quantity ? None : BadQuantity;
}

/** `BadQuantity`, `BadPrice`, or `None`. */
export function checkTerms(price: number, quantity: number): Reason {
  if (!isQuantity(quantity)) return BadQuantity;
  return Number.isSafeInteger(price) ? None : BadPrice;
}
