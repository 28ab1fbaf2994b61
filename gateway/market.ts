/** The market as the feed tells it: keeps the instruments, and tells the channels what happened. */

import {
  type Aggressor,
  type Epoch,
  type FeedEvent,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  NO_EPOCH,
  nanosToMicros,
  type Side,
  sameEpoch,
  type TransactionContext,
} from '../feed/index.ts';
import { MarketInstrument } from './market-instrument.ts';

/** What the channels hear, in this order within a transaction. */
export interface MarketListener {
  /** A transaction that touched the instrument has been applied. */
  transactionApplied(instrument: MarketInstrument): void;
  /** State, reason or trading status changed; the book may have been replaced. */
  stateChanged(instrument: MarketInstrument): void;
  /** Listed for the first time, or defined anew. */
  listed(instrument: MarketInstrument): void;
  /** Another instrument took this one's place; nothing more will come of it. */
  gone(instrument: MarketInstrument): void;
}

/** Hears of every transaction, whatever it touched. */
export type TransactionListener = (context: TransactionContext) => void;

/** An engine lists its instruments first thing, so this is plenty. */
const RELIST_WITHIN_MS = 5000;

interface PendingTrade {
  readonly instrument: MarketInstrument;
  readonly aggressor: Aggressor;
  readonly price: number;
  readonly quantity: number;
  readonly id: number;
}

export class Market implements FeedListener {
  readonly #listeners: MarketListener[] = [];
  readonly #transactionListeners: TransactionListener[] = [];
  readonly #bySymbol = new Map<string, MarketInstrument>();
  readonly #byId = new Map<number, MarketInstrument>();
  readonly #touched = new Set<MarketInstrument>();
  /** Engine time of the newest transaction; 0 before the first. */
  newestTimeUs = 0;
  #trades: PendingTrade[] = [];
  #epoch: Epoch = NO_EPOCH;
  /** Whose status or definition changed in the present transaction. */
  readonly #restated = new Set<MarketInstrument>();
  /** Of the epoch before, and not heard of in this one. */
  readonly #unlisted = new Set<MarketInstrument>();
  #unlistedSinceMs: number | undefined;

  listen(listener: MarketListener): void {
    this.#listeners.push(listener);
  }

  onTransaction(listener: TransactionListener): void {
    this.#transactionListeners.push(listener);
  }

  find(symbol: string): MarketInstrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  get instruments(): Iterable<MarketInstrument> {
    return this.#bySymbol.values();
  }

  /** Whether every instrument is what the engine says; false while there is none. */
  get isLive(): boolean {
    for (const { state } of this.#bySymbol.values()) {
      if (state !== FeedState.Live) return false;
    }
    return this.#bySymbol.size > 0;
  }

  levelChanged(feed: FeedInstrument, side: Side, price: number): void {
    const instrument = this.#of(feed);
    instrument.touch(side, price);
    this.#touched.add(instrument);
  }

  traded(
    feed: FeedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    id: number,
  ): void {
    const instrument = this.#of(feed);
    this.#touched.add(instrument);
    this.#trades.push({ instrument, aggressor, price, quantity, id });
  }

  bookReset(feed: FeedInstrument): void {
    const instrument = this.#of(feed);
    instrument.history.forget();
    this.#touched.add(instrument);
  }

  /** Told in the middle of a transaction, so it is passed on at its end. */
  instrumentChanged(feed: FeedInstrument): void {
    const instrument = this.#of(feed);
    this.#touched.add(instrument);
    this.#restated.add(instrument);
  }

  transactionApplied(context: TransactionContext): void {
    const timeUs = nanosToMicros(context.engineTime.high, context.engineTime.low);
    this.newestTimeUs = timeUs;
    this.#adopt(context.epoch);
    if (this.#touched.size === 0) this.#touchConcerned(context.instrument);
    const instruments = [...this.#touched];
    this.#touched.clear();
    for (const instrument of instruments) instrument.advance(context.transaction, timeUs);
    for (const { instrument, id, price, quantity, aggressor } of this.#trades) {
      const { sequence } = instrument;
      instrument.trades.push({ sequence, id, price, quantity, aggressor, timeUs });
    }
    this.#trades = [];
    for (const instrument of instruments) {
      this.#eachListener((listener) => listener.transactionApplied(instrument));
    }
    for (const listener of this.#transactionListeners) listener(context);
    const restated = [...this.#restated];
    this.#restated.clear();
    for (const instrument of restated) {
      this.#eachListener((listener) => listener.stateChanged(instrument));
    }
  }

  stateChanged(feed: FeedInstrument): void {
    const instrument = this.#of(feed);
    instrument.history.doubt();
    instrument.sync();
    this.#touched.delete(instrument);
    this.#restated.delete(instrument);
    this.#eachListener((listener) => listener.stateChanged(instrument));
  }

  event(event: FeedEvent): void {
    if (event.type !== 'epoch') return;
    // Books that came before any transaction are of the epoch that ends now.
    if (sameEpoch(this.#epoch, NO_EPOCH)) this.#adopt(event.previous);
    this.#adopt(event.current);
  }

  /** Of a transaction without records: its instrument shows it, or all do where it names none. */
  #touchConcerned(id: number): void {
    const concerned = id === 0 ? this.#bySymbol.values() : [this.#byId.get(id)];
    for (const instrument of concerned) {
      if (instrument !== undefined) this.#touched.add(instrument);
    }
  }

  /** Drops the instruments that a new epoch has not listed again in good time. */
  tick(nowMs: number): void {
    if (this.#unlisted.size === 0) return;
    this.#unlistedSinceMs ??= nowMs;
    if (nowMs - this.#unlistedSinceMs < RELIST_WITHIN_MS) return;
    for (const instrument of [...this.#unlisted]) this.#drop(instrument);
  }

  #adopt(epoch: Epoch): void {
    if (sameEpoch(epoch, this.#epoch)) return;
    const isFirst = sameEpoch(this.#epoch, NO_EPOCH);
    // A copy, because the feed reuses its object.
    this.#epoch = { seconds: epoch.seconds, random: epoch.random };
    for (const instrument of this.#bySymbol.values()) {
      if (isFirst) {
        instrument.name(this.#epoch);
      } else {
        instrument.begin(this.#epoch);
        this.#unlisted.add(instrument);
      }
    }
    this.#unlistedSinceMs = undefined;
  }

  /** Finds the instrument of the feed's, which may be new, defined anew, or under another id. */
  #of(feed: FeedInstrument): MarketInstrument {
    const known = this.#byId.get(feed.id);
    if (known?.isSameAs(feed)) {
      known.adopt(feed);
      this.#unlisted.delete(known);
      return known;
    }
    if (known !== undefined) this.#drop(known);
    const namesake = this.#bySymbol.get(feed.symbol);
    if (namesake !== undefined) this.#drop(namesake);
    const listed = new MarketInstrument(feed);
    listed.epoch = this.#epoch;
    this.#byId.set(feed.id, listed);
    this.#bySymbol.set(feed.symbol, listed);
    this.#eachListener((listener) => listener.listed(listed));
    return listed;
  }

  #drop(instrument: MarketInstrument): void {
    this.#byId.delete(instrument.instrument);
    this.#bySymbol.delete(instrument.symbol);
    this.#touched.delete(instrument);
    this.#restated.delete(instrument);
    this.#unlisted.delete(instrument);
    this.#trades = this.#trades.filter((trade) => trade.instrument !== instrument);
    this.#eachListener((listener) => listener.gone(instrument));
  }

  #eachListener(tell: (listener: MarketListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}
