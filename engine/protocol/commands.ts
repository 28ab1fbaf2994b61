/** What an order-entry client may ask of the engine, as plain objects; the layouts have the bytes. */

import type { BookKind, InstrumentId, Side, TradingStatus } from '../../feed/index.ts';

export const CommandType = {
  NewOrder: 1,
  Cancel: 2,
  Modify: 3,
  Replace: 4,
  ListInstrument: 16,
  SetStatus: 17,
  SetRules: 18,
  SetCalendar: 19,
  BookUpdate: 32,
  VenueTrade: 33,
  BustTrade: 34,
  CorrectTrade: 35,
  MassCancel: 48,
  /** Sequenced by the engine: a client that asked for it has gone. */
  OwnerGone: 49,
  KillSwitch: 50,
  /** Sequenced by the engine: what is due by now is done. */
  AdvanceTime: 63,
} as const;
export type CommandType = (typeof CommandType)[keyof typeof CommandType];

export const OrderType = {
  Limit: 0,
  Market: 1,
  /** Waits until a trade reaches its trigger price, then is a market order. */
  Stop: 2,
  /** Waits as a stop does, then is a limit order. */
  StopLimit: 3,
  /** A stop whose trigger follows the market at a distance. */
  TrailingStop: 4,
  /** A hidden order whose price follows the best bid and ask. */
  Pegged: 5,
} as const;
export type OrderType = (typeof OrderType)[keyof typeof OrderType];

export const TimeInForce = {
  /** Good till cancelled. */
  Gtc: 0,
  /** Immediate or cancel: what does not fill at once is cancelled. */
  Ioc: 1,
  /** Fill or kill: what does not fill whole at once is cancelled whole. */
  Fok: 2,
  /** Until the instrument closes. */
  Day: 3,
  /** Good till date: until `expiresAtMs`. */
  Gtd: 4,
} as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];

/**
 * What happens where an order would trade with a resting one of its own owner. The order that comes
 * decides, a changed one as it was when it was new.
 */
export const SelfTrade = {
  /** They trade. */
  Allow: 0,
  /** What is left of the order that comes is cancelled. */
  CancelNewest: 1,
  /** The resting order is cancelled, and the other goes on. */
  CancelOldest: 2,
  CancelBoth: 3,
  /** Both become smaller by the smaller one's quantity, without a trade; the smaller is cancelled. */
  Decrement: 4,
} as const;
export type SelfTrade = (typeof SelfTrade)[keyof typeof SelfTrade];

/** Whether an order may take: one that would trade on arrival, or when it is changed, does not. */
export const PostOnly = {
  Off: 0,
  /** It is refused, or the change is. */
  Reject: 1,
  /** Its price becomes the best that does not trade: one tick from the best of the other side. */
  Slide: 2,
} as const;
export type PostOnly = (typeof PostOnly)[keyof typeof PostOnly];

/** What else an order may ask for; what is absent is not asked for. */
export interface OrderConditions {
  /**
   * Lots that must fill at once, or the order is cancelled whole; 0 to `quantity`. Asked for when
   * the order comes, not again when it is changed.
   */
  readonly minimumQuantity?: number;
  /** Only of a limit order, or stop-limit, that may rest and has no minimum quantity. */
  readonly postOnly?: PostOnly;
  readonly selfTrade?: SelfTrade;
  /**
   * An iceberg: lots shown at a time, 0 or absent for all of them. When they have filled, as many
   * again are shown, behind the orders that are at the price by then. Only of a limit order, or
   * stop-limit, that may rest; `quantity` is at most 1,024 times as much.
   */
  readonly displayQuantity?: number;
  /**
   * Never shown: not in a level, not in the stream. Behind the shown orders of its price. Only of a
   * limit order, or stop-limit, that may rest, and not of an iceberg.
   */
  readonly isHidden?: boolean;
  /**
   * Client order id of an open order of the same owner and instrument, which is linked to no other:
   * the first fill, trigger or end of one cancels the other. 0 or absent: none.
   */
  readonly linkedTo?: number;
}

/** What a pegged order follows. */
export const PegTo = {
  None: 0,
  /** The best price of its own side. */
  Primary: 1,
  /** The middle between best bid and best ask. */
  Mid: 2,
} as const;
export type PegTo = (typeof PegTo)[keyof typeof PegTo];

