/** Every bound of the matching side of the engine, in one place; order entry's are in protocol/. */

/** Orders open at once in the whole market: 48 bytes of book and 36 of directory each, 168 MiB. */
export const MAX_OPEN_ORDERS = 2 ** 21;

/** Room for so many open orders is made at the start, so that nothing grows while the market runs. */
export const EXPECTED_OPEN_ORDERS = 2 ** 17;

/** A client order id is refused as a duplicate at least until this many later orders have ended. */
export const DUPLICATE_WINDOW = 2 ** 20;

/**
 * Places of the order directory: every open order, the window, one order that is being matched.
 * An order id is `generation * ORDER_SLOTS + slot`, so with 2^22 slots there are 2^31 generations.
 */
export const ORDER_SLOTS = 2 ** 22;

/**
 * Levels of one venue's book, both sides together: two of the largest updates. An update can at
 * most empty and fill it, so that its transaction stays far below MAX_TRANSACTION_RECORDS.
 */
export const MAX_VENUE_LEVELS = 32_768;

/** Newest trades between orders that can be busted or corrected: 64 bytes each, 8 MiB. */
export const MAX_KEPT_TRADES = 2 ** 17;

/** Stops and pegged orders of one instrument: 0.5 KiB each, 32 MiB. */
export const MAX_WAITING_ORDERS = 2 ** 16;

/** Orders that one command ends because of a status; the rest is due at once: as a mass cancel. */
export const MAX_ENDED_PER_COMMAND = 2 ** 16;

/** Commands of one turn that share a reading of the clock: so their times are some microseconds old. */
export const COMMANDS_PER_CLOCK_READING = 16;
