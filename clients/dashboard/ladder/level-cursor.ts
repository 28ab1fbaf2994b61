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

/**
 * Where a price that was pointed at stands now: at its level, at the next one outwards when that is
 * gone, at the outermost when there is none. `undefined` on an empty side.
 */
export function placeOf(
  side: 'bid' | 'ask',
  price: number,
  levels: { readonly length: number; readonly prices: ArrayLike<number> },
): LevelPlace | undefined {
  if (levels.length === 0) return undefined;
  for (let index = 0; index < levels.length; index += 1) {
    const outwards = (levels.prices[index] as number) - price;
    if (side === 'ask' ? outwards >= 0 : outwards <= 0) return { side, index };
  }
  return { side, index: levels.length - 1 };
}
