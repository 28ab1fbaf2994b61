/** The charts of the instrument looked at: what they are drawn from, and which of them is drawn next. */

import { FeedState } from '../../feed/index.ts';
import type { Book, TouchlineClient, TradeEvent } from '../browser/index.ts';
import type { PageColours } from './canvas/page-colours.ts';
import { DepthView } from './depth/depth-view.ts';
import { HEAT_DEPTH, HeatRecorder } from './heatmap/heat-recorder.ts';
import { HeatmapView } from './heatmap/heatmap-view.ts';
import type { PastBook } from './past/past-book.ts';
import { PriceChart } from './price/price-chart.ts';
import type { WatchedInstrument } from './watched-instrument.ts';

/** The deep book, for the depth chart and the heatmap, which are looked at and not traded on. */
const DEEP = { depth: HEAT_DEPTH, interval: 250 } as const;

/** Between two drawings, for each time that frames come slower than they should. */
const REST_MS = 400;

export interface ChartsInput {
  readonly watched: WatchedInstrument;
  /** Shown instead of the live book. */
  readonly past: PastBook | undefined;
  readonly isPaused: boolean;
  /** How many times slower than they should frames come. */
  readonly slowness: number;
}

export class Charts {
  readonly price: PriceChart;
  readonly heatmap: HeatmapView;
  readonly depth: DepthView;
  readonly #client: TouchlineClient;
  readonly #recorder = new HeatRecorder();
  #deep: Book | undefined;
  #pausedAtColumn = 0;
  #turn = 0;
  #nextDrawMs = 0;

  constructor(client: TouchlineClient, colours: PageColours) {
    this.#client = client;
    this.price = new PriceChart(colours);
    this.heatmap = new HeatmapView(colours);
    this.depth = new DepthView(colours);
  }

  /** Another instrument: everything begins anew. */
  watch(symbol: string): void {
    const before = this.#deep;
    // The new one first: subscriptions are counted, so what both need is never given up.
    this.#deep = this.#client.book(symbol, DEEP);
    this.#deep.on('change', () => this.depth.touch());
    before?.close();
    this.#recorder.reset();
    for (const chart of [this.price, this.heatmap, this.depth]) chart.reset(symbol);
  }

  traded(trades: readonly TradeEvent[], nowMs: number): void {
    this.#recorder.traded(nowMs, trades);
  }

  /** Called in every frame: the book is recorded at its own pace, whatever is drawn. */
  record(nowMs: number): void {
    const isLive = this.#client.link.status === 'open' && this.#deep?.state === FeedState.Live;
    this.#recorder.tick(nowMs, isLive ? this.#deep : undefined);
  }

  /** The page is paused: what comes from now on is not drawn. */
  freeze(): void {
    this.#pausedAtColumn = this.#recorder.history.added;
  }

  /** Takes over what there is now, and stays frozen. */
  step(): void {
    this.freeze();
    if (this.#deep !== undefined) this.depth.read(this.#deep);
    this.depth.touch();
  }

  /**
   * One of the canvases a frame at most, in turn: together they would take too long. Where frames come
   * late already, they rest in between. Whether one was drawn.
   */
  draw(input: ChartsInput, nowMs: number): boolean {
    if (nowMs < this.#nextDrawMs || !this.#drawDue(input, nowMs)) return false;
    this.#nextDrawMs = nowMs + (input.slowness - 1) * REST_MS;
    return true;
  }

  /** The next one in turn that is due; whether there was one. */
  #drawDue({ watched, past, isPaused }: ChartsInput, nowMs: number): boolean {
    const { book, candles } = watched;
    const until = isPaused ? this.#pausedAtColumn : this.#recorder.history.added;
    for (let tried = 0; tried < 3; tried += 1) {
      this.#turn = (this.#turn + 1) % 3;
      if (this.#turn === 0 && !isPaused && this.price.isDue(candles, nowMs)) {
        this.price.draw(candles, book, nowMs);
        return true;
      }
      if (this.#turn === 1 && this.heatmap.isDue(until)) {
        this.heatmap.draw(this.#recorder, until, book);
        return true;
      }
      if (this.#turn === 2 && this.#deep !== undefined && this.depth.isDue(nowMs)) {
        const shown = past ?? this.#deep;
        if (!isPaused) this.depth.read(shown);
        this.depth.draw(shown, book.info?.tickSize ?? '1', nowMs);
        return true;
      }
    }
    return false;
  }
}
