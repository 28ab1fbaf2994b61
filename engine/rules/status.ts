/** Who may do what in which status; see RULES.md under "Status". */

import { TradingStatus } from '../../feed/index.ts';

const { Auction, Continuous, Delisted, PreOpen } = TradingStatus;

/** Whether new orders, modifies and replaces are taken. */
export function takesOrders(status: TradingStatus): boolean {
  return status === Continuous || isAuction(status);
}

/** Orders are collected, and the book may cross. */
export function isAuction(status: TradingStatus): boolean {
  return status === PreOpen || status === Auction;
}

export function takesCancels(status: TradingStatus): boolean {
  return status !== Delisted;
}
