/** One instrument's book of orders: what the fast matcher and the naive oracle both are. */

import type { Side } from '../../feed/index.ts';
import type { Reason, TimeInForce } from '../protocol/index.ts';

/**
 * Price-time priority. Every method answers `Reason.None` when done; anything else is a refusal
 * that changed nothing and caused no event. Order ids are 1 to 2^53 - 1, chosen by the caller,
 * unique among the open orders of this book. Prices are ticks, quantities lots.
 */
export interface OrderBook {
  /** Matches, then rests what is left unless `Ioc`. */
  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
  ): Reason;
  /** Matches at any price; what is left is cancelled. */
  market(orderId: number, owner: number, side: Side, quantity: number): Reason;
  cancel(orderId: number): Reason;
  /** New total quantity; see `ModifyOrder`. */
  modify(orderId: number, price: number, quantity: number): Reason;
  /** New open quantity; priority is lost; see `ReplaceOrder`. */
  replace(orderId: number, price: number, quantity: number): Reason;
}

/**
 * What a book tells while it works, in the order in which things happen. Numbers only, so that
 * nothing is allocated.
 */
export interface BookEvents {
  accepted(orderId: number, owner: number, side: Side, price: number, quantity: number): void;
  /** `*Leaves` are open quantities after this fill. The price is the resting order's. */
  traded(
    aggressorSide: Side,
    price: number,
    quantity: number,
    makerOrderId: number,
    makerOwner: number,
    makerLeaves: number,
    takerOrderId: number,
    takerOwner: number,
    takerLeaves: number,
  ): void;
  cancelled(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    reason: Reason,
  ): void;
  /** A modify or replace was taken; `quantity` is open before any fill the new price causes. */
  replaced(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void;
  /** A level's state after the command has done with it: told once per level and command. */
  levelChanged(side: Side, price: number, quantity: number, orderCount: number): void;
}
