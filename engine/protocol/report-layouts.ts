/** Layouts of what the engine answers; messages.ts tells what all share. */

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

/**
 * TRIGGERED
 * ```
 *  0                 4                 8               16              24
 *  +-----------------+-----------------+---------------+---------------+
 *  | type, zero      | length          | transaction   | command       |
 *  +-----------------+-----------------+---------------+-------+-------+
 *  | client order id (u64)             | order id      | instr | zero  | 48
 *  +-----------------------------------+---------------+-------+-------+
 * ```
 */
export const TriggeredOffset = {
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  Instrument: 40,
} as const;

/**
 * TRADE_BUSTED
 * ```
 *  0                 4               8               16              24
 *  +-----------------+---------------+---------------+---------------+
 *  | type, zero      | length        | transaction   | command       |
 *  +-----------------+---------------+---------------+-------+-------+
 *  | client order id | order id      | trade id      | instr | zero  | 56
 *  +-----------------+---------------+---------------+-------+-------+
 * ```
 */
export const TradeBustedOffset = {
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  TradeId: 40,
  Instrument: 48,
} as const;

/**
 * TRADE_CORRECTED
 * ```
 *  0                 4               8               16              24
 *  +-----------------+---------------+---------------+---------------+
 *  | type, zero      | length        | transaction   | command       |
 *  +-----------------+---------------+---------------+---------------+
 *  | client order id | order id      | trade id      | price         | 56
 *  +-----------------+-------+-------+---------------+---------------+
 *  | quantity        | instr | zero  |                               72
 *  +-----------------+-------+-------+
 * ```
 */
export const TradeCorrectedOffset = {
  Transaction: 8,
  Command: 16,
  ClientOrderId: 24,
  OrderId: 32,
  TradeId: 40,
  Price: 48,
  Quantity: 56,
  Instrument: 64,
} as const;
