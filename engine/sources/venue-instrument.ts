/** An instrument whose tick and lot are learnt from how many decimals a venue writes. */

import { DecimalScale } from '../../feed/decimal.ts';
import { BookKind, MAX_DECIMAL_BYTES, MAX_INTEGER, MAX_SYMBOL_BYTES } from '../../feed/index.ts';
import { CommandType, type ListInstrument } from '../protocol/index.ts';
import { LineError } from './line-problem.ts';
import type { SourceInstrument } from './source.ts';

// What one step of the longest decimal that the feed can carry has behind the point: "0." and 22.
const MAX_DECIMALS = MAX_DECIMAL_BYTES - 2;

/** "61837.63000000" has 8. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

/** 8 decimals make a step of "0.00000001". */
export function stepOfDecimals(decimals: number): string {
  if (decimals > MAX_DECIMALS) {
    throw new LineError('TOO_LONG', `${decimals} decimals are more than ${MAX_DECIMALS}.`);
  }
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}

/** A level book's instrument, with its scales at hand. */
export class VenueInstrument {
  readonly symbol: string;
  readonly price: DecimalScale;
  readonly quantity: DecimalScale;

  constructor(symbol: string, tickSize: string, lotSize: string) {
    checkSymbol(symbol);
    this.symbol = symbol;
    this.price = new DecimalScale(tickSize);
    this.quantity = new DecimalScale(lotSize);
    if (Math.max(this.price.step.length, this.quantity.step.length) > MAX_DECIMAL_BYTES) {
      const most = `${MAX_DECIMAL_BYTES} characters`;
      throw new LineError('TOO_LONG', `A tick or lot size has more than ${most}.`);
    }
  }

  static ofDecimals(symbol: string, price: number, quantity: number): VenueInstrument {
    return new VenueInstrument(symbol, stepOfDecimals(price), stepOfDecimals(quantity));
  }

  definition(): SourceInstrument {
    return {
      symbol: this.symbol,
      tickSize: this.price.step,
      lotSize: this.quantity.step,
      bookKind: BookKind.Levels,
      // A venue's own band is not part of its captures.
      lowestPrice: -MAX_INTEGER,
      highestPrice: MAX_INTEGER,
    };
  }

  listCommand(): ListInstrument {
    return { type: CommandType.ListInstrument, ...this.definition() };
  }
}

export function checkSymbol(symbol: string): void {
  const bytes = new TextEncoder().encode(symbol).length;
  if (bytes >= 1 && bytes <= MAX_SYMBOL_BYTES && !/[\p{Cc}\s]/u.test(symbol)) return;
  const rule = `1 to ${MAX_SYMBOL_BYTES} bytes without white space or control characters`;
  const shown = JSON.stringify(symbol.slice(0, 64));
  throw new LineError('BAD_SYMBOL', `A symbol is ${rule}, not ${shown}.`);
}
