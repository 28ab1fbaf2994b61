/** The rules that need no book: which numbers an order may be made of. */

import { Side } from '../../feed/index.ts';
import { Reason, TimeInForce } from '../protocol/index.ts';

/** `BadField`, or `None`. */
export function checkFields(orderId: number, owner: number, side: Side): Reason {
  if (!Number.isSafeInteger(orderId) || orderId < 1) return Reason.BadField;
  if (!Number.isSafeInteger(owner) || owner < 0) return Reason.BadField;
  return side === Side.Bid || side === Side.Ask ? Reason.None : Reason.BadField;
}

export function isTimeInForce(value: number): boolean {
  return value === TimeInForce.Gtc || value === TimeInForce.Ioc;
}

export function isQuantity(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** `BadQuantity`, `BadPrice`, or `None`. */
export function checkTerms(price: number, quantity: number): Reason {
  if (!isQuantity(quantity)) return Reason.BadQuantity;
  return Number.isSafeInteger(price) ? Reason.None : Reason.BadPrice;
}
