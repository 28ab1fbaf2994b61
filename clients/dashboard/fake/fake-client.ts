/** A client without a gateway: seeded books and trades in memory, for tests and for work on the page. */

import { FeedState, Side, type StateReason } from '../../../feed/index.ts';
import type {
  Book,
  BookChange,
  BookOptions,
  ErrorEvent,
  InstrumentInfo,
  IntervalOptions,
  LinkStatus,
  Status,
  Top,
  TouchlineClient,
  TradeEvent,
  Trades,
} from '../../browser/index.ts';
import { FakeMarket } from './fake-market.ts';

type Listener = (...values: never[]) => void;

/** Listeners by event; calling them is typed where it happens. */
class Listeners {
  readonly #byEvent = new Map<string, Set<Listener>>();

  add(event: string, listener: Listener): () => void {
    const set = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, set.add(listener));
    return () => set.delete(listener);
  }

  tell(event: string, ...values: unknown[]): void {
    for (const listener of this.#byEvent.get(event) ?? []) {
      (listener as (...all: unknown[]) => void)(...values);
    }
  }
}

class FakeBook implements Book {
  readonly symbol: string;
  depth: number;
  interval: number;
  readonly grouping = 1;
  readonly market: FakeMarket;
  readonly listeners = new Listeners();
  state: FeedState = FeedState.Syncing;
  reason: StateReason = 'JOINING';
  readonly status = 2;
  readonly statusReason = 0;
  sequence = 0;
  transaction = 0;
  engineTimeUs = 0;
  gatewayTimeUs = 0;
  hashesChecked = 0;
  hashCheckedAt = 0;
  readonly #closed: (book: FakeBook) => void;

  constructor(market: FakeMarket, options: BookOptions, closed: (book: FakeBook) => void) {
    this.symbol = market.info.symbol;
    this.market = market;
    this.depth = options.depth ?? 25;
    this.interval = options.interval ?? 100;
    this.#closed = closed;
  }

  get info(): InstrumentInfo {
    return this.market.info;
  }
  get bids() {
    return this.market.view(Side.Bid, this.hashesChecked === 0 ? 0 : this.depth);
  }
  get asks() {
    return this.market.view(Side.Ask, this.hashesChecked === 0 ? 0 : this.depth);
  }
  get best() {
    const { bids, asks } = this;
    return {
      bid: bids.length > 0 ? bids.price(0) : undefined,
      ask: asks.length > 0 ? asks.price(0) : undefined,
    };
  }
  formatPrice(ticks: number): string {
    return this.market.formatPrice(ticks);
  }
  formatQuantity(lots: number): string {
    return this.market.formatQuantity(lots);
  }
  modify({ depth, interval }: BookOptions): void {
    this.depth = depth ?? this.depth;
    this.interval = interval ?? this.interval;
  }
  on(event: 'change', listener: (change: BookChange) => void): () => void {
    return this.listeners.add(event, listener);
  }
  close(): void {
    this.#closed(this);
  }

  /** The gateway would send what the market now is. */
  arrive(nowUs: number, nowMs: number): void {
    this.state = FeedState.Live;
    this.reason = 'NONE';
    this.sequence = this.market.sequence;
    this.transaction = this.market.transaction;
    this.engineTimeUs = nowUs - 3_400;
    this.gatewayTimeUs = nowUs - 300;
    this.hashesChecked += 1;
    this.hashCheckedAt = nowMs;
    this.listeners.tell('change', { kind: 'diff', merged: 3 } satisfies BookChange);
  }

  enter(state: FeedState, reason: StateReason): void {
    this.state = state;
    this.reason = reason;
    this.listeners.tell('change', { kind: 'state', merged: 0 } satisfies BookChange);
  }
}

class FakeTrades implements Trades {
  readonly symbol: string;
  readonly listeners = new Listeners();
  readonly #closed: (trades: FakeTrades) => void;

  constructor(symbol: string, closed: (trades: FakeTrades) => void) {
    this.symbol = symbol;
    this.#closed = closed;
  }
  on(event: 'trades' | 'missed', listener: Listener): () => void {
    return this.listeners.add(event, listener);
  }
  close(): void {
    this.#closed(this);
  }
}

export class FakeClient implements TouchlineClient {
  link: LinkStatus = { status: 'open', transport: 'WebSocket', roundTripMs: 0.42 };
  readonly markets: readonly FakeMarket[];
  readonly #books = new Set<FakeBook>();
  readonly #trades = new Set<FakeTrades>();
  readonly #listeners = new Listeners();

  constructor(seed: number) {
    this.markets = FakeMarket.all(seed);
  }

  get instruments(): readonly InstrumentInfo[] {
    return this.markets.map((market) => market.info);
  }
  get openBooks(): number {
    return this.#books.size;
  }
  on(
    event: 'link' | 'instruments' | 'error',
    listener: ((link: LinkStatus) => void) | ((error: ErrorEvent) => void) | Listener,
  ): () => void {
    return this.#listeners.add(event, listener as Listener);
  }
  book(symbol: string, options: BookOptions = {}): Book {
    const book = new FakeBook(this.#market(symbol), options, (closed) =>
      this.#books.delete(closed),
    );
    this.#books.add(book);
    return book;
  }
  top(symbol: string, options: IntervalOptions = {}): Top {
    return this.book(symbol, { ...options, depth: 1 });
  }
  status(symbol: string): Status {
    return this.book(symbol, { depth: 1 });
  }
  trades(symbol: string): Trades {
    const trades = new FakeTrades(symbol, (closed) => this.#trades.delete(closed));
    this.#trades.add(trades);
    return trades;
  }
  close(): void {
    this.#books.clear();
    this.#trades.clear();
  }

  /** One step of every market, and its arrival at whoever subscribed. */
  step(nowUs: number, nowMs: number): void {
    for (const market of this.markets) {
      const happened: readonly TradeEvent[] = market.step(nowUs);
      if (happened.length === 0) continue;
      for (const trades of this.#trades) {
        if (trades.symbol === market.info.symbol) trades.listeners.tell('trades', happened);
      }
    }
    for (const book of this.#books) book.arrive(nowUs, nowMs);
  }

  enter(state: FeedState, reason: StateReason): void {
    for (const book of this.#books) book.enter(state, reason);
  }

  cut(link: LinkStatus): void {
    this.link = link;
    this.#listeners.tell('link', link);
  }

  #market(symbol: string): FakeMarket {
    const market = this.markets.find(({ info }) => info.symbol === symbol);
    if (market === undefined) throw new Error(`The fake market lists no "${symbol}".`);
    return market;
  }
}
