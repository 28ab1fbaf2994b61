/** How an order and a price level lie in the rows of the book's memory. */

/**
 * A row is an order or a level, as two rows of typed arrays, 16 bytes of links and 32 of values.
 * Both start at `row << ROW.SHIFT`. Row 0 is never given out and stays all zero.
 *
 *   links (i32)       0      1          2       3
 *     order         | NEXT | PREVIOUS | LEVEL | CHAIN |    CHAIN is the order index's
 *     level         | NEXT | PREVIOUS | COUNT | TAG   |    TAG: see TAG_BITS
 *     free          | NEXT |
 *
 *   values (f64)      0          1          2        3
 *     order         | ORDER_ID | OPEN     | FILLED | OWNER |
 *     level         | PRICE    | QUANTITY | LEFT   | RIGHT |    LEFT and RIGHT are the tree's
 *
 * OWNER holds the owner and what the order goes on asking for: see order-instructions.ts.
 *
 * A level and its orders form a ring, in which the level stands between the last order and the
 * first. So the first order is the level's NEXT, the last its PREVIOUS, an empty level is its own
 * neighbour, and no end of a queue is a special case:
 *
 *        level <-> first <-> second <-> ... <-> last
 *          ^                                      ^
 *          +--------------------------------------+
 *
 * Every hot file takes the constants it needs into its own (`const { NEXT } = ROW`): the compiler
 * puts a module's own constants into the machine code, but reads an imported one from memory at
 * every use.
 */
export const ROW = {
  /** No row: the end of the free list or of a chain, "no such order", "no such level". */
  NONE: 0,
  SHIFT: 2,
  NEXT: 0,
  PREVIOUS: 1,
  LEVEL: 2,
  CHAIN: 3,
  COUNT: 2,
  TAG: 3,
  ORDER_ID: 0,
  OPEN: 1,
  FILLED: 2,
  OWNER: 3,
  PRICE: 0,
  QUANTITY: 1,
  LEFT: 2,
  RIGHT: 3,
} as const;

/**
 * A level's TAG, which says whose it is: `instrument << INSTRUMENT_SHIFT`, whether its orders are
 * hidden, and the side in the lowest bit. Instruments are below 2^29.
 */
export const TAG_BITS = {
  SIDE: 1,
  HIDDEN: 2,
  INSTRUMENT_SHIFT: 2,
} as const;
