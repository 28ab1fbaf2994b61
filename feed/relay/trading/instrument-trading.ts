/** What was traded of one instrument: its candles of every interval, and how a changed trade changes them. */

import { CANDLE_INTERVALS } from '../../limits.ts';
import { type Candle, CandleSeries, NO_CANDLE } from './candle-series.ts';

/** The difference that a busted or corrected trade makes. */
export interface TradeChange {
  readonly second: number;
  readonly volume: number;
  readonly trades: number;
  /** What is left of the second, worked out anew; absent: its trades are no longer all known. */
  readonly rebuilt: Candle | undefined;
}

export class InstrumentTrading {
  /** By rising interval; each interval is a multiple of the one before. */
  readonly series: readonly CandleSeries[] = CANDLE_INTERVALS.map(
    ({ seconds, kept }) => new CandleSeries(seconds, kept),
  );

  find(interval: number): CandleSeries | undefined {
    return this.series.find((series) => series.interval === interval);
  }

  add(second: number, price: number, quantity: number): void {
    for (const series of this.series) series.add(second, price, quantity);
  }

  /** The price of the newest trade that counts; `undefined` when none is known. */
  get lastPrice(): number | undefined {
    const days = this.series.at(-1);
    for (let i = (days?.length ?? 0) - 1; i >= 0; i--) {
      const day = days?.at(i);
      if (day !== undefined && day.trades > 0) return day.close;
    }
    return undefined;
  }

  /** Every candle that holds the trade is made from the smaller ones anew, as far as they are kept. */
  change(change: TradeChange): void {
    let smaller: CandleSeries | undefined;
    for (const series of this.series) {
      const start = change.second - (change.second % series.interval);
      const index = series.indexOf(start);
      if (index >= 0) series.replace(index, changed(series.at(index), series, smaller, change));
      smaller = series;
    }
  }
}

function changed(
  candle: Candle,
  { interval }: CandleSeries,
  smaller: CandleSeries | undefined,
  change: TradeChange,
): Candle {
  const { start } = candle;
  if (smaller === undefined && change.rebuilt !== undefined) return change.rebuilt;
  if (smaller?.covers(start)) return { ...smaller.over(start, start + interval), start };
  const trades = candle.trades + change.trades;
  if (trades <= 0) return { ...NO_CANDLE, start };
  // The prices stay: which of them were the trade's is no longer known.
  return { ...candle, trades, volume: candle.volume + change.volume };
}
