/** What was traded of every instrument of a relay: candles and 24 h statistics, computed once, here. */

import {
  CANDLE_INTERVALS,
  MAX_TAPE_TRADES,
  STATISTICS_STEP_SECONDS,
  STATISTICS_WINDOW_SECONDS,
} from '../../limits.ts';
import { CandleFlag } from '../../wire/records.ts';
import type { CandleFields } from '../../wire/relay-record-writer.ts';
import { type Candle, NO_CANDLE } from './candle-series.ts';
import { InstrumentTrading } from './instrument-trading.ts';
import { MissedTimes } from './missed-times.ts';
import { TradeTape } from './trade-tape.ts';

/**
 * Times are seconds of the engine's clock. A trade counts in the candles of the second in which its
 * command was sequenced, wherever it comes from: the stream, a replay, an archive; so a relay that
 * goes through the same records again from a saved state has the same candles again.
 */
export class TradingHistory {
  readonly instruments = new Map<number, InstrumentTrading>();
  readonly tape: TradeTape;
  readonly missed = new MissedTimes();
  /** The seconds whose candles have changed since the last `takeChanges`, by instrument. */
  #changes = new Map<number, Set<number>>();
  readonly #windows = new Map<number, CandleFields>();
  /** The newest second of the engine that has been seen; 0: none has. */
  lastSecond = 0;
  lastTransaction = 0;
  /** Something was missed, up to the next second that is seen. */
  #isMissing = true;

  constructor(keptTrades = MAX_TAPE_TRADES) {
    this.tape = new TradeTape(keptTrades);
  }

  /**
   * A transaction, before its trades. False when it has been counted already, as after a restart: its
   * trades are then to be left out.
   */
  begin(transaction: number, second: number): boolean {
    if (transaction <= this.lastTransaction) return false;
    this.lastTransaction = transaction;
    this.advance(second);
    return true;
  }

  /** The engine's clock. */
  advance(second: number): void {
    if (this.#isMissing) {
      this.#isMissing = false;
      this.missed.add(this.lastSecond, second);
    }
    if (second > this.lastSecond) this.lastSecond = second;
  }

  /** What comes next does not follow from what was: trades in between are not known. */
  skip(): void {
    this.#isMissing = true;
  }

  /** Nothing is missing before the next transaction: it is the first of all, or follows these. */
  resumeAt(second: number, transaction = 0): void {
    this.#isMissing = false;
    this.lastSecond = second;
    this.lastTransaction = transaction;
  }

  traded(instrument: number, tradeId: number, price: number, quantity: number): void {
    const second = this.lastSecond;
    this.#of(instrument).add(second, price, quantity);
    this.#changed(instrument, second);
    this.tape.add({ tradeId, instrument, second, price, quantity });
  }

  /** Answers whether the trade was known. */
  busted(instrument: number, tradeId: number): boolean {
    return this.#change(instrument, tradeId, 0, 0);
  }

  corrected(instrument: number, tradeId: number, price: number, quantity: number): boolean {
    return this.#change(instrument, tradeId, price, quantity);
  }

