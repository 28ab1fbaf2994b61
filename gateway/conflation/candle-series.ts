/** The newest candles of one instrument and interval, as a relay has told them. */

/** A candle as in frames: start in seconds, open, high, low, close, volume, trades, flags. */
export type CandleRow = readonly [
  start: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  trades: number,
  flags: number,
];

/** The flag of a candle that lacks trades, because the relay had not been there. */
export const INCOMPLETE = 2;

export class CandleSeries {
  readonly #most: number;
  /** By start, ascending. */
  #rows: CandleRow[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get rows(): readonly CandleRow[] {
    return this.#rows;
  }

  /** Where to ask from for what may have changed: the newest but one, which may just have closed. */
  get askFrom(): number | undefined {
    return this.#rows.at(-2)?.[0] ?? this.#rows.at(-1)?.[0];
  }

  /** Takes what a relay says, ascending; answers those that are other than before. */
  merge(told: readonly CandleRow[]): CandleRow[] {
    const known = new Map(this.#rows.map((row) => [row[0], row]));
    const changed = told.filter((row) => String(known.get(row[0])) !== String(row));
    for (const row of changed) known.set(row[0], row);
    this.#rows = [...known.values()].sort((a, b) => a[0] - b[0]).slice(-this.#most);
    return changed;
  }

  /** All of them from `start` on as one; `undefined` when nothing was traded. */
  sum(start: number): CandleRow | undefined {
    return this.#rows
      .filter(([begin]) => begin >= start)
      .reduce<CandleRow | undefined>((sum, row) => joined(start, sum, row), undefined);
  }
}

function joined(start: number, sum: CandleRow | undefined, next: CandleRow): CandleRow {
  const [, open, high, low, close, volume, trades, flags] = next;
  const lacks = flags & INCOMPLETE;
  if (sum === undefined) return [start, open, high, low, close, volume, trades, lacks];
  return [
    start,
    sum[1],
    Math.max(sum[2], high),
    Math.min(sum[3], low),
    close,
    sum[5] + volume,
    sum[6] + trades,
    sum[7] | lacks,
  ];
}
