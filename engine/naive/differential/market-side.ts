/** The two markets behind one face: a command in, what it told and what it left out. */

import type { Nanos } from '../../../feed/index.ts';
import { Market, type MarketOptions } from '../../market.ts';
import type { ReportSink, StreamOutput } from '../../market-output.ts';
import type { Command, Reason } from '../../protocol/index.ts';
import { NaiveMarket } from '../naive-market.ts';
import type { NaiveLimits, ToldRow } from '../naive-world.ts';
import {
  fastOpenOrders,
  fastState,
  naiveOpenOrders,
  naiveState,
  type StateRow,
} from './market-state.ts';

export interface MarketSide {
  readonly nextDueMs: number;
  apply(owner: number, command: Command, time: Readonly<Nanos>): Outcome;
  state(): StateRow[];
  /** As the owner is told them. */
  openOrders(owner: number): StateRow[];
}

export interface Outcome {
  readonly reason: Reason;
  readonly stream: readonly ToldRow[];
  readonly reports: readonly ToldRow[];
}

export class NaiveSide implements MarketSide {
  readonly market: NaiveMarket;

  constructor(limits?: Partial<NaiveLimits>) {
    this.market = new NaiveMarket(limits);
  }

  get nextDueMs(): number {
    return this.market.nextDueMs;
  }

  apply(owner: number, command: Command, time: Readonly<Nanos>): Outcome {
    const reason = this.market.apply(owner, command, time);
    return { reason, ...this.market.take() };
  }

  state(): StateRow[] {
    return naiveState(this.market);
  }

  openOrders(owner: number): StateRow[] {
    return naiveOpenOrders(this.market, owner);
  }
}

export class FastSide implements MarketSide {
  readonly market: Market;
  #stream: ToldRow[] = [];
  #reports: ToldRow[] = [];

  constructor(options: Omit<MarketOptions, 'stream' | 'reports'> = {}) {
    const stream = portOf<StreamOutput>((row) => this.#stream.push(row));
    const reports = portOf<ReportSink>((row) => this.#reports.push(row));
    this.market = new Market({ ...options, stream, reports });
  }

  get nextDueMs(): number {
    return this.market.nextDueMs;
  }

  apply(owner: number, command: Command, time: Readonly<Nanos>): Outcome {
    this.#stream = [];
    this.#reports = [];
    const reason = this.market.apply(owner, command, time);
    return { reason, stream: this.#stream, reports: this.#reports };
  }

  state(): StateRow[] {
    return fastState(this.market);
  }

  openOrders(owner: number): StateRow[] {
    return fastOpenOrders(this.market, owner);
  }
}

/** Whatever is called of the port becomes a row: also what the port gets tomorrow. */
function portOf<T extends object>(add: (row: ToldRow) => void): T {
  return new Proxy({} as T, {
    get:
      (_, call) =>
      (...values: unknown[]) =>
        add([String(call), ...values.flatMap(rowOf(call))]),
  });
}

/** An instrument is told by its id, and with what the call is about of it. */
function rowOf(call: string | symbol): (value: unknown) => (string | number | boolean)[] {
  return (value) => {
    if (typeof value !== 'object' || value === null) return [value as string | number | boolean];
    const instrument = value as Market['instruments'][number];
    if (call === 'statusChanged') return [instrument.id, instrument.status];
    if (call !== 'listed') return [instrument.id];
    const { id, symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice } = instrument;
    return [id, symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice];
  };
}
