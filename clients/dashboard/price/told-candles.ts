/** The candles of one instrument as a relay keeps them; those of this page's trades until they come. */

import type { Candles as Channel } from '../../browser/channels/index.ts';
import type { TouchlineClient } from '../../browser/index.ts';
import type { Channels } from '../channels.ts';
import { type CandleSource, type Candles, emptyCandles, gatherInto } from './candle-series.ts';

/** Candles as relays keep them, in seconds; others are gathered from the longest that divide them. */
const TOLD_SECONDS = [1, 60, 300, 900, 3600, 14_400, 86_400] as const;
/** Asked for: as many as the widest chart shows, of gathered ones as many as are served. */
const MOST_TOLD = 500;
const MOST_TO_GATHER = 1000;

/** The candles to ask for, where those of `span` seconds are to be shown. */
export function toldSpan(span: number): number {
  return TOLD_SECONDS.findLast((told) => span % told === 0) ?? 1;
}

export class ToldCandles implements CandleSource {
  readonly #client: TouchlineClient;
  readonly #channels: Channels | undefined;
  readonly #symbol: string;
  readonly #seen: CandleSource;
  #channel: Channel | undefined;
  #depth = 0;
  #told: Candles = emptyCandles();
  #changes = 0;

  /** `seen`: those of the trades that this page has seen. */
  constructor(
    client: TouchlineClient,
    channels: Channels | undefined,
    symbol: string,
    seen: CandleSource,
  ) {
    this.#client = client;
    this.#channels = channels;
    this.#symbol = symbol;
    this.#seen = seen;
  }

  get version(): number {
    return this.#seen.version + this.#changes;
  }

  /** Asks for candles of which those of `span` seconds can be made. */
  setSpan(span: number): void {
    const interval = toldSpan(span) * 1000;
    const depth = toldSpan(span) === span ? MOST_TOLD : MOST_TO_GATHER;
    if (this.#channel?.interval === interval && this.#depth === depth) return;
    this.close();
    this.#depth = depth;
    this.#channel = this.#channels?.openCandles?.(this.#client, this.#symbol, { interval, depth });
    this.#channel?.on('change', () => this.#read());
    this.#read();
  }

  gather(span: number, most: number, until?: number): Candles {
    const isTold = this.#told.times.length > 0;
    return isTold
      ? gatherInto(span, most, this.#told, until)
      : this.#seen.gather(span, most, until);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #read(): void {
    this.#changes += 1;
    this.#told = emptyCandles();
    for (const candle of this.#channel?.all ?? []) {
      this.#told.times.push(candle.start);
      this.#told.opens.push(candle.open);
      this.#told.highs.push(candle.high);
      this.#told.lows.push(candle.low);
      this.#told.closes.push(candle.close);
      this.#told.volumes.push(candle.volume);
      this.#told.lacking.push(candle.isIncomplete ? 1 : 0);
    }
  }
}
