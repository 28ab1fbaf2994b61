/** Who may do what in which status; see RULES.md under "Status". */

import { TradingStatus } from '../../feed/index.ts';
import { type NewOrder, OrderType, PostOnly, Reason, TimeInForce } from '../protocol/index.ts';
import { isStop } from './special-order.ts';

const { Auction, Continuous, Delisted, PreOpen } = TradingStatus;

/** Whether new orders, modifies and replaces are taken. */
export function takesOrders(status: TradingStatus): boolean {
  return status === Continuous || isAuction(status);
}

/** Orders are collected, and the book may cross. */
export function isAuction(status: TradingStatus): boolean {
  return status === PreOpen || status === Auction;
}

/** Why a new order is not taken in this status, or `None`. */
export function checkEntry(status: TradingStatus, order: NewOrder): Reason {
  if (!takesOrders(status)) return Reason.InstrumentNotTrading;
  // What a stop asks for, it asks for when it is triggered.
  if (!isAuction(status) || isStop(order.orderType)) return Reason.None;
  const { orderType, timeInForce, minimumQuantity = 0, postOnly = PostOnly.Off } = order;
  const wantsToTrade =
    orderType === OrderType.Market ||
    timeInForce === TimeInForce.Ioc ||
    timeInForce === TimeInForce.Fok ||
    minimumQuantity > 0 ||
    postOnly !== PostOnly.Off;
  return wantsToTrade ? Reason.NotInAuction : Reason.None;
}

export function takesCancels(status: TradingStatus): boolean {
  return status !== Delisted;
}
