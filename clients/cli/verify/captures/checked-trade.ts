/** A trade of a capture, once it is known to be one that a source can play. */

import type { CapturedTrade, CaptureUnits } from '../expectation.ts';
import { UnreadableLine } from './capture-json.ts';

/** Throws `DecimalError` or `UnreadableLine` for what is no whole ticks or no quantity. */
export function checkedTrade(
  units: CaptureUnits,
  price: string,
  quantity: string,
  aggressor: CapturedTrade['aggressor'],
): CapturedTrade {
  units.price.parse(price);
  if (units.quantity.parse(quantity) <= 0) throw new UnreadableLine('a trade of nothing');
  return { price, quantity, aggressor };
}
