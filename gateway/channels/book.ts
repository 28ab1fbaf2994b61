/** The book channel: which book classes there are, and when each of them speaks. */

import { FeedState } from '../../feed/index.ts';
import { Audience } from '../conflation/audience.ts';
import { BookClass } from '../conflation/book-class.ts';
import {
  type ClassKey,
  type ClassTime,
  IDLE_AFTER_MS,
  phasesOf,
} from '../conflation/conflation-class.ts';
import type { Scheduler } from '../conflation/scheduler.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import {
  DEFAULT_DEPTH,
  DEFAULT_GROUPING,
  DEFAULT_INTERVAL_MS,
  DEPTH_LADDER,
  type Encoding,
  EVERY_TRANSACTION_BYTES,
  EVERY_TRANSACTION_WINDOW_MS,
  GROUPING_LADDER,
  INTERVAL_LADDER,
  serve,
} from '../protocol/index.ts';
import type { Tally } from '../tally.ts';
import {
  badOption,
  type Channel,
  integerOption,
  type ReadTime,
  type Refusal,
  type ServedClass,
  unknownSymbol,
  type Wish,
} from './channel.ts';
import { ClassIndex, type IndexedClass } from './class-index.ts';

interface ServedBook extends IndexedClass {
  readonly logic: BookClass;
  isDirty: boolean;
  /** Bytes sent in this window, which the cap of interval 0 counts. */
  windowBytes: number;
  sentAtMs: number;
}

export class BookChannel implements Channel, MarketListener {
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #tally: Tally;
  readonly #index: ClassIndex<ServedBook>;

  constructor(market: Market, scheduler: () => Scheduler, readTime: ReadTime, tally: Tally) {
    this.#tally = tally;
    this.#market = market;
    this.#index = new ClassIndex(scheduler);
    this.#readTime = readTime;
    market.listen(this);
  }

  keyOf({ symbol, options, slot, codec }: Wish): ClassKey | Refusal {
    const depth = integerOption(options, 'depth', 1, DEFAULT_DEPTH);
    if (depth === undefined) return badOption('depth', 1);
    const asked = integerOption(options, 'interval', 0, DEFAULT_INTERVAL_MS);
    if (asked === undefined) return badOption('interval', 0);
    const grouping = integerOption(options, 'grouping', 1, DEFAULT_GROUPING);
    if (grouping === undefined) return badOption('grouping', 1);
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    const interval = serve(INTERVAL_LADDER, asked);
    return {
      channel: 'book',
      symbol,
      depth: serve(DEPTH_LADDER, depth),
      grouping: serve(GROUPING_LADDER, grouping),
      interval,
      phase: slot % phasesOf(interval),
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedBook {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const served: ServedBook = {
      logic: new BookClass(id, key, instrument, encoding),
      audience: new Audience(),
      instrument,
      // At interval 0 the beat flushes what exceeded the byte cap.
      beatInterval: key.interval || EVERY_TRANSACTION_WINDOW_MS,
      isDirty: false,
      windowBytes: 0,
      sentAtMs: this.#readTime().nowMs,
    };
    this.#index.add(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#index.remove(served as ServedBook);
  }

  transactionApplied(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) {
      served.logic.pending += 1;
      served.isDirty = true;
      const isEvery = served.logic.key.interval === 0;
      if (isEvery && served.windowBytes < EVERY_TRANSACTION_BYTES) {
        this.#flush(served, this.#readTime(), true);
      }
    }
  }

  stateChanged(instrument: MarketInstrument): void {
    const all = this.#index.of(instrument);
    if (all.size === 0) return;
    const time = this.#readTime();
    for (const served of all) {
      // A book that is LIVE again is shown before it is called LIVE; one that no longer is is
      // called so before anything else.
      if (instrument.state === FeedState.Live) this.#flush(served, time, false);
      const { logic, audience } = served;
      const from = logic.version;
      audience.broadcast([logic.statusChanged()], from, logic.version);
    }
  }

  listed(): void {}

  gone(instrument: MarketInstrument): void {
    this.#index.dismiss(instrument);
  }

  refresh(doubted: ServedClass): void {
    const served = doubted as ServedBook;
    this.#flush(served, this.#readTime(), served.logic.isSequenceBehind);
  }

  beat(interval: number, phase: number, time: ClassTime): void {
    for (const served of this.#index.at(interval, phase)) {
      served.windowBytes = 0;
      // Interval 0 is only dirty here when the byte cap held it back.
      if (served.isDirty) this.#flush(served, time, served.logic.key.interval === 0);
    }
  }

  tick(time: ClassTime): void {
    for (const all of this.#index.sets) {
      for (const served of all) {
        if (time.nowMs - served.sentAtMs < IDLE_AFTER_MS) continue;
        const { logic, audience } = served;
        // The sequence moved on without a change in the window: a heartbeat must not jump there.
        if (!served.isDirty && logic.isSequenceBehind) this.#flush(served, time, true);
        audience.remind(logic.heartbeat(time, served.isDirty), logic.version);
        served.sentAtMs = time.nowMs;
      }
    }
  }

  #flush(served: ServedBook, time: ClassTime, isEmptyWanted: boolean): void {
    const { logic, audience } = served;
    served.isDirty = false;
    if (logic.mustRestart) {
      logic.restart();
      audience.restart(logic, time);
      served.sentAtMs = time.nowMs;
      return;
    }
    const from = logic.version;
    const frame = logic.flush(time, isEmptyWanted);
    if (frame === undefined) return;
    served.windowBytes += frame.length;
    served.sentAtMs = time.nowMs;
    const { engineTimeUs } = served.instrument;
    if (engineTimeUs > 0) this.#tally.delivered((time.nowUs - engineTimeUs) / 1e6);
    audience.broadcast([frame], from, logic.version);
  }
}
