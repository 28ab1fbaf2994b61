/** Price levels of a book as plain arrays: what the checker keeps and what the far end shows. */

/** One side, best first; prices and quantities in whole steps of whoever made it. */
export interface SideLevels {
  readonly prices: readonly number[];
  readonly quantities: readonly number[];
}

export interface BookLevels {
  readonly bids: SideLevels;
  readonly asks: SideLevels;
}

export const EMPTY_LEVELS: BookLevels = {
  bids: { prices: [], quantities: [] },
  asks: { prices: [], quantities: [] },
};

/** The best `depth` levels of a side. */
export function topOf(side: SideLevels, depth: number): SideLevels {
  if (side.prices.length <= depth) return side;
  return { prices: side.prices.slice(0, depth), quantities: side.quantities.slice(0, depth) };
}

/** The first index at which two sides differ within `depth` levels; -1 when they are equal. */
export function firstDifference(a: SideLevels, b: SideLevels, depth: number): number {
  const length = Math.min(depth, Math.max(a.prices.length, b.prices.length));
  for (let i = 0; i < length; i++) {
    if (a.prices[i] !== b.prices[i] || a.quantities[i] !== b.quantities[i]) return i;
  }
  return -1;
}

/** True when both sides are equal within `depth` levels. */
export function sameLevels(a: BookLevels, b: BookLevels, depth: number): boolean {
  return firstDifference(a.bids, b.bids, depth) < 0 && firstDifference(a.asks, b.asks, depth) < 0;
}

/** The levels whose prices are within `limit`, which cuts off the far end of either side only. */
export function withinPrice(levels: BookLevels, limit: number): BookLevels {
  const within = (side: SideLevels): SideLevels => {
    const beyond = side.prices.findIndex((price) => Math.abs(price) > limit);
    return beyond < 0 ? side : topOf(side, beyond);
  };
  return { bids: within(levels.bids), asks: within(levels.asks) };
}
