/** What the terminal shows of one book at one moment: plain values, decimals already as text. */

import type { FeedState, StateReason } from '../../../feed/index.ts';

export interface LevelView {
  /** As text with the instrument's decimals. */
  readonly price: string;
  readonly quantity: string;
  readonly orders: number;
  /** In lots, for the bars. */
  readonly lots: number;
}

export interface TradeView {
  readonly price: string;
  readonly quantity: string;
  /** `undefined` for a trade without an aggressor. */
  readonly aggressor: 'bid' | 'ask' | undefined;
  /** "14:03:22.123". */
  readonly time: string;
}

export interface BookView {
  readonly symbol: string;
  /** Where it comes from: "tcp://127.0.0.1:7101", or the gateway's address. */
  readonly from: string;
  readonly state: FeedState;
  readonly reason: StateReason;
  /** Ticks a level; 1 where levels stand as they are. */
  readonly grouping: number;
  /** The instrument's own sequence and the transaction that the levels show. */
  readonly sequence: number;
  readonly transaction: number;
  /** Best first. */
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
  /** Best ask less best bid, and what is between them; the empty string where a side is empty. */
  readonly spread: string;
  readonly mid: string;
  /** Newest first; of all that were seen only the newest. */
  readonly trades: readonly TradeView[];
  /** Trades seen since the watching began. */
  readonly tradesSeen: number;
  /** Further facts for the last line, by name: gaps, repairs, hashes checked. */
  readonly facts: Readonly<Record<string, number | string>>;
}
