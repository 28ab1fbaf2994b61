/** Publishes the streams of single instruments out of a relay's replica: who is due, and when. */

import {
  MAX_INSTRUMENT_HEARTBEATS_PER_SECOND,
  MAX_PENDING_TRADES,
  POSITION_TABLE_ROTATION_MS,
} from '../../limits.ts';
import type { FeedInstrument, TransactionContext } from '../../listener.ts';
import { nanos, nanosToMicros } from '../../nanos.ts';
import type { TradingHistory } from '../trading/trading-history.ts';
import { InstrumentPackets, type InstrumentPacketsOptions } from './instrument-packets.ts';
import { StreamedInstrument } from './streamed-instrument.ts';
import type { TradeEvent } from './transaction-trades.ts';

const MICROS_PER_SECOND = 1_000_000;

export interface InstrumentStreamsOptions extends InstrumentPacketsOptions {
  /** What the candles and statistics are taken from. */
  readonly trading: () => TradingHistory;
  /** Something waits: `flush` is to be called; not told again before that. */
  readonly wake: () => void;
}

/**
 * Everything but trades is told as it is at the moment of sending, so that a busy instrument costs as
 * many packets as there are flushes, and nothing per delta. Trades are all told.
 */
export class InstrumentStreams {
  readonly #options: InstrumentStreamsOptions;
  readonly #packets: InstrumentPackets;
  readonly #byId = new Map<number, StreamedInstrument>();
  #dirty: StreamedInstrument[] = [];
  #pendingTrades = 0;
  #hasTooMany = false;
  #isAwake = false;
  /** Of the rotation of heartbeats. */
  #turn = 0;
  readonly #now = nanos();

  constructor(options: InstrumentStreamsOptions) {
    this.#options = options;
    this.#packets = new InstrumentPackets(options);
  }

  /** A transaction has been applied, with these trades. */
  applied(events: readonly TradeEvent[], { instrument, ...context }: TransactionContext): void {
    const { instruments } = this.#options.source;
    const { transaction } = context;
    const { high, low } = context.engineTime;
    if (instrument !== 0) {
      const one = instruments.get(instrument);
      if (one !== undefined) this.#touch(this.#of(one), transaction, high, low);
    } else {
      for (const one of instruments.values()) {
        if (one.transaction === transaction) this.#touch(this.#of(one), transaction, high, low);
      }
    }
    if (events.length > 0) this.#keep(events, transaction, high, low);
  }

  /** Definition, status or auction have changed. */
  statusChanged(instrument: FeedInstrument): void {
    const streamed = this.#of(instrument);
    streamed.isStatusDirty = true;
    this.#mark(streamed);
  }

  /** Nothing of this was published under the epoch that begins. */
  clear(): void {
    this.#byId.clear();
    this.#dirty = [];
    this.#pendingTrades = 0;
  }

