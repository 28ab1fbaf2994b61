/** What the order client offers to service developers: decimals, symbols, promises, events. */

import type { EntryKeys, OrderEntryLog, SessionMemory } from '../../engine/protocol/node.ts';
import type { Instrument, Side } from '../../feed/index.ts';

export interface ConnectOptions {
  /** Who you are, and whose the orders are: 1 to 32 printable ASCII characters without spaces. */
  readonly name: string;
  /** The engine's order entry; by default the one of this machine. */
  readonly endpoint?: string;
  /** What `memory` was in an earlier run: with it the name and its orders are this client's again. */
  readonly resume?: SessionMemory;
  /** Called at each log-on with the token that proves who this client is; keep it secret. */
  readonly onToken?: (token: string) => void;
  /** True: whoever gives this name may come back to its orders, also without the token. */
  readonly isOpen?: boolean;
  /**
   * True: the engine cancels your open orders when this client closes, or goes silent for ten
   * heartbeats; a process that is killed, too. Default: false, orders stay.
   */
  readonly cancelOnDisconnect?: boolean;
  /** How often client and engine speak, 200 to 60,000 ms; ten times this is silence. Default 1,000. */
  readonly heartbeatMs?: number;
  /** Yours and the engine's public one, where the engine asks for keys; see `touchline keys`. */
  readonly keys?: EntryKeys | undefined;
  /** Give up connecting after this long. Default 15,000. */
  readonly logonTimeoutMs?: number;
  readonly log?: OrderEntryLog;
}

/** Decimal strings in, whole ticks and lots out; exact, or refused. */
export interface NewOrderRequest {
  readonly symbol: string;
  readonly side: Side;
  /** The limit. Absent: a market order, or a stop that becomes one. */
  readonly price?: string;
  readonly quantity: string;
  /**
   * `gtc` (the default) rests in the book; `ioc` fills at once and cancels what is left; `fok` fills
   * whole at once or is cancelled; `day` ends when the instrument closes, `gtd` at `expiresAt`.
   */
  readonly timeInForce?: 'gtc' | 'ioc' | 'fok' | 'day' | 'gtd';
  /** When it ends; makes it `gtd`. */
  readonly expiresAt?: Date;
  /** A stop: it waits until a trade reaches this price; then it is a limit order, or a market order. */
  readonly triggerPrice?: string;
  /** A trailing stop: its trigger follows the market at this distance. */
  readonly trailBy?: string;
  /** A pegged order, never shown: its price follows the best price of its side, or the middle. */
  readonly peg?: { readonly to: 'primary' | 'mid'; readonly offset?: string };
  /** Never shown, and behind the shown orders of its price. */
  readonly hidden?: boolean;
  /** An open order of yours on the same instrument, or its id: the first fill of one cancels the other. */
  readonly linkedTo?: Order | number;
  /** What must fill at once, or the order is cancelled whole. */
  readonly minimumQuantity?: string;
  /** An order that would trade is refused, or slides to one tick from the best of the other side. */
  readonly postOnly?: 'reject' | 'slide';
  /** What happens instead where it would trade with an order of yours. Default: they trade. */
  readonly selfTrade?: 'cancel-newest' | 'cancel-oldest' | 'cancel-both' | 'decrement';
  /** An iceberg: what the market sees of it at a time. */
  readonly displayQuantity?: string;
}

export interface ChangeRequest {
  /** Absent: as it is. */
  readonly price?: string;
  readonly quantity: string;
  /** Of a stop that waits. Absent: as it is. */
  readonly triggerPrice?: string;
}

export interface Fill {
  readonly tradeId: number;
  readonly price: string;
  readonly quantity: string;
  /** Still open after it. */
  readonly open: string;
  /** True: this order came to the other; false: it was resting. */
  readonly isAggressor: boolean;
  /** The same number is on the stream's transaction. */
  readonly transaction: number;
}

/** `unknown`: the order has ended, and the report that said how is lost. */
export type OrderStatus = 'open' | 'filled' | 'cancelled' | 'unknown';

