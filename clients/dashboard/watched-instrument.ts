/** The instrument that ladder and tape show: its subscriptions, and what they have brought so far. */

import { FeedState } from '../../feed/index.ts';
import type { Book, TouchlineClient, Trades } from '../browser/index.ts';
import { StateHistory } from './shown-state.ts';
import { LatencyWindow } from './strip/latency-window.ts';
import { TapeRing } from './tape/tape-ring.ts';

const TAPE_LINES = 256;
const LATENCY_SAMPLES = 256;

export class WatchedInstrument {
  readonly book: Book;
  readonly tape = new TapeRing(TAPE_LINES);
  readonly history = new StateHistory();
  readonly engineToGateway = new LatencyWindow(LATENCY_SAMPLES);
  readonly gatewayToScreen = new LatencyWindow(LATENCY_SAMPLES);
  /** Set when the book changed since it was last drawn. */
  isDirty = true;
  readonly #trades: Trades;
  #lastState: FeedState;

  /** `gapped` is called whenever this book turns out to have missed something. */
  constructor(
    client: TouchlineClient,
    symbol: string,
    depth: number,
    interval: number,
    gapped: () => void,
  ) {
    this.book = client.book(symbol, { depth, interval });
    this.#trades = client.trades(symbol);
    this.#lastState = this.book.state;
    this.book.on('change', (change) => {
      this.isDirty = true;
      if (this.book.state === FeedState.Gapped && this.#lastState !== FeedState.Gapped) gapped();
      this.#lastState = this.book.state;
      if (change.kind === 'diff') {
        this.engineToGateway.add((this.book.gatewayTimeUs - this.book.engineTimeUs) / 1000);
      }
    });
    this.#trades.on('trades', (trades) => this.tape.addTrades(trades));
    this.#trades.on('missed', (from, to) => this.tape.addMissed(from, to));
  }

  close(): void {
    this.book.close();
    this.#trades.close();
  }
}
