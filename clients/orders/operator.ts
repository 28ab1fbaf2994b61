/** What operators do with a market: statuses, rules, calendars, trades after the fact, other clients. */

import {
  ALL_INSTRUMENTS,
  type CalendarEntry,
  type Command,
  CommandType,
  OrderEntryError,
  Reason,
  type Report,
  ReportType,
} from '../../engine/protocol/index.ts';
import { connectOrderEntry, type OrderEntryConnection } from '../../engine/protocol/node.ts';
import { DEFAULT_ENDPOINTS, type Instrument, type TradingStatus } from '../../feed/index.ts';
import type { ConnectOptions } from './api.ts';
import { OrderRejected, UnknownSymbol } from './errors.ts';
import { InstrumentScales } from './instrument-scales.ts';

/** How an instrument is traded; decimal strings. What is absent of the protections is switched off. */
export interface MarketRules {
  /** Absent: the price band stays what it is. */
  readonly lowestPrice?: string;
  readonly highestPrice?: string;
  /** How far from the last trade a limit may be, and a market order trades. */
  readonly collar?: string;
  /** A trade further away than this stops the market for `pauseMs`. */
  readonly pause?: string;
  readonly pauseMs?: number;
  /** Absent: it stays what it is. */
  readonly referencePrice?: string;
}

export interface WeeklyCalendar {
  readonly entries: readonly CalendarEntry[];
  /** Days on which nothing happens, such as 2030-12-25. */
  readonly holidays?: readonly string[];
}

export interface ClientInfo {
  readonly name: string;
  /** What the kill switch takes. */
  readonly owner: number;
  readonly openOrders: number;
  readonly isLoggedOn: boolean;
  readonly cancelOnDisconnect: boolean;
}

/** Every method rejects with `OrderRejected` when the engine refuses, such as NOT_PERMITTED. */
export interface MarketOperator {
  instrument(symbol: string): Promise<Instrument>;
  setStatus(symbol: string, status: TradingStatus): Promise<void>;
  setRules(symbol: string, rules: MarketRules): Promise<void>;
  /** Without a symbol, of all instruments that are listed; without entries, none. */
  setCalendar(symbol: string | undefined, calendar: WeeklyCalendar): Promise<void>;
  bust(symbol: string, tradeId: number): Promise<void>;
  correct(symbol: string, tradeId: number, price: string, quantity: string): Promise<void>;
  /** Undefined when there is no client of this name. */
  findClient(name: string): Promise<ClientInfo | undefined>;
  /** Takes its orders back, answers how many, and takes no more of it until it is let go. */
  kill(owner: number): Promise<number>;
  letGo(owner: number): Promise<void>;
  /** The name, with its orders, goes to the next one who gives it without a token. */
  release(name: string): Promise<ClientInfo | undefined>;
  close(): Promise<void>;
}

const MS_PER_DAY = 86_400_000;

/** Resolves when logged on. Rejects with `OrderEntryError`. */
export async function connectOperator(options: ConnectOptions): Promise<MarketOperator> {
  const { endpoint = DEFAULT_ENDPOINTS.entry, ...rest } = options;
  return new LiveOperator(await connectOrderEntry({ endpoint, ...rest }));
}

interface Pending {
  resolve(report: Report): void;
  reject(error: Error): void;
}

class LiveOperator implements MarketOperator {
  readonly #connection: OrderEntryConnection;
  readonly #pending = new Map<number, Pending>();

