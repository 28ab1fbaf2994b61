/**
 * The messages between a gateway and its clients. Each is an array whose element 0 is the type;
 * unknown types and elements behind the known ones are ignored, so both ends may grow.
 *
 * A shape is written once, as text, and both the types and the checks are made from it: the
 * message's name, then `field:kind` for each element behind the type; `?` marks elements that may
 * be missing at the end. Kinds:
 *
 *   n  integer, 0 to 2^53 - 1          L  levels: flat integers in threes, see below
 *   i  integer, +-(2^53 - 1)           T  trades: flat integers in fives, see below
 *   s  text                            m  map of options
 *   t  text or nil                     R  rows: arrays
 *   b  boolean                         O  orders: flat integers in threes, see below
 *
 * A level is `price - anchor` in ticks, total quantity in lots (0 = gone), number of orders.
 * An order is `price - anchor`, its id, the lots that it shows (0 = gone).
 * A trade is its id, `price - anchor`, quantity, aggressor, microseconds after the message's
 * engine time. The anchor is the class's, told by `subscribed`.
 */

export const MessageType = {
  Hello: 1,
  Subscribe: 2,
  Unsubscribe: 3,
  List: 4,
  Ack: 5,
  Ping: 6,
  Resync: 7,
  Modify: 8,
  Refresh: 9,
  Seek: 10,
  Play: 11,
  Welcome: 16,
  Subscribed: 17,
  Snapshot: 18,
  Diff: 19,
  Trades: 20,
  TradesMissed: 21,
  Instruments: 22,
  Status: 23,
  Heartbeat: 24,
  Pong: 25,
  Error: 26,
  Unsubscribed: 27,
  Subscriptions: 28,
  Best: 29,
  Refreshed: 30,
  OrdersSnapshot: 31,
  OrdersDiff: 32,
  Latency: 33,
  Candles: 34,
  Statistics: 35,
  History: 36,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** What a client sends. `id` is its own choice and comes back in the answer. */
export const REQUEST_SHAPES = {
  [MessageType.Hello]: 'hello id:n token:t client:s',
  [MessageType.Subscribe]: 'subscribe id:n channel:s symbol:s options:m?',
  [MessageType.Unsubscribe]: 'unsubscribe id:n class:n',
  [MessageType.List]: 'list id:n',
  [MessageType.Ack]: 'ack frames:n',
  [MessageType.Ping]: 'ping clientTime:i',
  [MessageType.Resync]: 'resync id:n class:n',
  [MessageType.Modify]: 'modify id:n class:n options:m',
  [MessageType.Refresh]: 'refresh id:n token:s',
  [MessageType.Seek]: 'seek id:n class:n place:m',
  [MessageType.Play]: 'play id:n class:n speed:n steps:n?',
} as const;

/** What a gateway sends. `id` is 0 where nothing was asked. */
export const EVENT_SHAPES = {
  [MessageType.Welcome]:
    'welcome id:n connection:s gatewayTimeUs:n heartbeatMs:n maxUnackedBytes:n maxSubscriptions:n validForMs:n?',
  [MessageType.Subscribed]:
    'subscribed id:n class:n channel:s symbol:s instrument:n tickSize:s lotSize:s depth:n interval:n anchor:i epochSeconds:n epochRandom:n grouping:n? sequence:n?',
  [MessageType.Snapshot]:
    'snapshot class:n sequence:n transaction:n engineTimeUs:n gatewayDelayUs:i bids:L asks:L laneA:n laneB:n merged:n position:n?',
  [MessageType.Diff]:
    'diff class:n sequence:n advance:n transaction:n engineTimeUs:n gatewayDelayUs:i merged:n bids:L asks:L laneA:n? laneB:n? position:n?',
  [MessageType.Trades]:
    'trades class:n sequence:n engineTimeUs:n gatewayDelayUs:i trades:T position:n?',
  [MessageType.TradesMissed]: 'trades-missed class:n from:n to:n',
  [MessageType.Instruments]: 'instruments class:n complete:b rows:R',
  [MessageType.Status]: 'status class:n instrument:n status:n state:s reason:s statusReason:n?',
  [MessageType.Heartbeat]: 'heartbeat class:n sequence:n? transaction:n? laneA:n? laneB:n?',
  [MessageType.Pong]: 'pong clientTime:i gatewayTimeUs:n',
  [MessageType.Error]: 'error id:n code:n message:s retryable:b retryAfterMs:n',
  [MessageType.Unsubscribed]: 'unsubscribed id:n class:n code:n message:s',
  [MessageType.Subscriptions]: 'subscriptions id:n rows:R',
  [MessageType.Best]:
    'best class:n sequence:n transaction:n engineTimeUs:n gatewayDelayUs:i bids:L asks:L',
  [MessageType.Refreshed]: 'refreshed id:n validForMs:n',
  [MessageType.OrdersSnapshot]:
    'orders-snapshot class:n sequence:n transaction:n engineTimeUs:n gatewayDelayUs:i bids:O asks:O laneA:n laneB:n merged:n',
  [MessageType.OrdersDiff]:
    'orders-diff class:n sequence:n advance:n transaction:n engineTimeUs:n gatewayDelayUs:i merged:n bids:O asks:O laneA:n? laneB:n?',
  [MessageType.Latency]: 'latency class:n gatewayTimeUs:n windowMs:n rows:R',
  [MessageType.Candles]: 'candles class:n complete:b rows:R',
  [MessageType.Statistics]: 'statistics class:n rows:R',
  [MessageType.History]:
    'history class:n request:n state:s speed:n position:n timeUs:n oldest:n next:n oldestTimeUs:n newestTimeUs:n code:n? message:s? retryable:b? retryAfterMs:n?',
} as const;

/** One row of `instruments`. */
export const INSTRUMENT_ROW_SHAPE =
  'instrument id:n symbol:s tickSize:s lotSize:s status:n state:s reason:s statusReason:n?';
/** One row of `subscriptions`. */
export const SUBSCRIPTION_ROW_SHAPE =
  'subscription class:n channel:s symbol:s depth:n interval:n grouping:n?';

/** One row of `latency`. */
export const LATENCY_ROW_SHAPE = 'hop name:s samples:n p50Us:n p99Us:n mostUs:n';

/** One row of `candles` and of `statistics`. */
export const CANDLE_ROW_SHAPE =
  'candle start:n open:i high:i low:i close:i volume:n trades:n flags:n';

/** What a book of the past is doing. */
export const HistoryState = {
  Loading: 'loading',
  Shown: 'shown',
  Playing: 'playing',
  Ended: 'ended',
  Refused: 'refused',
} as const;
export type HistoryState = (typeof HistoryState)[keyof typeof HistoryState];

/** Integers per level, per order and per trade in the flat arrays. */
export const LEVEL_WIDTH = 3;
export const ORDER_WIDTH = 3;
export const TRADE_WIDTH = 5;

export const Channel = {
  Book: 'book',
  Trades: 'trades',
  Best: 'best',
  Status: 'status',
  Instruments: 'instruments',
  Orders: 'orders',
  Latency: 'latency',
  Candles: 'candles',
  Statistics: 'statistics',
  History: 'history',
} as const;
export type Channel = (typeof Channel)[keyof typeof Channel];

interface KindTypes {
  n: number;
  i: number;
  s: string;
  t: string | null;
  b: boolean;
  L: readonly number[];
  O: readonly number[];
  T: readonly number[];
  m: Readonly<Record<string, unknown>>;
  R: readonly (readonly unknown[])[];
}

type Element<Kind extends string> = Kind extends keyof KindTypes ? KindTypes[Kind] : never;
type Elements<Text extends string> = Text extends `${infer Field} ${infer Rest}`
  ? [...OneElement<Field>, ...Elements<Rest>]
  : OneElement<Text>;
type OneElement<Field extends string> = Field extends `${string}:${infer Kind}?`
  ? [element?: Element<Kind>]
  : Field extends `${string}:${infer Kind}`
    ? [Element<Kind>]
    : [];

type Shapes = typeof REQUEST_SHAPES & typeof EVENT_SHAPES;

/** The tuple of a message type, such as `Message<typeof MessageType.Diff>`. */
export type Message<Type extends keyof Shapes> = Type extends keyof Shapes
  ? readonly [Type, ...Elements<Shapes[Type]>]
  : never;
export type Request = Message<keyof typeof REQUEST_SHAPES>;
export type GatewayEvent = Message<keyof typeof EVENT_SHAPES>;
export type InstrumentRow = readonly [...Elements<typeof INSTRUMENT_ROW_SHAPE>];
