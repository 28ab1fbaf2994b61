/** The channels "candles" and "statistics": what a relay knows of trades, asked again each second. */

import { Audience } from '../conflation/audience.ts';
import { type CandleRow, CandleSeries } from '../conflation/candle-series.ts';
import { CandlesClass } from '../conflation/candles-class.ts';
import type { ClassKey, ClassTime } from '../conflation/conflation-class.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import {
  CANDLE_LADDER_MS,
  CANDLES_EVERY_MS,
  DEFAULT_CANDLE_MS,
  DEFAULT_CANDLES,
  DEPTH_LADDER,
  type Encoding,
  STATISTICS_CANDLES,
  serve,
} from '../protocol/index.ts';
import {
  badOption,
  type Channel,
  integerOption,
  type ReadTime,
  type Refusal,
  type ServedClass,
  unknownSymbol,
  type Wish,
} from './channel.ts';

/** Where candles come from. `from` in seconds since 1970, `interval` in seconds; oldest first. */
export type AskCandles = (
  symbol: string,
  interval: number,
  from: number,
) => Promise<readonly CandleRow[]>;

interface ServedCandles extends ServedClass {
  readonly logic: CandlesClass;
  readonly series: CandleSeries;
  readonly instrument: MarketInstrument;
  /** Seconds. */
  readonly interval: number;
  isAsking: boolean;
  askedAtMs: number;
}

export class CandlesChannel implements Channel, MarketListener {
  readonly #name: 'candles' | 'statistics';
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #ask: AskCandles | undefined;
  readonly #served = new Set<ServedCandles>();

  constructor(
    name: 'candles' | 'statistics',
    market: Market,
    readTime: ReadTime,
    ask: AskCandles | undefined,
  ) {
    this.#name = name;
    this.#market = market;
    this.#readTime = readTime;
    this.#ask = ask;
    market.listen(this);
  }

  keyOf({ symbol, options, codec }: Wish): ClassKey | Refusal {
    if (this.#ask === undefined) {
      return { error: 'UNKNOWN_CHANNEL', detail: 'This gateway has no relay to ask.' };
    }
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    const rest = { channel: this.#name, symbol, grouping: 1, phase: 0, codec: codec.name };
    if (this.#name === 'statistics') return { ...rest, depth: 0, interval: 0 };
    const depth = integerOption(options, 'depth', 1, DEFAULT_CANDLES);
    if (depth === undefined) return badOption('depth', 1);
    const interval = integerOption(options, 'interval', 1, DEFAULT_CANDLE_MS);
    if (interval === undefined) return badOption('interval', 1);
    return {
      ...rest,
      depth: serve(DEPTH_LADDER, depth),
      interval: serve(CANDLE_LADDER_MS, interval),
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedClass {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const isSum = this.#name === 'statistics';
    const series = new CandleSeries(isSum ? STATISTICS_CANDLES : key.depth);
    const served: ServedCandles = {
      logic: new CandlesClass(id, key, instrument, series, encoding),
      audience: new Audience(),
      series,
      instrument,
      interval: isSum ? 60 : key.interval / 1000,
      isAsking: false,
      askedAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#served.add(served);
    this.#askFor(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#served.delete(served as ServedCandles);
  }

  transactionApplied(): void {}

  stateChanged(): void {}

  listed(): void {}

  gone(instrument: MarketInstrument): void {
    for (const served of [...this.#served]) {
      if (served.instrument === instrument) served.audience.dismiss();
    }
  }

  refresh(): void {}

  beat(): void {}

  tick({ nowMs }: ClassTime): void {
    for (const served of this.#served) {
      if (nowMs - served.askedAtMs >= CANDLES_EVERY_MS) this.#askFor(served);
    }
  }

  /** One question of a class at a time; one that fails is asked again a second later. */
  #askFor(served: ServedCandles): void {
    if (served.isAsking) return;
    const { nowMs, nowUs } = this.#readTime();
    served.isAsking = true;
    served.askedAtMs = nowMs;
    const { series, interval, instrument } = served;
    const most = this.#name === 'statistics' ? STATISTICS_CANDLES : served.logic.key.depth;
    const from = series.askFrom ?? Math.max(0, Math.floor(nowUs / 1e6) - most * interval);
    this.#ask?.(instrument.symbol, interval, from).then(
      (rows) => {
        served.isAsking = false;
        if (this.#served.has(served)) this.#told(served, rows);
      },
      () => {
        served.isAsking = false;
      },
    );
  }

  #told({ logic, series, audience }: ServedCandles, rows: readonly CandleRow[]): void {
    const from = logic.version;
    const { nowUs } = this.#readTime();
    const frame = logic.told(series.merge(rows), Math.floor(nowUs / 1e6));
    if (frame !== undefined) audience.broadcast([frame], from, logic.version);
  }
}