  constructor(connection: OrderEntryConnection) {
    this.#connection = connection;
    connection.onReport((report) => this.#report(report));
    connection.onEvent((event) => {
      if (event.type !== 'commands-lost') return;
      this.#rejectAll(new OrderEntryError('CONNECTION_LOST', `There were ${event.unanswered}.`));
      connection.whenDrained().catch(() => {});
    });
  }

  async instrument(symbol: string): Promise<Instrument> {
    const instrument = await this.#connection.findInstrument(symbol);
    if (instrument === undefined) throw new UnknownSymbol(symbol);
    return instrument;
  }

  async setStatus(symbol: string, status: TradingStatus): Promise<void> {
    const { id } = await this.instrument(symbol);
    await this.#do({ type: CommandType.SetStatus, instrument: id, status });
  }

  async setRules(symbol: string, rules: MarketRules): Promise<void> {
    const instrument = await this.instrument(symbol);
    const { price } = new InstrumentScales(instrument);
    const ticks = (text: string | undefined, otherwise: number) =>
      text === undefined ? otherwise : price.parse(text);
    const { referencePrice } = rules;
    await this.#do({
      type: CommandType.SetRules,
      instrument: instrument.id,
      lowestPrice: ticks(rules.lowestPrice, instrument.lowestPrice),
      highestPrice: ticks(rules.highestPrice, instrument.highestPrice),
      collarTicks: ticks(rules.collar, 0),
      pauseTicks: ticks(rules.pause, 0),
      pauseMs: rules.pauseMs ?? 0,
      ...(referencePrice === undefined ? {} : { referencePrice: price.parse(referencePrice) }),
    });
  }

  async setCalendar(symbol: string | undefined, calendar: WeeklyCalendar): Promise<void> {
    const instrument = symbol === undefined ? ALL_INSTRUMENTS : (await this.instrument(symbol)).id;
    const { entries, holidays = [] } = calendar;
    await this.#do({
      type: CommandType.SetCalendar,
      instrument,
      entries,
      holidays: holidays.map(dayOf).sort((a, b) => a - b),
    });
  }

  async bust(symbol: string, tradeId: number): Promise<void> {
    const { id } = await this.instrument(symbol);
    await this.#do({ type: CommandType.BustTrade, instrument: id, tradeId });
  }

  async correct(symbol: string, tradeId: number, price: string, quantity: string): Promise<void> {
    const instrument = await this.instrument(symbol);
    const scales = new InstrumentScales(instrument);
    await this.#do({
      type: CommandType.CorrectTrade,
      instrument: instrument.id,
      tradeId,
      price: scales.price.parse(price),
      quantity: scales.quantity.parse(quantity),
    });
  }

  findClient(name: string): Promise<ClientInfo | undefined> {
    return this.#find(name, false);
  }

  release(name: string): Promise<ClientInfo | undefined> {
    return this.#find(name, true);
  }

  async kill(owner: number): Promise<number> {
    let count = 0;
    for (;;) {
      const done = await this.#do({ type: CommandType.KillSwitch, target: owner, isOn: true });
      if (done.type !== ReportType.MassCancelled) return count;
      count += done.count;
      if (done.isComplete) return count;
    }
  }

  async letGo(owner: number): Promise<void> {
    await this.#do({ type: CommandType.KillSwitch, target: owner, isOn: false });
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#rejectAll(new OrderEntryError('CLOSED'));
  }

  async #find(name: string, release: boolean): Promise<ClientInfo | undefined> {
    const { reason, ...info } = await this.#connection.findClient(name, release);
    if (reason !== Reason.None) throw new OrderRejected(reason, 0);
    return info.owner === 0 ? undefined : info;
  }

  #do(command: Command): Promise<Report> {
    const number = this.#connection.send(command);
    return new Promise((resolve, reject) => this.#pending.set(number, { resolve, reject }));
  }

  #report(report: Report): void {
    const pending = this.#pending.get(report.command);
    if (pending === undefined) return;
    if (report.type === ReportType.Rejected) {
      pending.reject(new OrderRejected(report.reason, 0, report.retryAfterMs));
    } else if (report.type === ReportType.Done || report.type === ReportType.MassCancelled) {
      pending.resolve(report);
    } else {
      // An operator's own orders may be touched as well; that is not the answer.
      return;
    }
    this.#pending.delete(report.command);
  }

  #rejectAll(error: Error): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }
}

/** Days since 1970. Throws `OrderEntryError` BAD_FIELD for what is no day. */
function dayOf(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new OrderEntryError('BAD_FIELD', `A day is 2030-12-25, not ${text}.`);
  return ms / MS_PER_DAY;
}
