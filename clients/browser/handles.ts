/** What a caller holds: a view of a shared subscription that counts as one, and is closed once. */

import { type FeedState, Side, type StateReason } from '../../feed/index.ts';
import type {
  Best,
  Book,
  BookChange,
  BookOptions,
  InstrumentInfo,
  LevelsView,
  Status,
  TradeEvent,
  Trades,
} from './api.ts';
import { Emitter } from './emitter.ts';
import type { InstrumentList } from './instrument-list.ts';
import { bestOf, levelsView } from './levels.ts';
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

/** Of a book; a top and a status are one with less to show. */
export class BookHandle implements Book, Status {
  readonly symbol: string;
  readonly bids: LevelsView;
  readonly asks: LevelsView;
  readonly best: Best;
  readonly #events = new Emitter<{ change: [BookChange]; frame: [BookChange] }>();
  readonly #list: InstrumentList;
  readonly #owner: Owner;
  readonly #handle: Handle;
  #live: LiveBook;
  #detach: () => void;
  /** What the next frame will be told of; `undefined` when nothing has changed since the last. */
  #untold: BookChange | undefined;
  #hasFrames = false;

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
    const off = live.events.on('change', (change) => this.#tell(change));
    return () => {
      off();
      live.handles -= 1;
      if (live.handles === 0) this.#owner.release(live);
    };
  }

  protected get live(): LiveBook {
    return this.#live;
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
  get status(): number {
    return this.#live.status;
  }
  get statusReason(): number {
    return this.#live.statusReason;
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
    this.#tell({ kind: 'state', merged: 0 });
  }

  on(event: 'change' | 'frame', listener: (change: BookChange) => void): () => void {
    this.#hasFrames ||= event === 'frame';
    return this.#handle.keep(this.#events.on(event, listener));
  }

  #tell(change: BookChange): void {
    this.#events.emit('change', change);
    if (!this.#hasFrames) return;
    const untold = this.#untold;
    if (untold === undefined) this.#owner.nextFrame(() => this.#frame());
    const kind = untold === undefined || change.kind !== 'state' ? change.kind : untold.kind;
    this.#untold = { kind, merged: (untold?.merged ?? 0) + change.merged };
  }

  #frame(): void {
    const change = this.#untold;
    this.#untold = undefined;
    if (change !== undefined) this.#events.emit('frame', change);
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
