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
} from '../../browser/index.ts';
import type { BookView, LevelView } from './book-view.ts';
import { clockTime, matchSymbol, TradeTail, type WatchedBook } from './watched-book.ts';

const GATEWAY_PATH = '/feed';

export interface GatewayBookOptions {
  /** As given: http, https, ws or wss; the path may be left out. */
  readonly url: string;
  readonly depth: number;
  readonly intervalMs: number;
}

export class GatewayBook implements WatchedBook {
  readonly #wanted: string;
  readonly #options: GatewayBookOptions;
  readonly #url: string;
  readonly #client: TouchlineClient;
  readonly #tail = new TradeTail();
  #book: Book | undefined;
  #changed: () => void = () => undefined;

  constructor(symbol: string, options: GatewayBookOptions) {
    this.#wanted = symbol;
    this.#options = options;
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
    const symbols = this.#symbols();
    return this.#book !== undefined || symbols.length === 0 ? undefined : symbols;
  }

  view(depth: number): BookView {
    const book = this.#book;
    const { link } = this.#client;
    const common = { from: this.#url, trades: this.#tail.newestFirst, tradesSeen: this.#tail.seen };
    if (book === undefined) {
      return {
        symbol: this.#wanted,
        state: 'SYNCING',
        reason: link.status === 'open' ? 'JOINING' : 'DISCONNECTED',
        ...{ sequence: 0, transaction: 0, bids: [], asks: [], spread: '', mid: '' },
        facts: { link: link.message === undefined ? link.status : link.message },
        ...common,
      };
    }
    const { bid, ask } = book.best;
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
    const symbol = matchSymbol(this.#wanted, this.#symbols());
    if (this.#book === undefined && symbol !== undefined) {
      const { depth, intervalMs } = this.#options;
      const book = this.#client.book(symbol, { depth, interval: intervalMs });
      book.on('change', () => this.#changed());
      this.#client.trades(symbol).on('trades', (trades) => this.#traded(book, trades));
      this.#book = book;
    }
    this.#changed();
  }

  #traded(book: Book, trades: readonly TradeEvent[]): void {
    for (const trade of trades) {
      this.#tail.add({
        price: book.formatPrice(trade.price),
        quantity: book.formatQuantity(trade.quantity),
        aggressor:
          trade.aggressor === undefined ? undefined : trade.aggressor === Side.Bid ? 'bid' : 'ask',
        time: clockTime(trade.timeUs),
      });
    }
    this.#changed();
  }

  #symbols(): string[] {
    return this.#client.instruments.map((one) => one.symbol);
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
