/** What an instrument is, and the directory that finds one by id or symbol. */

import { type BookKind, type InstrumentId, Side, type TradingStatus } from './market.ts';

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

/** What an auction would do now: at which price, how many lots, and how many find nobody. */
export interface Indicative {
  /** Ticks; 0 with a volume of 0. */
  readonly price: number;
  /** Lots; 0: nothing crosses. */
  readonly volume: number;
  /** Lots that could trade at the price and find nothing to trade with. */
  readonly imbalance: number;
  /** Theirs. */
  readonly side: Side;
}

export const NOTHING_CROSSES: Indicative = { price: 0, volume: 0, imbalance: 0, side: Side.Bid };

/** An instrument of a running market. */
export interface Instrument extends InstrumentDefinition {
  readonly id: InstrumentId;
  readonly status: TradingStatus;
}
