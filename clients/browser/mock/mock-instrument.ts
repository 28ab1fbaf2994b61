/** One invented instrument of a mock gateway: its book, and everything a client may be told of it. */

import { FeedState, LevelBook, Side, type StateReason } from '../../../feed/index.ts';
import type { MockMoment } from './mock-history.ts';

/** Ticks, lots, and by default one order; 0 lots take the level away. */
export type MockLevel = readonly [price: number, quantity: number, orderCount?: number];
/** Ticks, lots, and who came to whom; nobody in an auction. */
export type MockTrade = readonly [price: number, quantity: number, aggressor?: Side | undefined];

/** What one transaction does, levels first. */
export interface MockChange {
  readonly bids?: readonly MockLevel[];
  readonly asks?: readonly MockLevel[];
  readonly trades?: readonly MockTrade[];
}

/** Decimal strings; by default "0.01" and "1". */
export interface InstrumentOptions {
  readonly tickSize?: string;
  readonly lotSize?: string;
}

/** Whoever hears of what happens: the gateway. */
export interface MockListener {
  changed(instrument: MockInstrument, trades: readonly MockTrade[]): void;
  statusChanged(instrument: MockInstrument): void;
}

/** The engine's code of continuous trading. */
const CONTINUOUS = 2;

export class MockInstrument {
  readonly id: number;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly book: LevelBook;
  state: FeedState = FeedState.Live;
  reason: StateReason = 'NONE';
  status = CONTINUOUS;
  statusReason = 0;
  /** Counts levels and trades, as the engine does. */
  sequence = 0;
  /** All its transactions since the market began, oldest first: what can be looked back at. */
  readonly past: MockMoment[] = [];
  readonly #listener: MockListener;

  constructor(
    id: number,
    symbol: string,
    { tickSize = '0.01', lotSize = '1' }: InstrumentOptions,
    listener: MockListener,
  ) {
    this.id = id;
    this.symbol = symbol;
    this.tickSize = tickSize;
    this.lotSize = lotSize;
    this.book = new LevelBook(id);
    this.#listener = listener;
  }

  /** One transaction. */
  change({ bids = [], asks = [], trades = [] }: MockChange): void {
    this.#apply(Side.Bid, bids);
    this.#apply(Side.Ask, asks);
    this.sequence += trades.length;
    this.#listener.changed(this, trades);
  }

  /** What the gateway itself has of the feed; anything but LIVE means that clients must not trust it. */
  enter(state: FeedState, reason: StateReason = 'NONE'): void {
    this.state = state;
    this.reason = reason;
    this.#listener.statusChanged(this);
  }

  /** A trading status as the engine's code, such as 4 for halted, and why. */
  setStatus(status: number, reason = 0): void {
    this.status = status;
    this.statusReason = reason;
    this.#listener.statusChanged(this);
  }

  #apply(side: Side, levels: readonly MockLevel[]): void {
    for (const [price, quantity, orderCount = 1] of levels) {
      this.sequence += 1;
      this.book.apply(side, price, quantity, orderCount);
    }
  }
}
