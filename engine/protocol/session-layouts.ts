/** Layouts of the session’s messages and questions; messages.ts tells what all share. */

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
 *  | heartbeat ms    | cancel | wait | key proof (32)              | 104
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
  WaitsWhenOverloaded: 69,
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
 *  0                 8          16      24     32       40      44   45    46  48
 *  +-----------------+----------+-------+------+--------+-------+----+-----+---+
 *  | client order id | order id | price | open | filled | instr |side|state| 0 |
 *  +-----------------+----------+-------+------+--------+-------+----+-----+---+
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
  State: 45,
} as const;

/**
 * FIND_CLIENT, operator to engine: a question, not a command.
 * ```
 *  0        1         4                 8                               40
 *  +--------+---------+-----------------+-------------------------------+
 *  | type   | release | length          | name (32, ASCII)              |
 *  +--------+---------+-----------------+-------------------------------+
 * ```
 */
export const FindClientOffset = { Release: 1, Name: 8 } as const;

/**
 * CLIENT_FOUND, engine to operator: the answer; owner 0 when there is none of this name.
 * ```
 *  0        1        2               4               8               12
 *  +--------+--------+---------------+---------------+---------------+
 *  | type   | zero   | reason (u16)  | length        | owner         |
 *  +--------+--------+---------------+---------------+---------------+
 *  | open orders     | logged on | cancel | zero     | name (32)      | 56
 *  +-----------------+-----------+--------+----------+----------------+
 * ```
 */
export const ClientFoundOffset = {
  Reason: 2,
  Owner: 8,
  OpenOrders: 12,
  IsLoggedOn: 16,
  CancelOnDisconnect: 17,
  Name: 24,
} as const;
