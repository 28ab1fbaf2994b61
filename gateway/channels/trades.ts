/** The trades channel: each trade once, gathered over an interval. */

import { Audience } from '../conflation/audience.ts';
import { type ClassKey, type ClassTime, phasesOf } from '../conflation/conflation-class.ts';
import type { Scheduler } from '../conflation/scheduler.ts';
import { TradesClass } from '../conflation/trades-class.ts';
import type { Market, MarketListener } from '../market.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import {
  DEFAULT_INTERVAL_MS,
  type Encoding,
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

interface ServedTrades extends IndexedClass {
  readonly logic: TradesClass;
}

export class TradesChannel implements Channel, MarketListener {
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #index: ClassIndex<ServedTrades>;

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
    const phase = slot % phasesOf(interval);
    return {
      channel: 'trades',
      symbol,
      depth: 0,
      grouping: 1,
      interval,
      phase,
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedTrades {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const logic = new TradesClass(id, key, instrument, instrument.trades, encoding);
    const beatInterval = key.interval || EVERY_TRANSACTION_WINDOW_MS;
    const served = { logic, audience: new Audience(), instrument, beatInterval };
    this.#index.add(served);
    return served;
  }

  close(served: ServedClass): void {
    this.#index.remove(served as ServedTrades);
  }

  transactionApplied(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) {
      if (served.logic.key.interval === 0) this.#flush(served, this.#readTime());
    }
  }

  stateChanged(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) this.#flush(served, this.#readTime());
  }

  listed(): void {}

  gone(instrument: MarketInstrument): void {
    this.#index.dismiss(instrument);
  }

  refresh(doubted: ServedClass): void {
    this.#flush(doubted as ServedTrades, this.#readTime());
  }

  beat(interval: number, phase: number, time: ClassTime): void {
    for (const served of this.#index.at(interval, phase)) this.#flush(served, time);
  }

  tick(): void {}

  #flush({ logic, audience }: ServedTrades, time: ClassTime): void {
    if (logic.mustRestart) {
      logic.restart();
      audience.restart(logic, time);
    }
    const from = logic.version;
    audience.broadcast(logic.flush(time), from, logic.version);
  }
}
