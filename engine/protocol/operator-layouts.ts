/** Layouts of the messages by which operators run a market; messages.ts tells what all share. */

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
 * SET_RULES
 * ```
 *  0        1               2        4               8                16
 *  +--------+---------------+--------+---------------+-----------------+
 *  | type   | has reference | zero   | length        | number          |
 *  +--------+---------------+--------+---------------+-----------------+
 *  | lowest price (i64)              | highest price (i64)             | 32
 *  +---------------------------------+---------------------------------+
 *  | collar ticks (u64)              | pause ticks (u64)               | 48
 *  +---------------------------------+----------------+----------------+
 *  | reference price (i64)           | instrument     | pause ms       | 64
 *  +---------------------------------+----------------+----------------+
 * ```
 */
export const SetRulesOffset = {
  HasReference: 1,
  Number: 8,
  LowestPrice: 16,
  HighestPrice: 24,
  CollarTicks: 32,
  PauseTicks: 40,
  ReferencePrice: 48,
  Instrument: 56,
  PauseMs: 60,
} as const;

/**
 * SET_CALENDAR: `entries` of 8 bytes each follow, then `holidays` of 4 each, then zero up to a
 * multiple of 8.
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+---------------+---------------+
 *  | instrument      | entries         | holidays      | zero          | 32
 *  +-----------------+-----------------+---------------+---------------+
 *
 *  entry:                                            holiday:
 *  0                4          5        6      8     0                 4
 *  +----------------+----------+--------+------+     +-----------------+
 *  | time of day ms | weekdays | status | zero |     | days since 1970 |
 *  +----------------+----------+--------+------+     +-----------------+
 * ```
 */
export const SetCalendarOffset = { Number: 8, Instrument: 16, Entries: 20, Holidays: 24 } as const;
export const CALENDAR_ENTRY_BYTES = 8;
export const CalendarEntryOffset = { TimeOfDayMs: 0, Weekdays: 4, Status: 5 } as const;
export const HOLIDAY_BYTES = 4;

/**
 * BUST_TRADE
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+---------------+---------------+
 *  | trade id (u64)                    | instrument    | zero          | 32
 *  +-----------------------------------+---------------+---------------+
 * ```
 */
export const BustTradeOffset = { Number: 8, TradeId: 16, Instrument: 24 } as const;

/**
 * CORRECT_TRADE
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+-------------------------------+
 *  | trade id (u64)                    | price (i64)                   | 32
 *  +-----------------------------------+---------------+---------------+
 *  | quantity (u64)                    | instrument    | zero          | 48
 *  +-----------------------------------+---------------+---------------+
 * ```
 */
export const CorrectTradeOffset = {
  Number: 8,
  TradeId: 16,
  Price: 24,
  Quantity: 32,
  Instrument: 40,
} as const;

/**
 * KILL_SWITCH
 * ```
 *  0        1        4               8                               16
 *  +--------+--------+---------------+-------------------------------+
 *  | type   | is on  | length        | number                        |
 *  +--------+--------+---------------+-------------------------------+
 *  | target (u32)    | zero          |                               24
 *  +-----------------+---------------+
 * ```
 */
export const KillSwitchOffset = { IsOn: 1, Number: 8, Target: 16 } as const;

/**
 * ADVANCE_TIME
 * ```
 *  0                 4                 8                               16
 *  +-----------------+-----------------+-------------------------------+
 *  | type, zero      | length          | number                        |
 *  +-----------------+-----------------+-------------------------------+
 * ```
 */
export const AdvanceTimeOffset = { Number: 8 } as const;
