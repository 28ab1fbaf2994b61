/** Which prices a heatmap shows, and how many ticks one of its rows gathers. */

/** Row 0 begins at `low`; a row gathers `step` ticks. */
export interface PriceWindow {
  readonly low: number;
  readonly step: number;
  readonly rows: number;
}

export interface Touch {
  readonly bid: number;
  readonly ask: number;
  /** Prices that should be seen: some levels away from the touch on each side. */
  readonly lowest: number;
  readonly highest: number;
}

/** A window stays while the mid is in its middle half: prices that always moved could not be read. */
const EDGE = 0.25;
/** A finer step is taken only when it would be this much finer; a coarser one at once. */
const MUCH_FINER = 2.5;

/** The window for a touch, `current` as long as that serves. */
export function priceWindow(
  current: PriceWindow | undefined,
  { bid, ask, lowest, highest }: Touch,
  rows: number,
): PriceWindow {
  const mid = (bid + ask) / 2;
  const wanted = niceStep((Math.max(mid - lowest, highest - mid) * 2) / rows);
  if (current !== undefined) {
    const isFineEnough = current.step < wanted * MUCH_FINER && current.step * 2 >= wanted;
    const part = (mid - current.low) / (current.step * current.rows);
    if (isFineEnough && part >= EDGE && part <= 1 - EDGE) return current;
  }
  const low = Math.floor((mid - (wanted * rows) / 2) / wanted) * wanted;
  return { low, step: wanted, rows };
}

/** The row of a price; outside 0 to rows - 1 when it is not shown. */
export function rowOf(window: PriceWindow, price: number): number {
  return Math.floor((price - window.low) / window.step);
}

/** The smallest of 1, 2, 5, 10, 20, 50 ... that is `wanted` or more. */
export function niceStep(wanted: number): number {
  let decade = 1;
  for (;;) {
    for (const step of [1, 2, 5]) {
      if (step * decade >= wanted) return step * decade;
    }
    decade *= 10;
  }
}