/** A new order. `clientOrderId` (1 to 2^53 - 1) is the client's own and unique among its orders. */
export interface NewOrder extends OrderConditions {
  readonly type: typeof CommandType.NewOrder;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** Ticks: the limit; 0 for an order type without one. */
  readonly price: number;
  /** Lots, 1 or more. */
  readonly quantity: number;
  /** Of Stop and StopLimit: ticks. */
  readonly triggerPrice?: number;
  /** Of TrailingStop: ticks between the market and its trigger, 1 or more. */
  readonly trailBy?: number;
  /** Of Pegged. */
  readonly pegTo?: PegTo;
  /** Of Pegged: ticks away from the market, 0 or more. */
  readonly pegOffset?: number;
  /** Of `Gtd`: milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

export interface CancelOrder {
  readonly type: typeof CommandType.Cancel;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
}

/**
 * New price and new *total* quantity: what has already filled counts. A smaller quantity at the
 * same price keeps the order's priority, anything else loses it.
 */
export interface ModifyOrder {
  readonly type: typeof CommandType.Modify;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly price: number;
  readonly quantity: number;
  /** Of a waiting Stop or StopLimit; absent: as it was. */
  readonly triggerPrice?: number;
}

/** New price and new *open* quantity; priority is lost. */
export interface ReplaceOrder {
  readonly type: typeof CommandType.Replace;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly price: number;
  readonly quantity: number;
  /** Of a waiting Stop or StopLimit; absent: as it was. */
  readonly triggerPrice?: number;
}

/**
 * Lists an instrument, or finds it: the same definition under the same symbol answers with the id
 * it already has, a different one is refused.
 */
export interface ListInstrument {
  readonly type: typeof CommandType.ListInstrument;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly bookKind: BookKind;
  readonly lowestPrice: number;
  readonly highestPrice: number;
}

export interface SetStatus {
  readonly type: typeof CommandType.SetStatus;
  readonly instrument: InstrumentId;
  readonly status: TradingStatus;
}

/** One venue transaction on an instrument of `BookKind.Levels`. */
export interface BookUpdate {
  readonly type: typeof CommandType.BookUpdate;
  readonly instrument: InstrumentId;
  /** True: the book is emptied first (a snapshot; with no levels, a clear). */
  readonly clear: boolean;
  /** Above 0: both sides are cut to this many levels afterwards. */
  readonly depth: number;
  /** Absolute quantities; 0 removes the level. Applied in order. */
  readonly levels: readonly PriceLevel[];
}

export interface PriceLevel {
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
}

/** A trade that a venue reports on an instrument of `BookKind.Levels`; the book is not changed. */
export interface VenueTrade {
  readonly type: typeof CommandType.VenueTrade;
  readonly instrument: InstrumentId;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: Side;
}

/** Takes back all of the client's own orders that are named, oldest place of the directory first. */
export interface MassCancel {
  readonly type: typeof CommandType.MassCancel;
  /** Or `ALL_INSTRUMENTS`. */
  readonly instrument: InstrumentId;
  readonly side: MassCancelSide;
}

/** In place of an instrument's id. */
export const ALL_INSTRUMENTS = 0 as InstrumentId;

/** A `Side`, or both. */
export const MassCancelSide = { Bid: 0, Ask: 1, Both: 2 } as const;
export type MassCancelSide = (typeof MassCancelSide)[keyof typeof MassCancelSide];

/** How an instrument is traded from now on: all fields are set; 0 switches a protection off. */
export interface SetRules {
  readonly type: typeof CommandType.SetRules;
  readonly instrument: InstrumentId;
  readonly lowestPrice: number;
  readonly highestPrice: number;
  readonly collarTicks: number;
  readonly pauseTicks: number;
  readonly pauseMs: number;
  /** Absent: the reference price stays what it is. */
  readonly referencePrice?: number;
}

/** A week of status changes; see RULES.md. */
export interface SetCalendar {
  readonly type: typeof CommandType.SetCalendar;
  /** Or `ALL_INSTRUMENTS`. */
  readonly instrument: InstrumentId;
  readonly entries: readonly CalendarEntry[];
  /** Days since 1970 on which nothing happens. */
  readonly holidays: readonly number[];
}

export interface CalendarEntry {
  /** Bit 0 is Monday; 1 to 127. */
  readonly weekdays: number;
  /** In UTC, 0 to 86,399,999. */
  readonly timeOfDayMs: number;
  readonly status: TradingStatus;
}

export interface BustTrade {
  readonly type: typeof CommandType.BustTrade;
  readonly instrument: InstrumentId;
  readonly tradeId: number;
}

export interface CorrectTrade {
  readonly type: typeof CommandType.CorrectTrade;
  readonly instrument: InstrumentId;
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
}

/** Cancels all orders of an owner and takes no more of it, until it is switched off. */
export interface KillSwitch {
  readonly type: typeof CommandType.KillSwitch;
  /** The owner's number, as LOGGED_ON gave it. */
  readonly target: number;
  readonly isOn: boolean;
}

/**
 * Cancels all orders of the owner that it is sequenced for: a client that asked for it at log-on, and
 * has said goodbye or was not heard in time. The engine gives it, without a number, so that a journal
 * holds what a clock has decided; of clients it is refused.
 */
export interface OwnerGone {
  readonly type: typeof CommandType.OwnerGone;
}

/** Does what is due by its own time; sequenced for the owner `ENGINE_OWNER`. */
export interface AdvanceTime {
  readonly type: typeof CommandType.AdvanceTime;
}

/** In place of an owner: the engine itself. */
export const ENGINE_OWNER = 0;

export type Command =
  | NewOrder
  | CancelOrder
  | ModifyOrder
  | ReplaceOrder
  | ListInstrument
  | SetStatus
  | SetRules
  | SetCalendar
  | BookUpdate
  | VenueTrade
  | BustTrade
  | CorrectTrade
  | MassCancel
  | OwnerGone
  | KillSwitch
  | AdvanceTime;
