/** A page of a simulation: the browser client, whose books are compared with the naive engine's. */

import { type Book, Client } from '../../clients/browser/parts/index.ts';
import { FeedState } from '../../feed/index.ts';
import { sideDifference } from './compare-books.ts';
import type { NaiveBook, NaiveHistory } from './naive-history.ts';
import { SYMBOLS } from './order-flow.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { SimulationFailure } from './simulation-failure.ts';
import type { WebLink } from './web-link.ts';

const FRAME_MS = 16;

export interface PageProcessOptions {
  readonly process: SimulatedProcess;
  readonly history: NaiveHistory;
  readonly depth: number;
  readonly interval: number;
  readonly open: () => WebLink;
  readonly failed: (failure: SimulationFailure) => void;
}

export class PageProcess {
  readonly process: SimulatedProcess;
  readonly #options: PageProcessOptions;
  readonly #books: readonly (readonly [number, Book])[];
  #link: WebLink | undefined;

  constructor(options: PageProcessOptions) {
    const { process, depth, interval, open } = options;
    const { nowMs, setTimer, random } = process;
    this.process = process;
    this.#options = options;
    const client = new Client(
      'ws://gateway',
      { transports: ['WebSocket'] },
      {
        now: nowMs,
        random,
        setTimer,
        openSocket: () => {
          this.#link = open();
          return this.#link;
        },
        nextFrame: (callback) => void setTimer(callback, FRAME_MS),
        watchHidden: () => () => {},
      },
    );
    this.#books = SYMBOLS.map((symbol, index) => {
      const book = client.book(symbol, { depth, interval });
      book.on('change', () => this.#check(index + 1, book));
      return [index + 1, book] as const;
    });
    process.done = () => {
      for (const [id, book] of this.#books) this.#check(id, book);
    };
  }

  /** Its connection is lost. */
  reset(): void {
    this.#link?.reset();
  }

  /** Undefined: it shows what the engine shows. */
  whyNotHealed(newest: (id: number) => NaiveBook): string | undefined {
    for (const [id, book] of this.#books) {
      const { symbol, state, reason } = book;
      if (state !== FeedState.Live) return `${this.process.name}: ${symbol} is ${state}, ${reason}`;
      const found = windowDifference(book, newest(id));
      if (found !== undefined) return `${this.process.name}: ${symbol} ${found}`;
    }
    return undefined;
  }

  /** It shows the book of the transaction that it names, in whatever epoch that was. */
  #check(id: number, book: Book): void {
    if (book.state !== FeedState.Live) return;
    let found: string | undefined = 'a transaction that never was';
    for (const { books } of this.#options.history.all) {
      found = windowDifference(book, books.at(id, book.transaction));
      if (found === undefined) return;
    }
    const { process, failed } = this.#options;
    const what = `${process.name}: ${book.symbol} after transaction ${book.transaction}: ${found}`;
    failed(new SimulationFailure('LIVE_IS_RIGHT', what));
  }
}

function windowDifference(book: Book, naive: NaiveBook): string | undefined {
  for (const [side, view] of [book.bids, book.asks].entries()) {
    const flat: number[] = [];
    for (let i = 0; i < view.length; i++) {
      flat.push(view.price(i), view.quantity(i), view.orderCount(i));
    }
    const should = naive.levels[side]?.slice(0, 3 * book.depth) ?? [];
    const found = sideDifference(flat, should);
    if (found !== undefined) return `${side === 0 ? 'bid' : 'ask'} ${found}`;
  }
  return undefined;
}
