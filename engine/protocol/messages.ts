/**
 * The messages of order entry: fixed layouts, little-endian, a multiple of 8 bytes long, each with
 * its type and length. A frame holds one or more whole messages, one behind the other.
 *
 * Every message starts with the same eight bytes:
 * ```
 *  0        1        2        3        4                 8
 *  +--------+--------+--------+--------+-----------------+
 *  | type   | detail bytes, by message | length (u32)    |
 *  +--------+--------+--------+--------+-----------------+
 * ```
 * `length` counts the whole message, these eight bytes included. A decoder takes a message that is
 * longer than it knows and ignores what is behind; so messages grow at their end. Bytes drawn as
 * zero are written as zero and not read. Texts are padded with NUL.
 */

import { CommandType } from './commands.ts';
import { ReportType } from './reports.ts';

const COMMAND = 64;
const REPORT = 128;

export const MessageType = {
  Logon: 1,
  LoggedOn: 2,
  Heartbeat: 3,
  Logoff: 4,
  FindInstrument: 5,
  InstrumentFound: 6,
  ReportSequence: 7,
  ReportsLost: 8,
  OpenOrders: 9,
  OpenOrdersPage: 10,
  // Commands: 64 + CommandType
  NewOrder: COMMAND + CommandType.NewOrder,
  Cancel: COMMAND + CommandType.Cancel,
  Modify: COMMAND + CommandType.Modify,
  Replace: COMMAND + CommandType.Replace,
  ListInstrument: COMMAND + CommandType.ListInstrument,
  SetStatus: COMMAND + CommandType.SetStatus,
  BookUpdate: COMMAND + CommandType.BookUpdate,
  VenueTrade: COMMAND + CommandType.VenueTrade,
  MassCancel: COMMAND + CommandType.MassCancel,
  OwnerGone: COMMAND + CommandType.OwnerGone,
  // Reports: 128 + ReportType
  Accepted: REPORT + ReportType.Accepted,
  Rejected: REPORT + ReportType.Rejected,
  Filled: REPORT + ReportType.Filled,
  Cancelled: REPORT + ReportType.Cancelled,
  Replaced: REPORT + ReportType.Replaced,
  InstrumentListed: REPORT + ReportType.InstrumentListed,
  Done: REPORT + ReportType.Done,
  MassCancelled: REPORT + ReportType.MassCancelled,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export const MESSAGE_HEADER_BYTES = 8;
export const MessageOffset = { Type: 0, Length: 4 } as const;

/** Shortest valid length of each message, which is the one this version writes. */
export const MESSAGE_BYTES = {
  /** Without the fields that only some log-ons need: see `LogonOffset`. */
  Logon: 64,
  LoggedOn: 56,
  Heartbeat: 8,
  Logoff: 8,
  FindInstrument: 48,
  InstrumentFound: 112,
  ReportSequence: 16,
  ReportsLost: 24,
  OpenOrders: 24,
  /** Without its orders. */
  OpenOrdersPage: 40,
  /** Without the fields that only some orders need: see `NewOrderOffset`. */
  NewOrder: 48,
  Cancel: 32,
  Modify: 48,
  Replace: 48,
  ListInstrument: 112,
  SetStatus: 24,
  /** Without its levels. */
  BookUpdate: 32,
  VenueTrade: 40,
  MassCancel: 24,
  OwnerGone: 16,
  Accepted: 48,
  Rejected: 40,
  Filled: 80,
  Cancelled: 56,
  Replaced: 64,
  InstrumentListed: 64,
  Done: 32,
  MassCancelled: 40,
} as const satisfies Record<keyof typeof MessageType, number>;

/**
 * LOGON, client to engine: the first message of a session.
 * ```
 *  0        1         2        3        4             8
 *  +--------+---------+--------+--------+-------------+
 *  | type   | version | is open| replay | length      |
 *  +--------+---------+--------+--------+-------------+
 *  | name (32, ASCII)                                               40
 *  +-----------------------------------+------------------------------+
 *  | token (16)                        | last report (u64)           | 64
 *  +-----------------+----------+------+------------------------------+
 *  | heartbeat ms    | cancel   | zero | key proof (32)              | 104
 *  +-----------------+----------+------+------------------------------+
 * ```
 * A message may end after 64 or 72 bytes: what is not there is 0.
 */
export const LogonOffset = {
  Version: 1,
  IsOpen: 2,
  Replay: 3,
  Name: 8,
  Token: 40,
  LastReport: 56,
  HeartbeatMs: 64,
  CancelOnDisconnect: 68,
  KeyProof: 72,
} as const;
export const LOGON_WITH_CHOICE_BYTES = 72;
export const LONGEST_LOGON_BYTES = 104;

/**
 * LOGGED_ON, engine to client: the session stands.
 * ```
 *  0        1         2         3    4               8               16
 *  +--------+---------+---------+----+---------------+-------+--------+
 *  | type   | version | resumed | 0  | length        | owner | hb ms  |
 *  +--------+---------+---------+----+---------------+-------+--------+
 *  | epoch seconds    | epoch random | token (16)                    | 40
 *  +------------------+--------------+-------------------------------+
 *  | last command (u64)              | next report (u64)             | 56
 *  +---------------------------------+-------------------------------+
 * ```
 */
export const LoggedOnOffset = {
  Version: 1,
  Resumed: 2,
  Owner: 8,
  HeartbeatMs: 12,
  EpochSeconds: 16,
  EpochRandom: 20,
  Token: 24,
  LastCommand: 40,
  NextReport: 48,
} as const;

/**
 * LOGOFF, both ways: the session is over, or was refused; HEARTBEAT is the same without a reason.
 * ```
 *  0        1        2                 4                 8
 *  +--------+--------+-----------------+-----------------+
 *  | type   | zero   | reason (u16)    | length          |
 *  +--------+--------+-----------------+-----------------+
 * ```
 */
export const LogoffOffset = { Reason: 2 } as const;

/**
 * FIND_INSTRUMENT, client to engine: a question, not a command; it has no number.
 * ```
 *  0                 4                 8                               40
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | symbol (32, UTF-8)            |
 *  +-----------------+-----------------+-------------------------------+
 *  | instrument      | zero            |                              48
 *  +-----------------+-----------------+
 * ```
 */
export const FindInstrumentOffset = { Symbol: 8, Instrument: 40 } as const;

/**
 * INSTRUMENT_FOUND, engine to client: the answer; instrument 0 when there is none of this symbol.
 * ```
 *  0        1           2        4             8               12      16
 *  +--------+-----------+--------+-------------+---------------+-------+
 *  | type   | book kind | status | length      | instrument    | zero  |
 *  +--------+-----------+--------+-------------+---------------+-------+
 *  | lowest price (i64)               | highest price (i64)           | 32
 *  +----------------------------------+-------------------------------+
 *  | tick size (24, ASCII) | lot size (24, ASCII) | symbol (32, UTF-8) | 112
 *  +-----------------------+----------------------+--------------------+
 * ```
 */
export const InstrumentFoundOffset = {
  BookKind: 1,
  Status: 2,
  Instrument: 8,
  LowestPrice: 16,
  HighestPrice: 24,
  TickSize: 32,
  LotSize: 56,
  Symbol: 80,
} as const;

/**
 * REPORT_SEQUENCE, engine to client: the number of the next report that has a transaction.
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | sequence                      |
 *  +-----------------+-----------------+-------------------------------+
 * ```
 */
export const ReportSequenceOffset = { Sequence: 8 } as const;

/**
 * REPORTS_LOST, engine to client: reports that are no longer kept.
 * ```
 *  0                 4                 8               16              24
 *  +-----------------+-----------------+---------------+---------------+
 *  | type, zero      | length          | first         | last          |
 *  +-----------------+-----------------+---------------+---------------+
 * ```
 */
export const ReportsLostOffset = { First: 8, Last: 16 } as const;

/**
 * OPEN_ORDERS, client to engine: a question, not a command.
 * ```
 *  0                 4                 8               12            16
 *  +-----------------+-----------------+---------------+-------------+
 *  | type, zero      | length          | question      | instrument  |
 *  +-----------------+-----------------+---------------+-------------+
 *  | after (u64)                       |                            24
 *  +-----------------------------------+
 * ```
 */
export const OpenOrdersOffset = { Question: 8, Instrument: 12, After: 16 } as const;

/**
 * OPEN_ORDERS_PAGE, engine to client: `count` orders of 48 bytes each follow.
 * ```
 *  0                 4                 8               12            16
 *  +-----------------+-----------------+---------------+-------------+
 *  | type, zero      | length          | question      | count       |
 *  +-----------------+-----------------+---------------+-------------+
 *  | next (u64)                        | transaction (u64)           | 32
 *  +-----------------+-----------------+-----------------------------+
 *  | retry after ms  | zero            |                              40
 *  +-----------------+-----------------+
 *
 *  order:
 *  0                 8          16      24     32       40      44  45   48
 *  +-----------------+----------+-------+------+--------+-------+----+---+
 *  | client order id | order id | price | open | filled | instr |side| 0 |
 *  +-----------------+----------+-------+------+--------+-------+----+---+
 * ```
 */
export const OpenOrdersPageOffset = {
  Question: 8,
  Count: 12,
  Next: 16,
  Transaction: 24,
  RetryAfterMs: 32,
} as const;
export const OPEN_ORDER_BYTES = 48;
export const OpenOrderOffset = {
  ClientOrderId: 0,
  OrderId: 8,
  Price: 16,
  Open: 24,
  Filled: 32,
  Instrument: 40,
  Side: 44,
} as const;

/** Every command carries the client's own number of it, which rises from command to command. */
export const CommandOffset = { Number: 8 } as const;

/**
 * NEW_ORDER
 * ```
 *  0        1        2        3        4               8               16
 *  +--------+--------+--------+--------+---------------+---------------+
 *  | type   | side   | order  | tif    | length        | number        |
 *  +--------+--------+--------+--------+---------------+---------------+
 *  | client order id (u64)             | price (i64)                   | 32
 *  +-----------------------------------+---------------+---------------+
 *  | quantity (u64)                    | instrument    | self | post | 48
 *  +-----------------------------------+---------------+---------------+
 *  | minimum quantity (u64)            | display quantity (u64)        | 64
 *  +-----------------------------------+-------------------------------+
 * ```
 * A message may end after 48 bytes: what is not there is 0.
 */
export const NewOrderOffset = {
  Side: 1,
  OrderType: 2,
  TimeInForce: 3,
  Number: 8,
  ClientOrderId: 16,
  Price: 24,
  Quantity: 32,
  Instrument: 40,
  SelfTrade: 44,
  PostOnly: 45,
  MinimumQuantity: 48,
  DisplayQuantity: 56,
} as const;
export const LONGEST_NEW_ORDER_BYTES = 64;

/**
 * CANCEL
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+---------------+---------------+
 *  | client order id (u64)             | instrument    | zero          | 32
 *  +-----------------------------------+---------------+---------------+
 * ```
 */
export const CancelOffset = { Number: 8, ClientOrderId: 16, Instrument: 24 } as const;

/**
 * MODIFY and REPLACE
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+-------------------------------+
 *  | client order id (u64)             | price (i64)                   | 32
 *  +-----------------------------------+---------------+---------------+
 *  | quantity (u64)                    | instrument    | zero          | 48
 *  +-----------------------------------+---------------+---------------+
 * ```
 */
export const ModifyOffset = {
  Number: 8,
  ClientOrderId: 16,
  Price: 24,
  Quantity: 32,
  Instrument: 40,
} as const;

/**
 * LIST_INSTRUMENT: the texts stand where the feed's INSTRUMENT record has them.
 * ```
 *  0        1           4             8                               16
 *  +--------+-----------+-------------+-------------------------------+
 *  | type   | book kind | length      | number                        |
 *  +--------+-----------+-------------+-------------------------------+
 *  | lowest price (i64)               | highest price (i64)           | 32
 *  +----------------------------------+-------------------------------+
 *  | tick size (24, ASCII) | lot size (24, ASCII) | symbol (32, UTF-8) | 112
 *  +-----------------------+----------------------+--------------------+
 * ```
 */
export const ListInstrumentOffset = {
  BookKind: 1,
  Number: 8,
  LowestPrice: 16,
  HighestPrice: 24,
  TickSize: 32,
  LotSize: 56,
  Symbol: 80,
} as const;

/**
 * SET_STATUS
 * ```
 *  0        1        4               8                               16
 *  +--------+--------+---------------+-------------------------------+
 *  | type   | status | length        | number                        |
 *  +--------+--------+---------------+-------------------------------+
 *  | instrument      | zero          |                               24
 *  +-----------------+---------------+
 * ```
 */
export const SetStatusOffset = { Status: 1, Number: 8, Instrument: 16 } as const;

/**
 * BOOK_UPDATE: `levels` of 24 bytes each follow.
 * ```
 *  0        1        4               8                               16
 *  +--------+--------+---------------+-------------------------------+
 *  | type   | clear  | length        | number                        |
 *  +--------+--------+---------------+---------------+---------------+
 *  | instrument      | depth         | levels        | zero          | 32
 *  +-----------------+---------------+---------------+---------------+
 *
 *  level:
 *  0                        8                        16     17        24
 *  +------------------------+------------------------+------+---------+
 *  | price (i64)            | quantity (u64)         | side | zero    |
 *  +------------------------+------------------------+------+---------+
 * ```
 */
export const BookUpdateOffset = {
  Clear: 1,
  Number: 8,
  Instrument: 16,
  Depth: 20,
  Levels: 24,
} as const;
export const PRICE_LEVEL_BYTES = 24;
export const PriceLevelOffset = { Price: 0, Quantity: 8, Side: 16 } as const;

/**
 * VENUE_TRADE
 * ```
 *  0        1           4            8                               16
 *  +--------+-----------+------------+-------------------------------+
 *  | type   | aggressor | length     | number                        |
 *  +--------+-----------+------------+-------------------------------+
 *  | price (i64)                     | quantity (u64)                | 32
 *  +-----------------+---------------+-------------------------------+
 *  | instrument      | zero          |                               40
 *  +-----------------+---------------+
 * ```
 */
export const VenueTradeOffset = {
  Aggressor: 1,
  Number: 8,
  Price: 16,
  Quantity: 24,
  Instrument: 32,
} as const;

/**
 * MASS_CANCEL
 * ```
 *  0        1        4               8                               16
 *  +--------+--------+---------------+-------------------------------+
 *  | type   | side   | length        | number                        |
 *  +--------+--------+---------------+-------------------------------+
 *  | instrument      | zero          |                               24
 *  +-----------------+---------------+
 * ```
 */
export const MassCancelOffset = { Side: 1, Number: 8, Instrument: 16 } as const;

/**
 * OWNER_GONE
 * ```
 *  0        1        4               8                               16
 *  +--------+--------+---------------+-------------------------------+
 *  | type   | zero   | length        | number                        |
 *  +--------+--------+---------------+-------------------------------+
 * ```
 */
export const OwnerGoneOffset = { Number: 8 } as const;

/** Every report carries these two: see `ReportBase`. */
export const ReportOffset = { Transaction: 8, Command: 16 } as const;

/**
 * ACCEPTED
 * ```
 *  0                 4                 8               16              24
 *  +-----------------+-----------------+---------------+---------------+
 *  | type, zero      | length          | transaction   | command       |
 *  +-----------------+-----------------+---------------+-------+-------+
 *  | client order id (u64)             | order id      | instr | zero  | 48
 *  +-----------------------------------+---------------+-------+-------+
 * ```
 */
export const AcceptedOffset = {
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  Instrument: 40,
} as const;

/**
 * REJECTED
 * ```
 *  0        1        2               4               8       16       24
 *  +--------+--------+---------------+---------------+-------+--------+
 *  | type   | zero   | reason (u16)  | length        | trans | command|
 *  +--------+--------+---------------+---------------+-------+--------+
 *  | client order id (u64)           | retry after ms| zero           | 40
 *  +---------------------------------+---------------+----------------+
 * ```
 */
export const RejectedOffset = {
  Reason: 2,
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  RetryAfterMs: 32,
} as const;

/**
 * FILLED
 * ```
 *  0        1        2           4               8       16          24
 *  +--------+--------+-----------+---------------+-------+-----------+
 *  | type   | side   | aggressor | length        | trans | command   |
 *  +--------+--------+-----------+---------------+-------+-----------+
 *  | client order id | order id  | trade id      | price             | 56
 *  +-----------------+-----------+-------+-------+-------------------+
 *  | quantity        | leaves    | instr | zero  |                   80
 *  +-----------------+-----------+-------+-------+
 * ```
 */
export const FilledOffset = {
  Side: 1,
  IsAggressor: 2,
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  TradeId: 40,
  Price: 48,
  Quantity: 56,
  Leaves: 64,
  Instrument: 72,
} as const;

/**
 * CANCELLED
 * ```
 *  0        1        2               4               8       16       24
 *  +--------+--------+---------------+---------------+-------+--------+
 *  | type   | zero   | reason (u16)  | length        | trans | command|
 *  +--------+--------+---------------+---------------+-------+--------+
 *  | client order id | order id      | quantity      | instr | zero   | 56
 *  +-----------------+---------------+---------------+-------+--------+
 * ```
 */
export const CancelledOffset = {
  Reason: 2,
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  Quantity: 40,
  Instrument: 48,
} as const;

/**
 * REPLACED
 * ```
 *  0        1               4               8           16           24
 *  +--------+---------------+---------------+-----------+------------+
 *  | type   | kept priority | length        | trans     | command    |
 *  +--------+---------------+---------------+-----------+------------+
 *  | client order id        | order id      | price     | quantity   | 56
 *  +-----------+------------+---------------+-----------+------------+
 *  | instr     | zero       |                                       64
 *  +-----------+------------+
 * ```
 */
export const ReplacedOffset = {
  KeptPriority: 1,
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  Price: 40,
  Quantity: 48,
  Instrument: 56,
} as const;

/**
 * INSTRUMENT_LISTED
 * ```
 *  0                 4               8               16              24
 *  +-----------------+---------------+---------------+---------------+
 *  | type, zero      | length        | transaction   | command       |
 *  +-----------------+---------------+---------------+---------------+
 *  | instrument      | zero          | symbol (32, UTF-8)            | 64
 *  +-----------------+---------------+-------------------------------+
 * ```
 */
export const InstrumentListedOffset = {
  Transaction: 8,
  Command: 16,
  Instrument: 24,
  Symbol: 32,
} as const;

/**
 * DONE
 * ```
 *  0                 4               8               16              24
 *  +-----------------+---------------+---------------+---------------+
 *  | type, zero      | length        | transaction   | command       |
 *  +-----------------+---------------+---------------+---------------+
 *  | instrument      | zero          |                               32
 *  +-----------------+---------------+
 * ```
 */
export const DoneOffset = { Transaction: 8, Command: 16, Instrument: 24 } as const;

/**
 * MASS_CANCELLED
 * ```
 *  0        1             4              8               16           24
 *  +--------+-------------+--------------+---------------+-------------+
 *  | type   | is complete | length       | transaction   | command     |
 *  +--------+-------------+--------------+---------------+-------------+
 *  | count (u64)          | instrument   | zero          |             40
 *  +----------------------+--------------+---------------+
 * ```
 */
export const MassCancelledOffset = {
  IsComplete: 1,
  Transaction: 8,
  Command: 16,
  Count: 24,
  Instrument: 32,
} as const;
