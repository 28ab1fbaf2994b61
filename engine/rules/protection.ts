/** Collar and volatility bound: how far from the reference price orders and trades may be. */

import { MAX_INTEGER, Side, TradingStatus } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';

/** In Continuous, with a reference price: a limit that is refused (PriceOutsideCollar). */
export function isOutsideCollar(instrument: ListedInstrument, side: Side, price: number): boolean {
  const { collarTicks, referencePrice } = instrument.session;
  if (collarTicks === 0 || instrument.status !== TradingStatus.Continuous) return false;
  // Without a reference price both comparisons are false.
  return side === Side.Bid
    ? price > referencePrice + collarTicks
    : price < referencePrice - collarTicks;
}

/** The worst price for a market order of this side; `undefined`: there is no collar now. */
export function collarPrice(instrument: ListedInstrument, side: Side): number | undefined {
  const { collarTicks, referencePrice } = instrument.session;
  if (collarTicks === 0 || Number.isNaN(referencePrice)) return undefined;
  return within(referencePrice + (side === Side.Bid ? collarTicks : -collarTicks));
}

/** Tells the book within which prices it may trade, if that has changed: with rules, reference or status. */
export function setTradeBounds(instrument: ListedInstrument): void {
  const { session, orders } = instrument;
  const { pauseTicks, referencePrice } = session;
  const isBounded = session.hasBounds && !Number.isNaN(referencePrice);
  const lowest = isBounded ? within(referencePrice - pauseTicks) : -MAX_INTEGER;
  const highest = isBounded ? within(referencePrice + pauseTicks) : MAX_INTEGER;
  if (lowest === session.lowestTrade && highest === session.highestTrade) return;
  session.lowestTrade = lowest;
  session.highestTrade = highest;
  orders?.setTradeBounds(lowest, highest);
}

/**
 * In continuous trading no book is crossed after a command. If one is, the matcher is wrong: this
 * throws before anybody sees it, and nothing more is done.
 */
export function assertUncrossed({ orders, status, symbol }: ListedInstrument): void {
  if (status === TradingStatus.Continuous && orders?.isCrossed === true) {
    throw new Error(`The book of ${symbol} is crossed in continuous trading`);
  }
}

function within(price: number): number {
  return Math.min(Math.max(price, -MAX_INTEGER), MAX_INTEGER);
}
