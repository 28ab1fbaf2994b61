/** What the engine answers to order-entry clients, as plain objects; the layouts have the bytes. */

import type { InstrumentId, Side } from '../../feed/index.ts';

export const ReportType = {
  /** A new order was taken (fills, if any, follow). */
  Accepted: 1,
  Rejected: 2,
  Filled: 3,
  Cancelled: 4,
  /** A modify or replace was done. */
  Replaced: 5,
  /** A stop was elected; what it causes follows. */
  Triggered: 6,
  TradeBusted: 7,
  TradeCorrected: 8,
  InstrumentListed: 16,
  /** A status change, book update or venue trade was done. */
  Done: 17,
  /** A mass cancel was done; the orders it ended are reported before. */
  MassCancelled: 18,
} as const;
export type ReportType = (typeof ReportType)[keyof typeof ReportType];

/**
 * Why a command was refused, or an order ended: stable codes, ranged by part. A refused command
 * changes nothing.
 */
export const Reason = {
  None: 0,
  // 1-99: why an order ended
  ByRequest: 1,
  ImmediateRemainder: 2,
  NoLiquidity: 3,
  NotFilledWhole: 4,
  MinimumNotFilled: 5,
  SelfTradePrevented: 6,
  CollarReached: 7,
  VolatilityPause: 8,
  Disconnected: 9,
  LinkedOrder: 10,
  Expired: 11,
  EndOfDay: 12,
  KillSwitch: 13,
  Delisted: 14,
  Scheduled: 15,
  PauseOver: 16,
  // 100-199: the command itself is wrong
  UnknownInstrument: 100,
  UnknownOrder: 101,
  DuplicateOrderId: 102,
  BadQuantity: 103,
  BadPrice: 104,
  PriceOutsideBand: 105,
  BadField: 106,
  WrongBookKind: 107,
  InstrumentDiffers: 108,
  QuantityAlreadyFilled: 109,
  TooManyLevels: 110,
  ConditionsConflict: 111,
  PriceOutsideCollar: 112,
  UnknownTrade: 113,
  TradeAlreadyBusted: 114,
  UnknownOwner: 115,
  // 200-299: not now
  InstrumentNotTrading: 200,
  TooManyOrders: 201,
  TooManyInstruments: 202,
  Overloaded: 203,
  JournalUnavailable: 204,
  LevelFull: 205,
  PostOnlyWouldTrade: 206,
  NotInAuction: 207,
  OwnerBlocked: 208,
  TooManyWaiting: 209,
  // 300-399: the session
  NotLoggedOn: 300,
  BadMessage: 301,
  NameInUse: 302,
  TooManyClients: 303,
  CommandRepeated: 304,
  WrongVersion: 305,
  HeartbeatLost: 306,
  SlowClient: 307,
  EngineStopping: 308,
  WrongToken: 309,
  TakenOver: 310,
  RateLimited: 311,
  NotPermitted: 312,
  WrongKey: 313,
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

/** One sentence for people per reason. */
export const REASON_TEXT: Readonly<Record<Reason, string>> = {
  [Reason.None]: 'No reason.',
  [Reason.ByRequest]: 'The owner asked for it.',
  [Reason.ImmediateRemainder]: 'An immediate order does not rest; what did not fill is cancelled.',
  [Reason.NoLiquidity]: 'A market order met an empty side; what did not fill is cancelled.',
  [Reason.NotFilledWhole]: 'A fill-or-kill order could not fill whole; nothing was traded.',
  [Reason.MinimumNotFilled]: 'The minimum quantity could not fill at once; nothing was traded.',
  [Reason.SelfTradePrevented]: 'It would have traded with an order of the same owner.',
  [Reason.CollarReached]: 'A market order trades no further than the collar allows.',
  [Reason.VolatilityPause]: 'A trade would have been too far from the last: the market pauses.',
  [Reason.Disconnected]: 'The owner left or went silent, and had asked for this.',
  [Reason.LinkedOrder]: 'The order that it is linked to was filled, triggered or ended.',
  [Reason.Expired]: 'Its time is over.',
  [Reason.EndOfDay]: 'It was good for the day, and the instrument has closed.',
  [Reason.KillSwitch]: 'The kill switch of its owner is on.',
  [Reason.Delisted]: 'The instrument is no longer listed.',
  [Reason.Scheduled]: 'The calendar says so.',
  [Reason.PauseOver]: 'The volatility pause is over.',
  [Reason.UnknownInstrument]: 'There is no instrument with this id.',
  [Reason.UnknownOrder]: 'There is no open order with this id.',
  [Reason.DuplicateOrderId]: 'This client order id has been used before.',
  [Reason.BadQuantity]: 'The quantity must be a whole number of lots, 1 to 2^53 - 1.',
  [Reason.BadPrice]: 'The price must be a whole number of ticks within +-(2^53 - 1).',
  [Reason.PriceOutsideBand]: 'The price is outside the instrument’s price band.',
  [Reason.BadField]: 'A field of the command holds a value that is not defined.',
  [Reason.WrongBookKind]: 'Orders go to order books, book updates to level books.',
  [Reason.InstrumentDiffers]: 'The symbol is already listed with another definition.',
  [Reason.QuantityAlreadyFilled]: 'The new total quantity is not above what has already filled.',
  [Reason.TooManyLevels]: 'The book update holds more levels than allowed.',
  [Reason.ConditionsConflict]: 'What the order asks for excludes each other.',
  [Reason.PriceOutsideCollar]: 'The price is too far from the last trade.',
  [Reason.UnknownTrade]: 'There is no trade with this id, or it is too old to be changed.',
  [Reason.TradeAlreadyBusted]: 'The trade was busted before.',
  [Reason.UnknownOwner]: 'There is no owner with this number.',
  [Reason.InstrumentNotTrading]: 'The instrument’s status does not allow this now.',
  [Reason.TooManyOrders]: 'The order pool is full.',
  [Reason.TooManyInstruments]: 'The market is full: no more instruments can be listed.',
  [Reason.Overloaded]: 'The engine is taking no orders until its relays catch up; try again.',
  [Reason.JournalUnavailable]: 'The journal cannot be written; no orders are taken.',
  [Reason.LevelFull]: 'The price level would hold more than 2^53 - 1 lots.',
  [Reason.PostOnlyWouldTrade]:
    'A post-only order would trade, and cannot slide to where it does not.',
  [Reason.NotInAuction]: 'An auction takes only orders that may rest or wait.',
  [Reason.OwnerBlocked]: 'The kill switch is on; no orders are taken from this owner.',
  [Reason.TooManyWaiting]: 'The instrument has as many stops and pegged orders as it can hold.',
  [Reason.NotLoggedOn]: 'Log on first.',
  [Reason.BadMessage]: 'The bytes are not a message of this protocol.',
  [Reason.NameInUse]: 'Another live session has this name.',
  [Reason.TooManyClients]: 'The engine has as many clients as it can serve.',
  [Reason.CommandRepeated]: 'A command of this number, or a higher one, was answered before.',
  [Reason.WrongVersion]: 'The engine speaks another version of this protocol.',
  [Reason.HeartbeatLost]: 'Nothing was heard for ten heartbeats; log on again.',
  [Reason.SlowClient]: 'The client did not read its reports; log on again.',
  [Reason.EngineStopping]: 'The engine is stopping.',
  [Reason.WrongToken]: 'The name belongs to a client with another token.',
  [Reason.TakenOver]: 'The client has logged on elsewhere with its token.',
  [Reason.RateLimited]: 'The client asks for more than its share; try again a little later.',
  [Reason.NotPermitted]: 'This client may not do this; it wants an operator’s key.',
  [Reason.WrongKey]: 'The client has not proved by its key that the name is its own.',
};

const CODES = new Map<number, string>(
  Object.entries(Reason).map(([name, reason]) => [reason, upperSnake(name)]),
);

/** The stable UPPER_SNAKE code of a reason, such as `PRICE_OUTSIDE_BAND`. */
export function reasonCode(reason: Reason): string {
  return CODES.get(reason) ?? `REASON_${reason}`;
}

function upperSnake(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

interface ReportBase {
  /** Of the command that caused this; 0 when the command was refused before it was sequenced. */
  readonly transaction: number;
  /**
   * The client's own number of the command this answers (its n-th, from 1); 0 when it answers none:
   * another client's command filled a resting order.
   */
  readonly command: number;
}

export interface Accepted extends ReportBase {
  readonly type: typeof ReportType.Accepted;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
}

export interface Rejected extends ReportBase {
  readonly type: typeof ReportType.Rejected;
  readonly clientOrderId: number;
  readonly reason: Reason;
  /** Try again after this; with `RateLimited` and `Overloaded` only. */
  readonly retryAfterMs?: number;
}

/** One fill of one of the client's orders: as aggressor or as resting order. */
export interface Filled extends ReportBase {
  readonly type: typeof ReportType.Filled;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
  readonly tradeId: number;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
  /** What is still open of the order. */
  readonly leaves: number;
  readonly isAggressor: boolean;
}

export interface Cancelled extends ReportBase {
  readonly type: typeof ReportType.Cancelled;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
  /** Lots that were open and no longer are. */
  readonly quantity: number;
  readonly reason: Reason;
}

export interface Replaced extends ReportBase {
  readonly type: typeof ReportType.Replaced;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
  readonly price: number;
  /** Lots open now, before any fill that the new price causes. */
  readonly quantity: number;
  readonly keptPriority: boolean;
}

export interface InstrumentListed extends ReportBase {
  readonly type: typeof ReportType.InstrumentListed;
  readonly instrument: InstrumentId;
  readonly symbol: string;
}

export interface Done extends ReportBase {
  readonly type: typeof ReportType.Done;
  readonly instrument: InstrumentId;
}

export interface MassCancelled extends ReportBase {
  readonly type: typeof ReportType.MassCancelled;
  /** As in the command. */
  readonly instrument: InstrumentId;
  /** Orders that were cancelled. */
  readonly count: number;
  /** False: there are more, for one command cancels only so many; send it again. */
  readonly isComplete: boolean;
}

/** A waiting stop was elected by a trade and enters the book. */
export interface Triggered extends ReportBase {
  readonly type: typeof ReportType.Triggered;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
}

/** A trade of one of the client's orders does not count. */
export interface TradeBusted extends ReportBase {
  readonly type: typeof ReportType.TradeBusted;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
  readonly tradeId: number;
}

/** A trade of one of the client's orders counts with another price or quantity. */
export interface TradeCorrected extends ReportBase {
  readonly type: typeof ReportType.TradeCorrected;
  readonly instrument: InstrumentId;
  readonly clientOrderId: number;
  readonly orderId: number;
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
}

export type Report =
  | Accepted
  | Rejected
  | Filled
  | Cancelled
  | Replaced
  | Triggered
  | TradeBusted
  | TradeCorrected
  | InstrumentListed
  | Done
  | MassCancelled;
