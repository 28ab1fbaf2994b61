/** What a caller holds: a view of a shared subscription that counts as one, and is closed once. */

import { type FeedState, Side, type StateReason } from '../../feed/index.ts';
import type {
  Best,
  Book,
  BookChange,
  BookOptions,
  InstrumentInfo,
  LevelsView,
  TradeEvent,
  Trades,
} from './api.ts';
import { Emitter } from './emitter.ts';
import type { InstrumentList } from './instrument-list.ts';
import type { LiveBook } from './live-book.ts';
import type { LiveTrades } from './live-trades.ts';
import type { Owner } from './subscription.ts';

/** Closes its listeners with itself, and counts itself out once. */
class Handle {
  readonly #offs: (() => void)[] = [];
  readonly #end: () => void;
  isClosed = false;

  constructor(end: () => void) {
    this.#end = end;
  }

  keep(off: () => void): () => void {
    if (this.isClosed) off();
    else this.#offs.push(off);
    return off;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const off of this.#offs) off();
    this.#end();
  }
}

export class BookHandle implements Book {
  readonly symbol: string;
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  readonly best: Best;
  readonly #events = new Emitter<{ change: [BookChange] }>();
  readonly #list: InstrumentList;
  readonly #owner: Owner;
  readonly #handle: Handle;
  #live: LiveBook;
  #detach: () => void;

  constructor(live: LiveBook, list: InstrumentList, owner: Owner) {
    this.symbol = live.symbol;
    this.#live = live;
    this.#list = list;
    this.#owner = owner;
    const read = () => this.#live.levels;
    this.bids = levelsView(read, Side.Bid);
    this.asks = levelsView(read, Side.Ask);
    this.best = bestOf(this.bids, this.asks);
    this.#detach = this.#attach(live);
    this.#handle = new Handle(() => this.#detach());
  }

  /** Counts as one who has it, and hears of its changes. */
  #attach(live: LiveBook): () => void {
    live.handles += 1;
    const off = live.events.on('change', (change) => this.#events.emit('change', change));
    return () => {
      off();
      live.handles -= 1;
      if (live.handles === 0) this.#owner.release(live);
    };
  }

  get info(): InstrumentInfo | undefined {
    return this.#list.find(this.symbol);
  }
  get depth(): number {
    return this.#live.depth;
  }
  get interval(): number {
    return this.#live.interval;
  }
  get grouping(): number {
    return this.#live.grouping;
  }
  get state(): FeedState {
    return this.#live.state;
  }
  get reason(): StateReason {
    return this.#live.reason;
  }
  get sequence(): number {
    return this.#live.sequence;
  }
  get transaction(): number {
    return this.#live.transaction;
  }
  get engineTimeUs(): number {
    return this.#live.engineTimeUs;
  }
  get gatewayTimeUs(): number {
    return this.#live.gatewayTimeUs;
  }
  get hashesChecked(): number {
    return this.#live.hashesChecked;
  }
  get hashCheckedAt(): number {
    return this.#live.hashCheckedAt;
  }

  formatPrice(ticks: number): string {
    return this.#live.prices.format(ticks);
  }

  formatQuantity(lots: number): string {
    return this.#live.quantities.format(lots);
  }

  modify(options: BookOptions): void {
    if (this.#handle.isClosed) return;
    const live = this.#owner.modify(this.#live, options);
    if (live === this.#live) return;
    const detach = this.#detach;
    this.#live = live;
    this.#detach = this.#attach(live);
    detach();
    this.#events.emit('change', { kind: 'state', merged: 0 });
  }

  on(event: 'change', listener: (change: BookChange) => void): () => void {
    return this.#handle.keep(this.#events.on(event, listener));
  }

  close(): void {
    this.#handle.close();
  }
}

export class TradesHandle implements Trades {
  readonly symbol: string;
  readonly #live: LiveTrades;
  readonly #handle: Handle;

  constructor(live: LiveTrades, owner: Owner) {
    live.handles += 1;
    this.symbol = live.symbol;
    this.#live = live;
    this.#handle = new Handle(() => {
      live.handles -= 1;
      if (live.handles === 0) owner.release(live);
    });
  }

  on(event: 'trades', listener: (trades: readonly TradeEvent[]) => void): () => void;
  on(event: 'missed', listener: (from: number, to: number) => void): () => void;
  on(event: 'trades' | 'missed', listener: (...values: never[]) => void): () => void {
    const { events } = this.#live;
    if (event === 'missed') {
      return this.#handle.keep(events.on(event, listener as (from: number, to: number) => void));
    }
    return this.#handle.keep(events.on(event, listener as (trades: readonly TradeEvent[]) => void));
  }

  close(): void {
    this.#handle.close();
  }
}

/** Reads through to the arrays of the book: nothing is copied, and nothing outlives a change. */
function levelsView(read: () => LiveBook['levels'], side: Side): LevelsView {
  return {
    get length() {
      return read().levelCount(side);
    },
    price: (index) => read().priceAt(side, index),
    quantity: (index) => read().quantityAt(side, index),
    orderCount: (index) => read().orderCountAt(side, index),
  };
}

function bestOf(bids: LevelsView, asks: LevelsView): Best {
  return {
    get bid() {
      return bids.length > 0 ? bids.price(0) : undefined;
    },
    get ask() {
      return asks.length > 0 ? asks.price(0) : undefined;
    },
  };
}
