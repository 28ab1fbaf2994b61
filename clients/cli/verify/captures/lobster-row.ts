/** The rows of a LOBSTER order-book file: the book after the message on the same line. */

/** Price in dollars x 10,000 and size of one level. */
export type RowLevel = readonly [price: number, size: number];

export interface LobsterRow {
  /** Best first; empty levels are left out. */
  readonly bids: readonly RowLevel[];
  readonly asks: readonly RowLevel[];
  /** Levels a side that the file has room for. */
  readonly depth: number;
}

const COLUMNS_PER_LEVEL = 4;
const EMPTY_PRICE = 9_999_999_999;

/** Per level: ask price, ask size, bid price, bid size. `undefined` for what is no row. */
export function parseLobsterRow(text: string): LobsterRow | undefined {
  const cells = text.trim().split(',').map(Number);
  if (cells.length % COLUMNS_PER_LEVEL !== 0) return undefined;
  if (!cells.every(Number.isSafeInteger)) return undefined;
  const bids: RowLevel[] = [];
  const asks: RowLevel[] = [];
  for (let i = 0; i < cells.length; i += COLUMNS_PER_LEVEL) {
    const [ask = 0, askSize = 0, bid = 0, bidSize = 0] = cells.slice(i, i + COLUMNS_PER_LEVEL);
    if (ask !== EMPTY_PRICE) asks.push([ask, askSize]);
    if (bid !== -EMPTY_PRICE) bids.push([bid, bidSize]);
  }
  return { bids, asks, depth: cells.length / COLUMNS_PER_LEVEL };
}

/** The last price of which a row speaks: one without a free place is silent about what is behind. */
export function endOfView(row: LobsterRow, side: 'bids' | 'asks'): number {
  const levels = row[side];
  const last = levels.at(-1);
  if (last !== undefined && levels.length >= row.depth) return last[0];
  return side === 'bids' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

export function isBehind(price: number, end: number, side: 'bids' | 'asks'): boolean {
  return side === 'bids' ? price < end : price > end;
}
