/** A book as browsers get it: through a gateway, conflated. */

import { DecimalScale } from '../../../feed/decimal.ts';
import { type FeedState, Side } from '../../../feed/index.ts';
import { UserError } from '../../../feed/process/index.ts';
import {
  type Book,
  connect,
  type LevelsView,
  type TouchlineClient,
  type TradeEvent,
  type Trades,
} from '../../browser/index.ts';
import type { BookView, LevelView } from './book-view.ts';
import { matchSymbol, TradeTails, type WatchedBook } from './watched-book.ts';

const GATEWAY_PATH = '/feed';

export interface GatewayBookOptions {
  /** As given: http, https, ws or wss; the path may be left out. */
  readonly url: string;
  readonly depth: number;
  readonly intervalMs: number;
}

export class GatewayBook implements WatchedBook {
  #wanted: string;
  #depth: number;
  #grouping = 1;
  readonly #options: GatewayBookOptions;
  readonly #url: string;
  readonly #client: TouchlineClient;
  readonly #tails = new TradeTails();
  #book: Book | undefined;
  #trades: Trades | undefined;
  #changed: () => void = () => undefined;

  constructor(symbol: string, options: GatewayBookOptions) {
    this.#wanted = symbol;
    this.#options = options;
    this.#depth = options.depth;
    this.#url = socketUrl(options.url);
    this.#client = connect(this.#url);
    this.#client.on('instruments', () => this.#subscribe());
    this.#client.on('link', () => this.#changed());
    this.#client.on('error', () => this.#changed());
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  get state(): FeedState {
    return this.#book?.state ?? 'SYNCING';
  }

  get otherSymbols(): readonly string[] | undefined {
    const { symbols } = this;
    return this.#book !== undefined || symbols.length === 0 ? undefined : symbols;
  }

  get symbols(): readonly string[] {
    return this.#client.instruments.map((one) => one.symbol);
  }

  select(symbol: string): void {
    this.#wanted = symbol;
    const before = [this.#book, this.#trades];
    this.#book = undefined;
    this.#subscribe();
    for (const one of before) one?.close();
  }

  want(depth: number, grouping: number): void {
    this.#depth = depth;
    this.#grouping = grouping;
    this.#book?.modify({ depth, grouping });
  }

  view(depth: number): BookView {
    const book = this.#book;
    const { link } = this.#client;
    const common = { from: this.#url, grouping: book?.grouping ?? this.#grouping };
    if (book === undefined) {
      return {
        symbol: this.#wanted,
        state: 'SYNCING',
        reason: link.status === 'open' ? 'JOINING' : 'DISCONNECTED',
        ...{ sequence: 0, transaction: 0, bids: [], asks: [], spread: '', mid: '' },
        ...{ trades: [], tradesSeen: 0 },
        facts: { link: link.message === undefined ? link.status : link.message },
        ...common,
      };
    }
    const { bid, ask } = book.best;
    const tail = this.#tails.of(book.symbol);
    const hasBoth = bid !== undefined && ask !== undefined && book.info !== undefined;
    return {
      symbol: book.symbol,
      state: book.state,
      reason: book.reason,
      sequence: book.sequence,
      transaction: book.transaction,
      bids: levelsOf(book, book.bids, depth),
      asks: levelsOf(book, book.asks, depth),
      spread: hasBoth ? book.formatPrice(ask - bid) : '',
      mid: hasBoth ? new DecimalScale(book.info.tickSize).formatHalves(ask + bid) : '',
      trades: tail.view(
        (ticks) => book.formatPrice(ticks),
        (lots) => book.formatQuantity(lots),
      ),
      tradesSeen: tail.seen,
      facts: {
        transport: link.transport,
        ...(link.roundTripMs === undefined
          ? {}
          : { 'round trip': `${link.roundTripMs.toFixed(1)} ms` }),
        'hashes checked': book.hashesChecked,
      },
      ...common,
    };
  }

  #subscribe(): void {
    const symbol = matchSymbol(this.#wanted, this.symbols);
    if (this.#book === undefined && symbol !== undefined) {
      const interval = this.#options.intervalMs;
      const wish = { depth: this.#depth, grouping: this.#grouping, interval };
      this.#book = this.#client.book(symbol, wish);
      this.#book.on('change', () => this.#changed());
      this.#trades = this.#client.trades(symbol);
      this.#trades.on('trades', (trades) => this.#traded(symbol, trades));
    }
    this.#changed();
  }

  #traded(symbol: string, trades: readonly TradeEvent[]): void {
    for (const { price, quantity, aggressor, timeUs } of trades) {
      const who = aggressor === undefined ? undefined : aggressor === Side.Bid ? 'bid' : 'ask';
      this.#tails.of(symbol).add({ price, quantity, aggressor: who, timeUs });
    }
    this.#changed();
  }
}

function levelsOf(book: Book, levels: LevelsView, depth: number): LevelView[] {
  return Array.from({ length: Math.min(depth, levels.length) }, (_, i) => ({
    price: book.formatPrice(levels.price(i)),
    quantity: book.formatQuantity(levels.quantity(i)),
    orders: levels.orderCount(i),
    lots: levels.quantity(i),
  }));
}

/** "http://host:port/" and "host:port" too become "ws://host:port/feed". Throws `UserError`. */
export function socketUrl(text: string): string {
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `ws://${text}`;
  const url = URL.parse(withScheme.replace(/^http/i, 'ws'));
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    throw new UserError(
      'BAD_URL',
      `"${text}" is not the address of a gateway, such as http://127.0.0.1:7180/.`,
    );
  }
  if (url.pathname === '/') url.pathname = GATEWAY_PATH;
  return url.href;
}
