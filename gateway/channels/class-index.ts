/** Finds a channel's classes by instrument, when something happens to it, and by beat. */

import type { Scheduler } from '../conflation/scheduler.ts';
import type { MarketInstrument } from '../market-instrument.ts';
import type { ServedClass } from './channel.ts';

/** A class of one instrument that a beat flushes. */
export interface IndexedClass extends ServedClass {
  readonly instrument: MarketInstrument;
  /** Milliseconds, above 0. */
  readonly beatInterval: number;
}

const NONE: ReadonlySet<never> = new Set();

export class ClassIndex<Kind extends IndexedClass> {
  readonly #scheduler: () => Scheduler;
  readonly #byInstrument = new Map<MarketInstrument, Set<Kind>>();
  readonly #byBeat = new Map<string, Set<Kind>>();

  constructor(scheduler: () => Scheduler) {
    this.#scheduler = scheduler;
  }

  add(served: Kind): void {
    const { phase } = served.logic.key;
    insert(this.#byInstrument, served.instrument, served);
    insert(this.#byBeat, beatKey(served.beatInterval, phase), served);
    this.#scheduler().use(served.beatInterval, phase);
  }

  remove(served: Kind): void {
    const { phase } = served.logic.key;
    take(this.#byInstrument, served.instrument, served);
    take(this.#byBeat, beatKey(served.beatInterval, phase), served);
    this.#scheduler().release(served.beatInterval, phase);
  }

  of(instrument: MarketInstrument): ReadonlySet<Kind> {
    return this.#byInstrument.get(instrument) ?? NONE;
  }

  at(interval: number, phase: number): ReadonlySet<Kind> {
    return this.#byBeat.get(beatKey(interval, phase)) ?? NONE;
  }

  get sets(): Iterable<ReadonlySet<Kind>> {
    return this.#byInstrument.values();
  }

  /** The instrument is no more: tells the members, who leave, by which its classes end. */
  dismiss(instrument: MarketInstrument): void {
    for (const served of [...this.of(instrument)]) served.audience.dismiss();
  }
}

function beatKey(interval: number, phase: number): string {
  return `${interval}/${phase}`;
}

function insert<Key, Kind>(sets: Map<Key, Set<Kind>>, key: Key, served: Kind): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([served]));
  else set.add(served);
}

function take<Key, Kind>(sets: Map<Key, Set<Kind>>, key: Key, served: Kind): void {
  const set = sets.get(key);
  set?.delete(served);
  if (set?.size === 0) sets.delete(key);
}
