/** Layouts of the commands of an order’s owner; messages.ts tells what all share. */

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
 *  | quantity (u64)                    | instrument    |self|post|hid|peg 48
 *  +-----------------------------------+---------------+---------------+
 *  | minimum quantity (u64)            | display quantity (u64)        | 64
 *  +-----------------------------------+-------------------------------+
 *  | trigger price (i64)               | trail by (u64)                | 80
 *  +-----------------------------------+-------------------------------+
 *  | peg offset (u64)                  | expires at ms (u64)           | 96
 *  +-----------------------------------+-------------------------------+
 *  | linked to (u64)                   |                               104
 *  +-----------------------------------+
 * ```
 * A message may end after 48 or 64 bytes: what is not there is 0.
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
  IsHidden: 46,
  PegTo: 47,
  MinimumQuantity: 48,
  DisplayQuantity: 56,
  TriggerPrice: 64,
  TrailBy: 72,
  PegOffset: 80,
  ExpiresAtMs: 88,
  LinkedTo: 96,
} as const;
export const CONDITIONAL_NEW_ORDER_BYTES = 64;
export const LONGEST_NEW_ORDER_BYTES = 104;

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
 *  0        1        2        4        8                               16
 *  +--------+--------+--------+--------+-------------------------------+
 *  | type   | has tr | zero   | length | number                        |
 *  +--------+--------+--------+--------+-------------------------------+
 *  | client order id (u64)             | price (i64)                   | 32
 *  +-----------------------------------+---------------+---------------+
 *  | quantity (u64)                    | instrument    | zero          | 48
 *  +-----------------------------------+---------------+---------------+
 *  | trigger price (i64)               |                               56
 *  +-----------------------------------+
 * ```
 * A message without a trigger may end after 48 bytes.
 */
export const ModifyOffset = {
  HasTrigger: 1,
  Number: 8,
  ClientOrderId: 16,
  Price: 24,
  Quantity: 32,
  Instrument: 40,
  TriggerPrice: 48,
} as const;
export const TRIGGERED_MODIFY_BYTES = 56;

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
