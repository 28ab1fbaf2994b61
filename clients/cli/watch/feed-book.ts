/** A book straight from the feed: every delta, applied here. */

import { type Reason, reasonCode } from '../../../engine/protocol/index.ts';
import { DecimalScale } from '../../../feed/decimal.ts';
import {
  Aggressor,
  type FeedInstrument,
  type FeedListener,
  FeedState,
  nanosToMicros,
  Side,
  TradingStatus,
  type TransactionContext,
} from '../../../feed/index.ts';
import { FeedSubscriber } from '../../../feed/node.ts';
import { type ClientSecurity, crc32, monotonicMs, wallClock } from '../../../feed/process/index.ts';
import { nameOf } from '../tail/record-view.ts';
import type { BookView, LevelView } from './book-view.ts';
import { groupLevels } from './group-levels.ts';
import { matchSymbol, TradeTails, type WatchedBook } from './watched-book.ts';

export interface FeedPlaces {
  readonly feed: string;
  readonly repair: string;
  readonly security?: ClientSecurity | undefined;
}

interface PendingTrade {
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: Aggressor;
}

export class FeedBook implements WatchedBook, FeedListener {
  #wanted: string;
  #grouping = 1;
  readonly #from: string;
  readonly #subscriber: FeedSubscriber;
  /** Of all instruments, so that a tape is there when another one is chosen. */
  readonly #tails = new TradeTails();
  /** Of the transaction under way, whose time comes with its end. */
  readonly #pending: PendingTrade[] = [];
  #instrument: FeedInstrument | undefined;
  #changed: () => void = () => undefined;

