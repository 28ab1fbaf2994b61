/** What the naive market holds: plain objects in plain lists, written to be read beside RULES.md. */

import type { BookKind, InstrumentId, Side, TradingStatus } from '../../feed/index.ts';
import type {
  CalendarEntry,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';

/**
 * Where an order is: `coming` while it meets the book, `waiting` as a stop for its trigger, `elected`
 * as a stop that enters when its turn comes, `parked` as a peg without a price, `resting` in the
 * book, and at last `ended`.
 */
export type NaivePlace = 'coming' | 'waiting' | 'elected' | 'parked' | 'resting' | 'ended';

export interface NaiveOrder {
  readonly orderId: number;
  readonly owner: number;
  readonly clientOrderId: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly expiresAtMs: number;
  readonly postOnly: PostOnly;
  readonly selfTrade: SelfTrade;
  readonly minimumQuantity: number;
  displayQuantity: number;
  /** Every pegged order is. */
  readonly isHidden: boolean;
  readonly trailBy: number;
  readonly pegTo: PegTo;
  readonly pegOffset: number;
  instrument: NaiveInstrument;
  place: NaivePlace;
  /** Of a pegged order: never worse than this. */
  limit: number;
  /** Ticks; of a pegged order the price that it was given last; 0 of a market order. */
  price: number;
  open: number;
  filled: number;
  /** Lots that others see while it rests. */
  shown: number;
  /** Of a stop; a trailing one has none before the first trade. */
  trigger: number | undefined;
  linkedTo: NaiveOrder | undefined;
  /** When it took its place in its queue, among the waiting, the elected or the pegged. */
  queuedAt: number;
  waitsSince: number;
}

export interface NaiveTrade {
  readonly tradeId: number;
  readonly instrument: NaiveInstrument;
  /** As they were told: the order that came first, or the bid of an uncross. */
  readonly orders: readonly { owner: number; clientOrderId: number; orderId: number }[];
  isBusted: boolean;
}

/** What an uncross would do now. */
export interface NaiveCrossing {
  readonly price: number;
  readonly volume: number;
  readonly imbalance: number;
  /** Of the imbalance; Bid where there is none. */
  readonly side: Side;
}

export interface NaiveInstrument {
  readonly id: InstrumentId;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly bookKind: BookKind;
  /** The price band as it was listed. */
  readonly listedBand: { lowestPrice: number; highestPrice: number };
  lowestPrice: number;
  highestPrice: number;
  status: TradingStatus;
  collarTicks: number;
  pauseTicks: number;
  pauseMs: number;
  referencePrice: number | undefined;
  /** Of the last trade, which stops look at; no rule changes it. */
  lastTradePrice: number | undefined;
  /** The last trade is of the running transaction. */
  hasTraded: boolean;
  /** The volatility bound was met, and the pause has not begun yet. */
  mustPause: boolean;
  pausedUntilMs: number | undefined;
  /** Why the rest of its orders are being ended, when they were too many for one command. */
  ending: 'day' | 'all' | undefined;
  calendar: readonly CalendarEntry[];
  holidays: readonly number[];
  /** Entries up to this time have acted, and of those at it so many. */
  calendarDoneMs: number;
  calendarDoneEntries: number;
  /** What the pegs were last priced by; undefined where they have not been since they were parked. */
  pegsPricedBy: { bid: number | undefined; ask: number | undefined } | undefined;
  toldCrossing: NaiveCrossing;
  /** Of a venue: price to quantity. */
  readonly venueLevels: readonly [bids: Map<number, number>, asks: Map<number, number>];
}