/** One order, kept up to date by the engine's reports. */
export interface Order {
  /** Your own id of it, which this client has chosen. */
  readonly clientOrderId: number;
  /** The engine's. */
  readonly orderId: number;
  readonly symbol: string;
  readonly side: Side;
  /** As it is now; "0" for a market order. */
  readonly price: string;
  /** Still open. */
  readonly open: string;
  /** Filled so far. */
  readonly filled: string;
  readonly status: OrderStatus;
  /** Why it ended when `status` is "cancelled", such as BY_REQUEST; "NONE" until then. */
  readonly reason: string;
  /** Of the last report about it. */
  readonly transaction: number;
  readonly fills: readonly Fill[];
  /** True of a stop that no trade has reached yet. */
  readonly isWaiting: boolean;
  /** True once a stop was elected: from then on it is in the market. */
  readonly isTriggered: boolean;
  /** Resolves with the order when it is no longer open. Never rejects. */
  readonly ended: Promise<Order>;
  /** Resolves when it is cancelled. Rejects with `OrderRejected`, UNKNOWN_ORDER when it has ended. */
  cancel(): Promise<Order>;
  /** `quantity` is the new total, what has filled included; less at the same price keeps priority. */
  modify(change: ChangeRequest): Promise<Order>;
  /** `quantity` is what shall be open from now on; priority is lost. */
  replace(change: ChangeRequest): Promise<Order>;
}

/** Something that happened to an order of an earlier run while this client was away. */
export interface MissedEvent {
  readonly type: 'fill' | 'cancelled' | 'replaced' | 'accepted' | 'triggered';
  readonly clientOrderId: number;
  readonly symbol: string;
  /** Of a fill or a replacement. */
  readonly price?: string;
  /** Filled, cancelled, or open from then on. */
  readonly quantity?: string;
  /** Still open after a fill. */
  readonly open?: string;
  /** Why it was cancelled. */
  readonly reason?: string;
  readonly transaction: number;
}

/** A trade of one of your orders that an operator has changed afterwards. */
export interface ChangedTrade {
  readonly type: 'busted' | 'corrected';
  readonly tradeId: number;
  readonly clientOrderId: number;
  readonly symbol: string;
  /** What counts from now on, of a corrected one. */
  readonly price?: string;
  readonly quantity?: string;
  readonly transaction: number;
}

export interface MassCancelRequest {
  /** Absent: on all instruments. */
  readonly symbol?: string;
  /** Absent: both. */
  readonly side?: Side;
}

export interface OrderEvents {
  /** Reports from `first` to `last` are lost: orders have been looked up, fills among them are not told. */
  reportsLost: (first: number, last: number) => void;
  fill: (order: Order, fill: Fill) => void;
  /** A stop was elected and enters the market. */
  triggered: (order: Order) => void;
  /** A trade does not count any more, or counts otherwise; also one of an order that has ended. */
  tradeChanged: (trade: ChangedTrade) => void;
  /** An order has ended, filled or cancelled. */
  ended: (order: Order) => void;
  /** The engine is lost and is looked for; `unanswered` commands wait for it, and are done once. */
  disconnected: (unanswered: number) => void;
  connected: () => void;
}

export interface OrderClient {
  /** Names this client among the owners of orders. */
  readonly owner: number;
  /** To be kept by whoever wants to go on in a later run: see `ConnectOptions.resume`. */
  readonly memory: SessionMemory;
  /** Orders open now, as far as this client knows of them: see `findOpenOrders`. */
  readonly openOrders: readonly Order[];
  /** Rejects with `UnknownSymbol`. Definitions are asked for once. */
  instrument(symbol: string): Promise<Instrument>;
  /**
   * Resolves when the engine has taken the order; its first fills may come with that. Rejects with
   * `OrderRejected`, `UnknownSymbol`, `DecimalError`, or `OrderEntryError` when the engine is lost.
   */
  place(order: NewOrderRequest): Promise<Order>;
  /**
   * Asks the engine for the open orders of this client's name, of one instrument or all, those of
   * earlier runs too: from then on they are kept up to date and may be changed as any other.
   */
  findOpenOrders(symbol?: string): Promise<readonly Order[]>;
  /** Resolves with the number of orders that it has cancelled, when there are no more. */
  massCancel(request?: MassCancelRequest): Promise<number>;
  /** What was told since the log-on about orders of earlier runs; up to 10,000 are kept, each told once. */
  takeMissed(): Promise<readonly MissedEvent[]>;
  /** Returns the function that ends it. */
  on<Name extends keyof OrderEvents>(event: Name, listener: OrderEvents[Name]): () => void;
  /** Sends what is queued and logs off. Orders stay in the book, unless `cancelOnDisconnect`. */
  close(): Promise<void>;
}
