/** What an instrument is, and the directory that finds one by id or symbol. */

import type { BookKind, InstrumentId, TradingStatus } from './market.ts';

/** An instrument as people and venues describe it: decimals as strings. */
export interface InstrumentDefinition {
  /** 1 to 32 bytes of UTF-8 without control characters or white space; unique in a market. */
  readonly symbol: string;
  /** A positive decimal: prices are whole multiples of it. */
  readonly tickSize: string;
  /** A positive decimal: quantities are whole multiples of it. */
  readonly lotSize: string;
  readonly bookKind: BookKind;
  /** The price band in ticks, both ends allowed. */
  readonly lowestPrice: number;
  readonly highestPrice: number;
}

/** An instrument of a running market. */
export interface Instrument extends InstrumentDefinition {
  readonly id: InstrumentId;
  readonly status: TradingStatus;
}
