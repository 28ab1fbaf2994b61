/** What it would cost to take everything from the best price down to one level; exact, and pure. */

import { divideRounded, multiply, parseDecimal, round, writeDecimal } from '../exact-decimal.ts';
import { groupThousands } from '../format.ts';

/** One side as far as it is known, best first. */
export interface SweptSide {
  readonly length: number;
  readonly prices: ArrayLike<number>;
  readonly quantities: ArrayLike<number>;
}

export interface Sweep {
  /** Lots from the best level to this one, both included. */
  readonly quantity: number;
  /** Sum of ticks times lots: beyond 2^53 for many an instrument. */
  readonly cost: bigint;
  /** Best price and last price, ticks. */
  readonly best: number;
  readonly last: number;
}

/** `undefined` when there is no such level. */
export function sweepTo(side: SweptSide, index: number): Sweep | undefined {
  if (index < 0 || index >= side.length) return undefined;
  let quantity = 0;
  let cost = 0n;
  for (let level = 0; level <= index; level += 1) {
    const lots = side.quantities[level] as number;
    quantity += lots;
    cost += BigInt(side.prices[level] as number) * BigInt(lots);
  }
  return { quantity, cost, best: side.prices[0] as number, last: side.prices[index] as number };
}

export interface SweepText {
  readonly average: string;
  readonly cost: string;
  /** From the best price to the average, in basis points. */
  readonly slippage: string;
}

/** Decimals that an average shows beyond those of a tick. */
const FINER_DECIMALS = 2;
const COST_DECIMALS = 2;

/** Tick and lot size as decimal strings. */
export function sweepText(sweep: Sweep, tickSize: string, lotSize: string): SweepText {
  const tick = parseDecimal(tickSize) ?? { units: 1n, decimals: 0 };
  const lot = parseDecimal(lotSize) ?? { units: 1n, decimals: 0 };
  const cost = multiply({ units: sweep.cost, decimals: 0 }, multiply(tick, lot));
  const finer = 10n ** BigInt(FINER_DECIMALS);
  const average = {
    units: divideRounded(sweep.cost * tick.units * finer, BigInt(Math.max(1, sweep.quantity))),
    decimals: tick.decimals + FINER_DECIMALS,
  };
  return {
    average: groupThousands(writeDecimal(average)),
    cost: groupThousands(writeDecimal(round(cost, COST_DECIMALS))),
    slippage: slippage(sweep),
  };
}

/** Empty where a ratio to the best price would mean nothing. */
function slippage({ cost, quantity, best }: Sweep): string {
  if (best <= 0 || quantity <= 0) return '';
  const whole = BigInt(best) * BigInt(quantity);
  const difference = cost > whole ? cost - whole : whole - cost;
  // In hundredths of a basis point.
  const units = divideRounded(difference * 1_000_000n, whole);
  return writeDecimal({ units, decimals: 2 });
}
