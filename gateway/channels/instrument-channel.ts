/** A channel of classes of one instrument each: which there are, and when each of them speaks. */

import { FeedState } from '../../feed/index.ts';
import { Audience } from '../conflation/audience.ts';
import {
  type ClassKey,
  type ClassTime,
  type FlushedClass,
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

/** What makes one channel another than the others. */
export interface ChannelKind {
  readonly name: string;
  /** What is served where it is no option of the channel. */
  readonly depth: number | 'option';
  readonly hasGrouping: boolean;
  /** Whether transactions may be merged at interval 0 when a window's bytes are used up. */
  readonly mayMerge: boolean;
  create(id: number, key: ClassKey, of: MarketInstrument, encoding: Encoding): FlushedClass;
  /** Asked for each wish: why it cannot be served, where that is so. */
  readonly refusal?: (symbol: string) => Refusal | undefined;
  /** Told of each frame that is sent to everybody: how old what it tells is. */
  readonly delivered?: (seconds: number) => void;
}

/** What channels see of the gateway. */
export interface ChannelPorts {
  readonly market: Market;
  readonly scheduler: () => Scheduler;
  readonly readTime: ReadTime;
}

interface Served extends IndexedClass {
  readonly logic: FlushedClass;
  isDirty: boolean;
  /** Bytes sent in this window, which the cap of interval 0 counts. */
  windowBytes: number;
  sentAtMs: number;
}

export class InstrumentChannel implements Channel, MarketListener {
  readonly #kind: ChannelKind;
  readonly #market: Market;
  readonly #readTime: ReadTime;
  readonly #index: ClassIndex<Served>;

  constructor(kind: ChannelKind, { market, scheduler, readTime }: ChannelPorts) {
    this.#kind = kind;
    this.#market = market;
    this.#index = new ClassIndex(scheduler);
    this.#readTime = readTime;
    market.listen(this);
  }

  keyOf({ symbol, options, slot, codec }: Wish): ClassKey | Refusal {
    const { name, depth: fixedDepth, hasGrouping } = this.#kind;
    const depth =
      fixedDepth === 'option' ? integerOption(options, 'depth', 1, DEFAULT_DEPTH) : fixedDepth;
    if (depth === undefined) return badOption('depth', 1);
    const asked = integerOption(options, 'interval', 0, DEFAULT_INTERVAL_MS);
    if (asked === undefined) return badOption('interval', 0);
    const grouping = hasGrouping ? integerOption(options, 'grouping', 1, DEFAULT_GROUPING) : 1;
    if (grouping === undefined) return badOption('grouping', 1);
    const refusal = this.#kind.refusal?.(symbol);
    if (refusal !== undefined) return refusal;
    if (this.#market.find(symbol) === undefined) return unknownSymbol(symbol);
    const interval = serve(INTERVAL_LADDER, asked);
    return {
      channel: name,
      symbol,
      depth: fixedDepth === 'option' ? serve(DEPTH_LADDER, depth) : depth,
      grouping: serve(GROUPING_LADDER, grouping),
      interval,
      phase: slot % phasesOf(interval),
      codec: codec.name,
    };
  }

  open(id: number, key: ClassKey, encoding: Encoding): ServedClass {
    const instrument = this.#market.find(key.symbol);
    if (instrument === undefined) throw new Error(`open: no instrument ${key.symbol}`);
    const served: Served = {
      logic: this.#kind.create(id, key, instrument, encoding),
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
    this.#index.remove(served as Served);
  }

  transactionApplied(instrument: MarketInstrument): void {
    for (const served of this.#index.of(instrument)) {
      served.logic.pending += 1;
      served.isDirty = true;
      const isEvery = served.logic.key.interval === 0;
      const hasRoom = served.windowBytes < EVERY_TRANSACTION_BYTES;
      if (isEvery && (hasRoom || !this.#kind.mayMerge)) {
        this.#flush(served, this.#readTime(), true);
      }
    }
  }

  stateChanged(instrument: MarketInstrument): void {
    const all = this.#index.of(instrument);
    if (all.size === 0) return;
    const time = this.#readTime();
    for (const served of all) {
      const { logic, audience } = served;
      // What is LIVE again is shown before it is called LIVE; what no longer is is called so before
      // anything else. Where nobody is told of states, nothing waits.
      const isShown = instrument.state === FeedState.Live || logic.statusChanged === undefined;
      if (isShown) this.#flush(served, time, false);
      if (logic.statusChanged === undefined) continue;
      const from = logic.version;
      audience.broadcast([logic.statusChanged()], from, logic.version);
    }
  }

  listed(): void {}

  gone(instrument: MarketInstrument): void {
    this.#index.dismiss(instrument);
  }

  refresh(doubted: ServedClass): void {
    const served = doubted as Served;
    this.#flush(served, this.#readTime(), served.logic.isSequenceBehind);
  }

  beat(interval: number, phase: number, time: ClassTime): void {
    for (const served of this.#index.at(interval, phase)) {
      served.windowBytes = 0;
      // Interval 0 is only dirty here when the byte cap held it back.
      if (served.isDirty) this.#flush(served, time, served.logic.key.interval === 0);
    }
  }

  /** Classes that have sent nothing for a while say so, where they have a way to. */
  tick(time: ClassTime): void {
    for (const all of this.#index.sets) {
      for (const served of all) {
        const { logic, audience } = served;
        if (logic.heartbeat === undefined) break;
        if (time.nowMs - served.sentAtMs < IDLE_AFTER_MS) continue;
        // The sequence moved on without a change in the window: a heartbeat must not jump there.
        if (!served.isDirty && logic.isSequenceBehind) this.#flush(served, time, true);
        audience.remind(logic.heartbeat(time, served.isDirty), logic.version);
        served.sentAtMs = time.nowMs;
      }
    }
  }

  #flush(served: Served, time: ClassTime, isEmptyWanted: boolean): void {
    const { logic, audience } = served;
    served.isDirty = false;
    let isEmptyToo = isEmptyWanted;
    if (logic.mustRestart) {
      logic.restart();
      audience.restart(logic, time);
      served.sentAtMs = time.nowMs;
      isEmptyToo = false;
    }
    const from = logic.version;
    const frames = logic.flush(time, isEmptyToo);
    for (const frame of frames) served.windowBytes += frame.length;
    if (frames.length > 0) this.#sent(served, time);
    // Also without frames: what leads on from here may have moved.
    if (logic.version !== from) audience.broadcast(frames, from, logic.version);
  }

  #sent(served: Served, time: ClassTime): void {
    served.sentAtMs = time.nowMs;
    const { engineTimeUs } = served.instrument;
    if (engineTimeUs > 0) this.#kind.delivered?.((time.nowUs - engineTimeUs) / 1e6);
  }
}
