/** Orders that a status ends: DAY orders at the close, all of them when an instrument is delisted. */

import { MAX_ENDED_PER_COMMAND } from '../limits.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import type { OrderDirectory } from '../order-directory.ts';
import { Reason } from '../protocol/index.ts';
import type { DueSource } from './agenda.ts';
import type { Ending } from './trading-session.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** What is left of a long ending comes before all that has a time. */
const AT_ONCE = 0;

export interface EndingsOptions {
  readonly directory: OrderDirectory;
  /** Cancels an open order, wherever it is. */
  readonly end: (instrument: ListedInstrument, orderId: number, reason: Reason) => void;
  /** Orders that one command ends. */
  readonly limit?: number;
}

export class Endings implements DueSource {
  readonly #options: EndingsOptions;
  readonly #limit: number;
  /** Those with orders left to end, by id. */
  #unfinished: ListedInstrument[] = [];
  /** Of an instrument that is being delisted: what was open then, the order that came first last. */
  readonly #doomed = new Map<number, number[]>();

  constructor(options: EndingsOptions) {
    this.#options = options;
    this.#limit = options.limit ?? MAX_ENDED_PER_COMMAND;
  }

  get nextDueMs(): number {
    return this.#unfinished.length > 0 ? AT_ONCE : NEVER;
  }

  /** The instrument has become Closed or Delisted: ends as many as one command may. */
  begin(instrument: ListedInstrument, ending: Ending): void {
    instrument.session.ending = ending;
    this.#doomed.delete(instrument.id);
    this.#end(instrument, this.#limit);
    this.#list(instrument);
  }

  /** Answers how many it has ended. */
  doNext(left: number): number {
    const instrument = this.#unfinished[0];
    if (instrument === undefined) throw new Error('Endings: none is due');
    const ended = this.#end(instrument, left);
    this.#list(instrument);
    return ended;
  }

  /** After instruments and directory have been loaded. */
  load(instruments: readonly ListedInstrument[]): void {
    this.#unfinished = instruments.filter(({ session }) => session.ending !== undefined);
  }

  #end(instrument: ListedInstrument, limit: number): number {
    switch (instrument.session.ending) {
      case Reason.EndOfDay:
        return this.#endDay(instrument, limit);
      case Reason.Delisted:
        return this.#endAll(instrument, limit);
      default:
        return 0;
    }
  }

  #endDay(instrument: ListedInstrument, limit: number): number {
    const { session } = instrument;
    let ended = 0;
    for (const orderId of session.dayOrders) {
      if (ended === limit) return ended;
      this.#options.end(instrument, orderId, Reason.EndOfDay);
      ended += 1;
    }
    session.ending = undefined;
    return ended;
  }

  #endAll(instrument: ListedInstrument, limit: number): number {
    const { directory, end } = this.#options;
    const doomed =
      this.#doomed.get(instrument.id) ?? directory.openOrdersOn(instrument.id).reverse();
    this.#doomed.set(instrument.id, doomed);
    let ended = 0;
    for (let orderId = doomed.at(-1); orderId !== undefined; orderId = doomed.at(-1)) {
      // Its owner, or a linked order, may have been faster.
      const isOpen = directory.isOpen(orderId);
      if (isOpen && ended === limit) return ended;
      doomed.pop();
      if (!isOpen) continue;
      end(instrument, orderId, Reason.Delisted);
      ended += 1;
    }
    this.#doomed.delete(instrument.id);
    instrument.session.ending = undefined;
    return ended;
  }

  #list(instrument: ListedInstrument): void {
    const others = this.#unfinished.filter((one) => one !== instrument);
    if (instrument.session.ending !== undefined) others.push(instrument);
    this.#unfinished = others.sort((a, b) => a.id - b.id);
  }
}
