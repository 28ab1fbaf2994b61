/** The level pointed at, by pointer or by key, counted from the best price of its side; pure. */

export interface LevelPlace {
  readonly side: 'bid' | 'ask';
  /** 0 is the best price. */
  readonly index: number;
}

/**
 * The place one row further down the page (`by` 1) or up (-1): asks stand above bids, their best
 * lowest. From nowhere it begins at the touch. Stops at the outermost level of each side.
 */
export function moveCursor(
  place: LevelPlace | undefined,
  by: 1 | -1,
  bidCount: number,
  askCount: number,
): LevelPlace | undefined {
  // One line of rows: asks from -askCount (outermost) to -1 (best), bids from 0 (best) on.
  const row = place === undefined ? (by === 1 ? -1 : 0) : rowOfPlace(place);
  const moved = Math.min(bidCount - 1, Math.max(-askCount, row + by));
  if (bidCount + askCount === 0) return undefined;
  return moved < 0 ? { side: 'ask', index: -moved - 1 } : { side: 'bid', index: moved };
}

function rowOfPlace({ side, index }: LevelPlace): number {
  return side === 'ask' ? -index - 1 : index;
}
