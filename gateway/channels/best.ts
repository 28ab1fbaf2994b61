/** The channel "best": the top of the book, whenever it is another one. */

import { FeedState } from '../../feed/index.ts';
import { Audience } from '../conflation/audience.ts';
import { BestClass } from '../conflation/best-class.ts';
import { type ClassKey, type ClassTime, phasesOf } from '../conflation/conflation-class.ts';
import type { Scheduler } from '../conflation/scheduler.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import {
  DEFAULT_INTERVAL_MS,
  type Encoding,
  EVERY_TRANSACTION_BYTES,
  EVERY_TRANSACTION_WINDOW_MS,
  INTERVAL_LADDER,
  serve,
} from '../protocol/index.ts';
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

interface ServedBest extends IndexedClass {
  readonly logic: BestClass;
  isDirty: boolean;
  /** Bytes sent in this window, which the cap of interval 0 counts. */
  windowBytes: number;
}

export class BestChannel implements Channel, MarketListener {
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #index: ClassIndex<ServedBest>;

  constructor(market: Market, scheduler: () => Scheduler, readTime: ReadTime) {
    this.#market = market;
    this.#index = new ClassIndex(scheduler);
    this.#readTime = readTime;
    market.listen(this);
  }

  keyOf({ symbol, options, slot, codec }: Wish): ClassKey | Refusal {
    const asked = integerOption(options, 'interval', 0, DEFAULT_INTERVAL_MS);
    if (asked === undefined) return badOption('interval', 0);
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    const interval = serve(INTERVAL_LADDER, asked);
    return {
      channel: 'best',
      symbol,
      depth: 1,
      grouping: 1,
      interval,
      phase: slot % phasesOf(interval),
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedBest {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const served: ServedBest = {
      logic: new BestClass(id, key, instrument, encoding),
      audience: new Audience(),
      instrument,
      beatInterval: key.interval || EVERY_TRANSACTION_WINDOW_MS,
      isDirty: false,
      windowBytes: 0,
    };
    this.#index.add(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#index.remove(served as ServedBest);
  }

  transactionApplied(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) {
      served.isDirty = true;
      const isEvery = served.logic.key.interval === 0;
      if (isEvery && served.windowBytes < EVERY_TRANSACTION_BYTES) {
        this.#flush(served, this.#readTime());
      }
    }
  }

  stateChanged(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) {
      // As for books: shown before it is called LIVE, and called otherwise before it is shown.
      if (instrument.state === FeedState.Live) this.#flush(served, this.#readTime());
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
    this.#flush(doubted as ServedBest, this.#readTime());
  }

  beat(interval: number, phase: number, time: ClassTime): void {
    for (const served of this.#index.at(interval, phase)) {
      served.windowBytes = 0;
      if (served.isDirty) this.#flush(served, time);
    }
  }

  tick(): void {}

  #flush(served: ServedBest, time: ClassTime): void {
    const { logic, audience } = served;
    served.isDirty = false;
    if (logic.mustRestart) {
      logic.restart();
      audience.restart(logic, time);
      return;
    }
    const from = logic.version;
    const frame = logic.flush(time);
    if (frame === undefined) return;
    served.windowBytes += frame.length;
    audience.broadcast([frame], from, logic.version);
  }
}
