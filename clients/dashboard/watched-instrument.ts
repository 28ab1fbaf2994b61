/** The instrument looked at: its subscriptions, and what they have brought so far. */

import { FeedState } from '../../feed/index.ts';
import type { Book, Top, TouchlineClient, TradeEvent, Trades } from '../browser/index.ts';
import type { Channels } from './channels.ts';
import type { Touch } from './ladder/spread-row.ts';
import { CandleSeries } from './price/candle-series.ts';
import { ToldCandles } from './price/told-candles.ts';
import { StateHistory } from './shown-state.ts';
import { ConflationCount } from './strip/conflation-count.ts';
import { LatencyWindow } from './strip/latency-window.ts';
import { TapeRing } from './tape/tape-ring.ts';

const TAPE_LINES = 1024;
const LATENCY_SAMPLES = 256;

export interface WatchOptions {
  readonly depth: number;
  readonly interval: number;
  readonly grouping: number;
}

export class WatchedInstrument {
  readonly book: Book;
  readonly tape = new TapeRing(TAPE_LINES);
  readonly candles: ToldCandles;
  readonly history = new StateHistory();
  readonly engineToGateway = new LatencyWindow(LATENCY_SAMPLES);
  readonly gatewayToScreen = new LatencyWindow(LATENCY_SAMPLES);
  readonly conflation = new ConflationCount();
  /** Set when the book changed since it was last drawn. */
  isDirty = true;
  /** Of the changes since it was last drawn, the oldest's engine time; 0 when there was none. */
  oldestEngineTimeUs = 0;
  readonly #client: TouchlineClient;
  readonly #trades: Trades;
  readonly #seen = new CandleSeries();
  readonly #traded: (trades: readonly TradeEvent[]) => void;
  /** The best prices where levels are gathered; the book itself says them otherwise. */
  #top: Top | undefined;

  /** `traded` hears of every trade. */
  constructor(
    client: TouchlineClient,
    channels: Channels | undefined,
    symbol: string,
    options: WatchOptions,
    traded: (trades: readonly TradeEvent[]) => void,
  ) {
    this.#client = client;
    this.#traded = traded;
    this.book = client.book(symbol, options);
    this.#trades = client.trades(symbol);
    this.candles = new ToldCandles(client, channels, symbol, this.#seen);
    this.book.on('change', (change) => {
      this.isDirty = true;
      if (change.kind !== 'diff') return;
      const { engineTimeUs, gatewayTimeUs } = this.book;
      if (this.oldestEngineTimeUs === 0) this.oldestEngineTimeUs = engineTimeUs;
      this.engineToGateway.add((gatewayTimeUs - engineTimeUs) / 1000);
      this.conflation.add(change.merged);
    });
    this.#trades.on('trades', (trades) => this.#take(trades));
    this.#trades.on('missed', (from, to) => this.tape.addMissed(from, to));
    this.#watchTop(options);
  }

  /** Shown in another way from now on: what is known of the instrument stays. */
  modify(options: WatchOptions): void {
    this.book.modify(options);
    this.#watchTop(options);
    this.engineToGateway.clear();
    this.conflation.clear();
    this.isDirty = true;
  }

  get touch(): Touch {
    const isGathered = this.#top !== undefined && this.#top.state === FeedState.Live;
    return isGathered ? (this.#top as Top).best : this.book.best;
  }

  close(): void {
    this.book.close();
    this.#trades.close();
    this.candles.close();
    this.#top?.close();
  }

  #watchTop({ grouping, interval }: WatchOptions): void {
    this.#top?.close();
    this.#top = undefined;
    if (grouping === 1) return;
    this.#top = this.#client.top(this.book.symbol, { interval });
    this.#top.on('change', () => {
      this.isDirty = true;
    });
  }

  #take(trades: readonly TradeEvent[]): void {
    this.tape.addTrades(trades);
    this.#seen.add(trades);
    this.#traded(trades);
  }
}
