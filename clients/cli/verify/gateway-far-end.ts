/** The far end of the gateway: the browser library, with book and trades of every instrument. */

import {
  type Book,
  connect,
  FeedState,
  type InstrumentInfo,
  type LevelsView,
  Side,
  type TouchlineClient,
  type TradeEvent,
} from '../../browser/index.ts';
import type { FarBook, FarEnd, FarEndLog, FarTrade } from './far-end.ts';
import type { SideLevels } from './levels.ts';

export interface GatewayFarEndOptions {
  /** Such as "ws://127.0.0.1:7180/feed". */
  readonly url: string;
  readonly log: FarEndLog;
}

/** The deepest view that a gateway serves. */
const DEPTH = 1000;
const EVERY_TRANSACTION = 0;

export class GatewayFarEnd implements FarEnd {
  readonly name = 'the browser library';
  readonly depth = DEPTH;
  readonly gathersTrades = true;
  readonly #url: string;
  readonly #log: FarEndLog;
  readonly #books = new Map<string, Book>();
  /** The transaction of what was shown last. */
  readonly #shown = new Map<string, number>();
  #client: TouchlineClient | undefined;
  #lastError = '';

  constructor({ url, log }: GatewayFarEndOptions) {
    this.#url = url;
    this.#log = log;
  }

  /** Resolves when the connection is open. Books are subscribed to as instruments are listed. */
  async start(): Promise<void> {
    const client = connect(this.#url);
    this.#client = client;
    client.on('instruments', (instruments) => {
      for (const instrument of instruments) this.#listed(client, instrument);
    });
    client.on('error', ({ code, message }) => {
      this.#lastError = `, error ${code}: ${message}`;
    });
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (client.link.status === 'open') resolve();
      };
      client.on('link', check);
      check();
    });
  }

  async close(): Promise<void> {
    this.#client?.close();
  }

  book(symbol: string): FarBook | undefined {
    const book = this.#books.get(symbol);
    return book && bookOf(book);
  }

  ownChecks(): string {
    let hashes = 0;
    for (const { hashesChecked } of this.#books.values()) hashes += hashesChecked;
    return `${hashes.toLocaleString('en')} view hashes compared`;
  }

  describe(): string {
    const link = this.#client?.link.status ?? 'closed';
    const books = [...this.#books.values()]
      .filter(({ state }) => state !== FeedState.Live)
      .map(({ symbol, state, reason }) => `${symbol} ${state} (${reason})`);
    const states = books.length === 0 ? 'all books LIVE' : books.join(', ');
    return `on a link that is ${link}, ${states}${this.#lastError}`;
  }

  #listed(client: TouchlineClient, { symbol, tickSize, lotSize }: InstrumentInfo): void {
    if (this.#books.has(symbol)) return;
    this.#log.instrument({ symbol, tickSize, lotSize });
    // Before the book, because whoever sees the book goes on: no trade may come before this.
    const trades = client.trades(symbol);
    trades.on('trades', (all) => {
      for (const trade of all) this.#log.trade(symbol, farTrade(trade));
    });
    trades.on('missed', (from, to) => {
      this.#log.trade(symbol, { missed: `trades-missed from sequence ${from} to ${to}` });
    });
    const book = client.book(symbol, { depth: DEPTH, interval: EVERY_TRANSACTION });
    this.#books.set(symbol, book);
    book.on('change', () => this.#changed(book));
  }

  #changed(book: Book): void {
    // What is not LIVE does not claim to be the engine's book; once it is again, it does.
    if (book.state !== FeedState.Live) return;
    if (book.transaction === this.#shown.get(book.symbol)) return;
    this.#shown.set(book.symbol, book.transaction);
    this.#log.book(book.symbol, book.transaction, bookOf(book));
  }
}

function bookOf({ bids, asks, state, reason }: Book): FarBook {
  return {
    levels: { bids: copySide(bids), asks: copySide(asks) },
    state: state === FeedState.Live ? state : `${state} (${reason})`,
  };
}

function farTrade({ id, price, quantity, aggressor }: TradeEvent): FarTrade {
  const side = aggressor === Side.Bid ? 'bid' : 'ask';
  return { id, price, quantity, aggressor: aggressor === undefined ? 'nobody' : side };
}

function copySide(levels: LevelsView): SideLevels {
  const prices: number[] = [];
  const quantities: number[] = [];
  for (let i = 0; i < levels.length; i++) {
    prices.push(levels.price(i));
    quantities.push(levels.quantity(i));
  }
  return { prices, quantities };
}