  /**
   * The books have come at a new position. What is published of an instrument for the first time says
   * what has changed from here on; where trades were skipped, the next packet leaves the hole open.
   */
  restart(): void {
    const { instruments, nextSequence } = this.#options.source;
    for (const instrument of instruments.values()) {
      const known = this.#byId.get(instrument.id);
      if (known?.instrument === instrument) known.skipTrades(nextSequence);
      else this.#add(instrument).beginAt(nextSequence);
    }
    for (const streamed of this.#byId.values()) this.#mark(streamed);
    this.#pendingTrades = 0;
  }

  /** Trades, statuses and the best of each side: call it when nothing more waits to be applied. */
  flush(): void {
    this.#isAwake = false;
    const { source } = this.#options;
    if (!source.isReady) return;
    if (this.#hasTooMany) this.#dropTrades();
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const streamed of dirty) {
      streamed.isDirty = false;
      this.#pendingTrades -= streamed.trades.length;
      this.#packets.trades(streamed);
      if (!source.isProven(streamed.instrument.id)) continue;
      if (streamed.isStatusDirty) this.#packets.status(streamed);
      streamed.isStatusDirty = false;
      this.#packets.best(streamed);
    }
  }

  /** What has changed of each book since the last time. */
  flushBooks(): void {
    const { source } = this.#options;
    if (!source.isReady) return;
    for (const streamed of this.#byId.values()) {
      if (!streamed.isBookDirty || !source.isProven(streamed.instrument.id)) continue;
      streamed.isBookDirty = false;
      this.#packets.book(streamed);
    }
  }

  /**
   * A consumer is given this book: what has been published is then the very same, so that the changes
   * that follow apply to both. (A level that goes and comes back between two packets is in none.)
   */
  flushBook(id: number): void {
    const streamed = this.#byId.get(id);
    if (streamed?.isBookDirty !== true || !this.#options.source.isReady) return;
    streamed.isBookDirty = false;
    this.#packets.book(streamed);
  }

  /** Candles that have changed. */
  flushCandles(): void {
    const { source } = this.#options;
    if (!source.isReady) return;
    for (const [id, candles] of this.#options.trading().takeChanges()) {
      const streamed = this.#byId.get(id);
      if (streamed !== undefined) this.#packets.candles(streamed, candles);
    }
  }

  /** The 24 h statistics that have changed, by a trade or because a minute has passed. */
  flushStatistics(): void {
    const { source } = this.#options;
    if (!source.isReady) return;
    const trading = this.#options.trading();
    const now = this.#nowSecond();
    for (const streamed of this.#byId.values()) {
      const window = trading.statistics(streamed.instrument.id, now);
      if (window === streamed.window) continue;
      if (this.#packets.statistics(streamed, window)) streamed.window = window;
    }
  }

  /** How the relay is; and of the next instruments in turn, where each of their topics stands. */
  heartbeat(everyMs: number): void {
    const { source } = this.#options;
    const ids = [...source.instruments.keys()];
    const turns = POSITION_TABLE_ROTATION_MS / everyMs;
    const most = Math.max(1, Math.floor(MAX_INSTRUMENT_HEARTBEATS_PER_SECOND / turns));
    const share = Math.min(Math.ceil(ids.length / turns), most);
    const rotationMs = ids.length === 0 ? everyMs : Math.ceil(ids.length / share) * everyMs;
    this.#packets.relayState(Math.max(rotationMs, POSITION_TABLE_ROTATION_MS));
    if (!source.isReady) return;
    for (let i = 0; i < share; i++) {
      this.#turn = (this.#turn + 1) % ids.length;
      this.#beat(ids[this.#turn] as number);
    }
  }

  #beat(id: number): void {
    const trading = this.#options.trading();
    const streamed = this.#byId.get(id);
    if (streamed === undefined || !this.#options.source.isProven(id)) return;
    const window = trading.statistics(id, this.#nowSecond());
    this.#packets.heartbeats(streamed, trading.newest(id), window);
  }

  #keep(events: readonly TradeEvent[], transaction: number, high: number, low: number): void {
    this.#hasTooMany ||= this.#pendingTrades >= MAX_PENDING_TRADES;
    if (this.#hasTooMany) return;
    const group = { transaction, timeHigh: high, timeLow: low };
    for (const instrument of new Set(events.map((event) => event.instrument))) {
      const streamed = this.#of(instrument);
      const own = events.filter((event) => event.instrument === instrument);
      streamed.trades.push({ ...group, events: own });
      this.#pendingTrades += 1;
      this.#mark(streamed);
    }
  }

  /** Too many wait for a relay that is not ready: they are a hole in the stream, as it says itself. */
  #dropTrades(): void {
    const { nextSequence } = this.#options.source;
    for (const streamed of this.#byId.values()) streamed.skipTrades(nextSequence);
    this.#pendingTrades = 0;
    this.#hasTooMany = false;
  }

  #touch(streamed: StreamedInstrument, transaction: number, high: number, low: number): void {
    streamed.touch(transaction, high, low);
    this.#mark(streamed);
  }

  #mark(streamed: StreamedInstrument): void {
    if (!streamed.isDirty) {
      streamed.isDirty = true;
      this.#dirty.push(streamed);
    }
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#options.wake();
  }

  #of(instrument: FeedInstrument): StreamedInstrument {
    const known = this.#byId.get(instrument.id);
    return known?.instrument === instrument ? known : this.#add(instrument);
  }

  #add(instrument: FeedInstrument): StreamedInstrument {
    const added = new StreamedInstrument(instrument, this.#options.shard ?? 0);
    this.#byId.set(instrument.id, added);
    return added;
  }

  #nowSecond(): number {
    this.#options.wallClock(this.#now);
    return Math.floor(nanosToMicros(this.#now.high, this.#now.low) / MICROS_PER_SECOND);
  }
}