  /** The candles of an interval that begin from `from` up to, without, `to`; oldest first. */
  candles(
    instrument: number,
    interval: number,
    from: number,
    to: number,
    most = Number.POSITIVE_INFINITY,
  ): CandleFields[] {
    const series = this.instruments.get(instrument)?.find(interval);
    const found: CandleFields[] = [];
    if (series === undefined) return found;
    for (let i = series.indexFrom(from); i < series.length && found.length < most; i++) {
      const candle = series.at(i);
      if (candle.start >= to) break;
      found.push(this.#fields(candle, interval));
    }
    return found;
  }

  /** What was traded in the 24 hours up to `nowSecond`, in whole minutes, this one included. */
  statistics(instrument: number, nowSecond: number): CandleFields {
    const now = Math.max(nowSecond, this.lastSecond);
    const step = STATISTICS_STEP_SECONDS;
    const start = now - (now % step) + step - STATISTICS_WINDOW_SECONDS;
    const isIncomplete = this.missed.touches(start, now + 1);
    const flags = isIncomplete ? CandleFlag.Incomplete : 0;
    const known = this.#windows.get(instrument);
    if (known?.start === start && known.flags === flags) return known;
    const trading = this.instruments.get(instrument);
    const minutes = trading?.find(step);
    const sum = minutes?.over(start, now + 1) ?? { ...NO_CANDLE, start };
    const close = trading?.lastPrice ?? 0;
    const window = { ...sum, start, close, interval: STATISTICS_WINDOW_SECONDS, flags };
    this.#windows.set(instrument, window);
    return window;
  }

  /** The candles that have changed since this was last asked, by instrument. */
  takeChanges(): Map<number, CandleFields[]> {
    const changes = new Map<number, CandleFields[]>();
    for (const [instrument, seconds] of this.#changes) {
      changes.set(instrument, this.#candlesOf(instrument, seconds));
    }
    this.#changes = new Map();
    return changes;
  }

  /** The newest candle of each interval, as far as there are any. */
  newest(instrument: number): CandleFields[] {
    const { series = [] } = this.instruments.get(instrument) ?? {};
    return series
      .filter(({ length }) => length > 0)
      .map((one) => this.#fields(one.at(one.length - 1), one.interval));
  }

  #candlesOf(instrument: number, seconds: ReadonlySet<number>): CandleFields[] {
    const { series = [] } = this.instruments.get(instrument) ?? {};
    return series.flatMap((one) => {
      const starts = new Set([...seconds].map((second) => second - (second % one.interval)));
      return [...starts]
        .map((start) => one.indexOf(start))
        .filter((index) => index >= 0)
        .map((index) => this.#fields(one.at(index), one.interval));
    });
  }

  #changed(instrument: number, second: number): void {
    this.#windows.delete(instrument);
    const seconds = this.#changes.get(instrument);
    if (seconds === undefined) this.#changes.set(instrument, new Set([second]));
    else seconds.add(second);
  }

  #fields(candle: Candle, interval: number): CandleFields {
    const end = candle.start + interval;
    const isClosed = end <= this.lastSecond;
    const isIncomplete = this.missed.touches(candle.start, end);
    const flags = (isClosed ? CandleFlag.Closed : 0) | (isIncomplete ? CandleFlag.Incomplete : 0);
    return { ...candle, interval, flags };
  }

  #of(instrument: number): InstrumentTrading {
    let found = this.instruments.get(instrument);
    if (found === undefined) {
      found = new InstrumentTrading();
      this.instruments.set(instrument, found);
    }
    return found;
  }

  #change(instrument: number, tradeId: number, price: number, quantity: number): boolean {
    const index = this.tape.find(tradeId, instrument);
    const before = index < 0 ? undefined : this.tape.at(index);
    // A busted trade stays busted.
    if (before === undefined || before.quantity === 0) return false;
    this.tape.change(index, price, quantity);
    this.instruments.get(instrument)?.change({
      second: before.second,
      volume: quantity - before.quantity,
      trades: quantity === 0 ? -1 : 0,
      rebuilt: this.#secondOf(index),
    });
    this.#changed(instrument, before.second);
    return true;
  }

  /** The candle of one second out of its trades; `undefined` when some of them have made room. */
  #secondOf(index: number): Candle | undefined {
    const { instrument, second } = this.tape.at(index);
    if (second <= this.tape.lostSecond) return undefined;
    const { from, to } = this.tape.secondAround(index);
    let sum: Candle = { ...NO_CANDLE, start: second };
    for (let i = from; i < to; i++) {
      const trade = this.tape.at(i);
      if (trade.instrument === instrument && trade.quantity > 0) sum = withTrade(sum, trade);
    }
    return sum;
  }
}

function withTrade(
  candle: Candle,
  { price, quantity }: { readonly price: number; readonly quantity: number },
): Candle {
  const isFirst = candle.trades === 0;
  return {
    start: candle.start,
    open: isFirst ? price : candle.open,
    high: isFirst ? price : Math.max(candle.high, price),
    low: isFirst ? price : Math.min(candle.low, price),
    close: price,
    volume: candle.volume + quantity,
    trades: candle.trades + 1,
  };
}

/** Whether there are candles of so many seconds. */
export function isCandleInterval(seconds: number): boolean {
  return CANDLE_INTERVALS.some((one) => one.seconds === seconds);
}
