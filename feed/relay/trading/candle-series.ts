/** The candles of one instrument and one interval, the oldest of which make room. */

/** Columns of a row. */
const START = 0;
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const VOLUME = 5;
const TRADES = 6;
export const CANDLE_COLUMNS = 7;
const FIRST_ROWS = 4;

/** One candle as numbers: seconds since 1970, ticks, lots. With no trades all but `start` is 0. */
export interface Candle {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export const NO_CANDLE: Candle = {
  start: 0,
  open: 0,
  high: 0,
  low: 0,
  close: 0,
  volume: 0,
  trades: 0,
};

/**
 * ```
 *  rows   | 10:03 | 10:04 | 10:00 | 10:02 |     by start; intervals without trades have no row
 *                         ^ oldest, once all rows are used
 * ```
 * A row is seven numbers. Memory grows by doubling, up to `kept` rows.
 */
export class CandleSeries {
  /** Seconds. */
  readonly interval: number;
  readonly #kept: number;
  #rows = new Float64Array(FIRST_ROWS * CANDLE_COLUMNS);
  #capacity = FIRST_ROWS;
  /** Rows ever made. */
  #count = 0;

  constructor(interval: number, kept: number) {
    this.interval = interval;
    this.#kept = kept;
  }

  /** Candles held. */
  get length(): number {
    return Math.min(this.#count, this.#capacity);
  }

  /** Whether every candle from `start` on is still held; a full ring may have lost what is older. */
  covers(start: number): boolean {
    return this.#count < this.#kept || this.startAt(0) <= start;
  }

  /** A trade at `second`, which is never before an earlier one's. */
  add(second: number, price: number, quantity: number): void {
    const start = second - (second % this.interval);
    const rows = this.#rows;
    const at = this.length === 0 ? -1 : this.#offset(this.length - 1);
    if (at < 0 || rows[at + START] !== start) {
      this.append({
        start,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: quantity,
        trades: 1,
      });
      return;
    }
    const isFirst = rows[at + TRADES] === 0;
    if (isFirst) rows[at + OPEN] = price;
    if (isFirst || price > (rows[at + HIGH] as number)) rows[at + HIGH] = price;
    if (isFirst || price < (rows[at + LOW] as number)) rows[at + LOW] = price;
    rows[at + CLOSE] = price;
    rows[at + VOLUME] = (rows[at + VOLUME] as number) + quantity;
    rows[at + TRADES] = (rows[at + TRADES] as number) + 1;
  }

  /** A whole candle behind the newest. */
  append(candle: Candle): void {
    if (this.#count >= this.#capacity && this.#capacity < this.#kept) this.#grow();
    const at = (this.#count % this.#capacity) * CANDLE_COLUMNS;
    this.#count += 1;
    this.#write(at, candle);
  }

  /** Place of the first candle that does not begin before `start`; `length` when all do. */
  indexFrom(start: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.startAt(middle) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Place of the candle that begins at `start`; -1 when there is none. */
  indexOf(start: number): number {
    const index = this.indexFrom(start);
    return index < this.length && this.startAt(index) === start ? index : -1;
  }

  /** The candle at a place, 0 being the oldest held. */
  at(index: number): Candle {
    const at = this.#offset(index);
    const [start, open, high, low, close, volume, trades] = this.#rows.subarray(
      at,
      at + CANDLE_COLUMNS,
    ) as unknown as [number, number, number, number, number, number, number];
    return { start, open, high, low, close, volume, trades };
  }

  replace(index: number, candle: Candle): void {
    this.#write(this.#offset(index), candle);
  }

  /** All that was traded from `from` up to, without, `to`, as if it were one candle. */
  over(from: number, to: number): Candle {
    let sum: Candle = { ...NO_CANDLE, start: from };
    for (let i = this.indexFrom(from); i < this.length && this.startAt(i) < to; i++) {
      const candle = this.at(i);
      if (candle.trades > 0)
        sum = sum.trades === 0 ? { ...candle, start: from } : join(sum, candle);
    }
    return sum;
  }

  startAt(index: number): number {
    return this.#rows[this.#offset(index) + START] as number;
  }

  #write(at: number, candle: Candle): void {
    const { start, open, high, low, close, volume, trades } = candle;
    this.#rows.set([start, open, high, low, close, volume, trades], at);
  }

  #offset(index: number): number {
    const first = Math.max(0, this.#count - this.#capacity);
    return ((first + index) % this.#capacity) * CANDLE_COLUMNS;
  }

  #grow(): void {
    // Only a full ring that has never wrapped grows, so the rows lie in order.
    this.#capacity = Math.min(this.#capacity * 2, this.#kept);
    const larger = new Float64Array(this.#capacity * CANDLE_COLUMNS);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}

function join(earlier: Candle, later: Candle): Candle {
  return {
    start: earlier.start,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: earlier.volume + later.volume,
    trades: earlier.trades + later.trades,
  };
}