  constructor(symbol: string, at: FeedPlaces) {
    this.#wanted = symbol;
    this.#from = at.feed;
    this.#subscriber = new FeedSubscriber(
      {
        feed: [at.feed],
        repair: [at.repair],
        feedCurve: at.security?.engine,
        repairCurve: at.security?.relay,
        wallClock,
        nowMs: monotonicMs,
        crc32,
      },
      this,
    );
  }

  start(): Promise<void> {
    return this.#subscriber.start();
  }

  close(): Promise<void> {
    return this.#subscriber.close();
  }

  onChange(listener: () => void): void {
    this.#changed = listener;
  }

  get state(): FeedState {
    return this.#instrument?.state ?? this.#subscriber.state;
  }

  get otherSymbols(): readonly string[] | undefined {
    // Before it is LIVE the list may still be growing.
    if (this.#instrument !== undefined || this.#subscriber.state !== FeedState.Live) {
      return undefined;
    }
    return this.symbols;
  }

  get symbols(): readonly string[] {
    return Array.from(this.#subscriber.instruments.values(), (one) => one.symbol);
  }

  select(symbol: string): void {
    this.#wanted = symbol;
    this.#instrument = undefined;
    for (const instrument of this.#subscriber.instruments.values()) this.#find(instrument);
    this.#changed();
  }

  want(_depth: number, grouping: number): void {
    this.#grouping = grouping;
    this.#changed();
  }

  view(depth: number): BookView {
    const { state, reason, stats } = this.#subscriber;
    const facts = {
      gaps: stats.gaps,
      repaired: stats.repairedRecords,
      'hashes checked': stats.hashChecks,
      ...(stats.hashMismatches === 0 ? {} : { 'hash mismatches': stats.hashMismatches }),
      ...(this.#instrument === undefined ? {} : sessionFacts(this.#instrument)),
    };
    const instrument = this.#instrument;
    const common = { from: this.#from, grouping: this.#grouping, facts };
    if (instrument === undefined) {
      const empty = { sequence: 0, transaction: 0, bids: [], asks: [], spread: '', mid: '' };
      const nothing = { ...empty, trades: [], tradesSeen: 0 };
      // The feed may well be LIVE: the wanted book is not.
      const standing =
        state === FeedState.Live
          ? { state: FeedState.Syncing, reason: 'JOINING' as const }
          : { state, reason };
      return { symbol: this.#wanted, ...standing, ...nothing, ...common };
    }
    const prices = new DecimalScale(instrument.tickSize);
    const lots = new DecimalScale(instrument.lotSize);
    const tail = this.#tails.of(instrument.symbol);
    const bid = instrument.book.priceAt(Side.Bid, 0);
    const ask = instrument.book.priceAt(Side.Ask, 0);
    const hasBoth =
      instrument.book.levelCount(Side.Bid) > 0 && instrument.book.levelCount(Side.Ask) > 0;
    return {
      symbol: instrument.symbol,
      state: instrument.state,
      reason: instrument.reason,
      sequence: instrument.sequence,
      transaction: instrument.transaction,
      bids: levelsOf(instrument, Side.Bid, depth, this.#grouping),
      asks: levelsOf(instrument, Side.Ask, depth, this.#grouping),
      spread: hasBoth ? prices.format(ask - bid) : '',
      mid: hasBoth ? prices.formatHalves(ask + bid) : '',
      trades: tail.view(
        (ticks) => prices.format(ticks),
        (quantity) => lots.format(quantity),
      ),
      tradesSeen: tail.seen,
      ...common,
    };
  }

  instrumentChanged(instrument: FeedInstrument): void {
    this.#find(instrument);
    this.#changed();
  }

  stateChanged(instrument: FeedInstrument): void {
    this.#find(instrument);
    this.#changed();
  }

  indicativeChanged(instrument: FeedInstrument): void {
    if (instrument === this.#instrument) this.#changed();
  }

  bookReset(instrument: FeedInstrument): void {
    if (instrument === this.#instrument) this.#changed();
  }

  levelChanged(instrument: FeedInstrument): void {
    if (instrument === this.#instrument) this.#changed();
  }

  traded(instrument: FeedInstrument, aggressor: Aggressor, price: number, quantity: number): void {
    this.#pending.push({ symbol: instrument.symbol, price, quantity, aggressor });
  }

  transactionApplied(context: TransactionContext): void {
    if (this.#pending.length === 0) return;
    const { high, low } = context.engineTime;
    const timeUs = nanosToMicros(high, low);
    for (const { symbol, price, quantity, aggressor } of this.#pending.splice(0)) {
      this.#tails.of(symbol).add({ price, quantity, aggressor: aggressorName(aggressor), timeUs });
      if (symbol === this.#instrument?.symbol) this.#changed();
    }
  }

  event(): void {
    this.#changed();
  }

  #find(instrument: FeedInstrument): void {
    if (this.#instrument !== undefined && this.#instrument.symbol !== instrument.symbol) return;
    if (matchSymbol(this.#wanted, this.symbols) === instrument.symbol) {
      this.#instrument = instrument;
    }
  }
}

/** What is not as usual: a status other than continuous, why, and what its auction would do. */
function sessionFacts(instrument: FeedInstrument): Record<string, string> {
  const { status, statusReason, indicative } = instrument;
  if (status === TradingStatus.Continuous) return {};
  const why = statusReason === 0 ? '' : ` (${reasonCode(statusReason as Reason)})`;
  const facts = { status: `${nameOf(TradingStatus, status)}${why}` };
  if (indicative.volume === 0) return facts;
  const price = new DecimalScale(instrument.tickSize).format(indicative.price);
  const volume = new DecimalScale(instrument.lotSize).format(indicative.volume);
  return { ...facts, indicative: `${price} x ${volume}` };
}

function levelsOf(
  instrument: FeedInstrument,
  side: Side,
  depth: number,
  grouping: number,
): LevelView[] {
  const prices = new DecimalScale(instrument.tickSize);
  const quantities = new DecimalScale(instrument.lotSize);
  return groupLevels(instrument.book, side, depth, grouping).map(({ price, quantity, orders }) => ({
    price: prices.format(price),
    quantity: quantities.format(quantity),
    orders,
    lots: quantity,
  }));
}

export function aggressorName(aggressor: Aggressor): 'bid' | 'ask' | undefined {
  if (aggressor === Aggressor.None) return undefined;
  return aggressor === Aggressor.Bid ? 'bid' : 'ask';
}
