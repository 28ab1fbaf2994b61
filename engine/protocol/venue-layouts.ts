/** Layouts of what a venue’s book is fed with; messages.ts tells what all share. */

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
