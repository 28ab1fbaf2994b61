/** Candles of one second, made of trades as they come, and gathered into longer ones on demand. */

import type { TradeEvent } from '../../browser/index.ts';

/** Candles as a chart reads them: one array a column, oldest first; prices in ticks. */
export interface Candles {
  /** Seconds since 1970 at which each begins. */
  readonly times: number[];
  readonly opens: number[];
  readonly highs: number[];
  readonly lows: number[];
  readonly closes: number[];
  /** Lots. */
  readonly volumes: number[];
  /** 1 where trades are known to be lacking, else 0. */
  readonly lacking: number[];
}

/** What a chart draws. */
export interface CandleSource {
  /** Another one when there is more to see. */
  readonly version: number;
  /**
   * The newest `most` candles of `span` seconds each, those without a trade left out, and those that
   * had not ended by `until`, in seconds since 1970.
   */
  gather(span: number, most: number, until?: number): Candles;
}

/** Seconds with a trade that are remembered: two hours of a busy instrument. */
const MOST_SECONDS = 7200;

export class CandleSeries implements CandleSource {
  /** Grows with every trade. */
  version = 0;
  readonly #seconds: Candles = emptyCandles();

  add(trades: readonly TradeEvent[]): void {
    for (const { price, quantity, timeUs } of trades) {
      merge(this.#seconds, Math.floor(timeUs / 1e6), price, price, price, price, quantity, 0);
    }
    this.version += trades.length;
    // Now and then and many at once: taking one from the front would move all others each time.
    if (this.#seconds.times.length > MOST_SECONDS * 1.25) dropOldest(this.#seconds, MOST_SECONDS);
  }

  gather(span: number, most: number, until = Number.POSITIVE_INFINITY): Candles {
    return gatherInto(span, most, this.#seconds, until);
  }
}

/** `candles` as longer ones: the newest `most` of `span` seconds each that ended by `until`. */
export function gatherInto(
  span: number,
  most: number,
  candles: Candles,
  until = Number.POSITIVE_INFINITY,
): Candles {
  const { times, opens, highs, lows, closes, volumes, lacking } = candles;
  const gathered = emptyCandles();
  const hasEnded = (time: number) => (Math.floor(time / span) + 1) * span <= until;
  const newest = times.findLast(hasEnded);
  if (newest === undefined) return gathered;
  const oldest = (Math.floor(newest / span) - most + 1) * span;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] as number;
    if (time < oldest || time > newest) continue;
    merge(
      gathered,
      Math.floor(time / span) * span,
      opens[index] as number,
      highs[index] as number,
      lows[index] as number,
      closes[index] as number,
      volumes[index] as number,
      lacking[index] as number,
    );
  }
  return gathered;
}

export function emptyCandles(): Candles {
  return { times: [], opens: [], highs: [], lows: [], closes: [], volumes: [], lacking: [] };
}

/** Into the last candle when that begins at `time` or later, else as a new one. */
function merge(
  candles: Candles,
  time: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  lacks: number,
): void {
  const last = candles.times.length - 1;
  // A trade that is told late belongs to a second that is over; it may still widen the newest.
  if (last >= 0 && time <= (candles.times[last] as number)) {
    candles.highs[last] = Math.max(candles.highs[last] as number, high);
    candles.lows[last] = Math.min(candles.lows[last] as number, low);
    candles.closes[last] = close;
    candles.volumes[last] = (candles.volumes[last] as number) + volume;
    candles.lacking[last] = Math.max(candles.lacking[last] as number, lacks);
    return;
  }
  candles.times.push(time);
  candles.opens.push(open);
  candles.highs.push(high);
  candles.lows.push(low);
  candles.closes.push(close);
  candles.volumes.push(volume);
  candles.lacking.push(lacks);
}

function dropOldest(candles: Candles, keep: number): void {
  for (const column of Object.values(candles) as number[][]) {
    column.splice(0, column.length - keep);
  }
}
