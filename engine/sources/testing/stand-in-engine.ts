/**
 * A market without sockets for tests of sources: orders go to the real market, venue levels
 * into plain maps, and reports come back at once, or when the test says so.
 */

import { BookKind, type InstrumentId, nanos, Side } from '../../../feed/index.ts';
import type { MarketBook } from '../../listed-instrument.ts';
import { Market } from '../../market.ts';
import type { ReportSink, StreamOutput } from '../../market-output.ts';
import {
  type Command,
  CommandType,
  Reason,
  type Report,
  ReportType,
} from '../../protocol/index.ts';
import { clientOrderIdOf } from '../../sequencer.ts';
import type { SourceCommand, SourceInstrument } from '../source.ts';
import type { BookView } from './lobster-check.ts';

const OWNER = 1;

export interface StandInTrade {
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: Side;
}

export class StandInEngine {
  readonly trades: StandInTrade[] = [];
  readonly instruments = new Map<string, SourceInstrument>();
  readonly #listener: (report: Report) => void;
  readonly #market: Market;
  readonly #venues = new Map<string, VenueLevels>();
  #transaction = 0;
  #command = 0;

  constructor(listener: (report: Report) => void) {
    this.#listener = listener;
    this.#market = new Market({ stream: this.#stream(), reports: this.#reports() });
  }

  list(instrument: SourceInstrument): void {
    this.instruments.set(instrument.symbol, instrument);
    if (instrument.bookKind === BookKind.Levels) {
      if (!this.#venues.has(instrument.symbol))
        this.#venues.set(instrument.symbol, new VenueLevels());
    } else if (this.#market.find(instrument.symbol) === undefined) {
      this.#market.apply(OWNER, { ...instrument, type: CommandType.ListInstrument }, nanos());
    }
  }

  /** Does a command; its reports have been handed out when this returns. */
  apply(command: SourceCommand): void {
    this.#command++;
    this.#transaction++;
    switch (command.type) {
      case CommandType.ListInstrument: {
        this.list(command);
        const { symbol } = command;
        this.#report({ type: ReportType.InstrumentListed, instrument: ID, symbol });
        break;
      }
      case CommandType.BookUpdate:
        this.venue(command.symbol).update(command.clear, command.depth, command.levels);
        this.#done();
        break;
      case CommandType.VenueTrade:
        this.trades.push(command);
        this.#done();
        break;
      case CommandType.SetStatus:
      case CommandType.SetRules:
      case CommandType.SetCalendar:
      case CommandType.BustTrade:
      case CommandType.CorrectTrade:
      case CommandType.MassCancel:
        this.#done();
        break;
      default:
        this.#order(command);
    }
  }

  /** Stops and pegs that are open now. */
  get openExtras(): number {
    return this.#market.instruments.reduce(
      (sum, { special }) => sum + (special?.waitingCount ?? 0),
      0,
    );
  }

  book(symbol: string): MarketBook {
    const book = this.#market.find(symbol)?.orders;
    if (book === undefined) throw new Error(`"${symbol}" is not an order book here`);
    return book;
  }

  venue(symbol: string): VenueLevels {
    const venue = this.#venues.get(symbol);
    if (venue === undefined) throw new Error(`"${symbol}" is not a level book here`);
    return venue;
  }

  #order({ symbol, ...rest }: Extract<SourceCommand, { clientOrderId: number }>): void {
    const instrument = this.#market.find(symbol)?.id ?? (0 as InstrumentId);
    const command: Command = { ...rest, instrument };
    const reason = this.#market.apply(OWNER, command, nanos());
    if (reason === Reason.None) return;
    const clientOrderId = clientOrderIdOf(command);
    this.#report({ type: ReportType.Rejected, clientOrderId, reason });
  }

  #done(): void {
    this.#report({ type: ReportType.Done, instrument: ID });
  }

  #report(report: Unnumbered<Report>): void {
    this.#listener({ ...report, transaction: this.#transaction, command: this.#command });
  }

  #stream(): StreamOutput {
    return {
      publish: ignore,
      listed: ignore,
      statusChanged: ignore,
      cleared: ignore,
      levelChanged: ignore,
      rested: ignore,
      reduced: ignore,
      indicative: ignore,
      tradeBusted: ignore,
      tradeCorrected: ignore,
      traded: ({ symbol }, aggressor, price, quantity) => {
        this.trades.push({ symbol, price, quantity, aggressor: aggressor as Side });
      },
    };
  }

  #reports(): ReportSink {
    return {
      rejected: ignore,
      tradeBusted: ignore,
      tradeCorrected: ignore,
      listed: ignore,
      done: ignore,
      massCancelled: ignore,
      accepted: (_owner, ...order) => {
        this.#report({ ...orderFields(...order), type: ReportType.Accepted });
      },
      triggered: (_owner, ...order) => {
        this.#report({ ...orderFields(...order), type: ReportType.Triggered });
      },
      cancelled: (_owner, instrument, clientOrderId, orderId, quantity, reason) => {
        const order = orderFields(instrument, clientOrderId, orderId);
        this.#report({ ...order, type: ReportType.Cancelled, quantity, reason });
      },
      replaced: (_owner, instrument, clientOrderId, orderId, price, quantity, keptPriority) => {
        const order = orderFields(instrument, clientOrderId, orderId);
        this.#report({ ...order, type: ReportType.Replaced, price, quantity, keptPriority });
      },
      filled: (_owner, instrument, clientOrderId, orderId, ...values) => {
        const [tradeId, side, price, quantity, leaves, isAggressor] = values;
        const order = orderFields(instrument, clientOrderId, orderId);
        const fill = { tradeId, side, price, quantity, leaves, isAggressor };
        this.#report({ ...order, type: ReportType.Filled, ...fill });
      },
    };
  }
}

const ID = 1 as InstrumentId;

function ignore(): void {}

type Unnumbered<R> = R extends Report ? Omit<R, 'transaction' | 'command'> : never;

function orderFields(
  instrument: number,
  clientOrderId: number,
  orderId: number,
): { instrument: InstrumentId; clientOrderId: number; orderId: number } {
  return { instrument: instrument as InstrumentId, clientOrderId, orderId };
}

/** A venue's levels in plain maps: the obviously right way to apply a book update. */
export class VenueLevels implements BookView {
  readonly sides: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  update(
    clear: boolean,
    depth: number,
    levels: readonly { side: Side; price: number; quantity: number }[],
  ): void {
    if (clear) for (const side of this.sides) side.clear();
    for (const { side, price, quantity } of levels) {
      if (quantity === 0) this.sides[side].delete(price);
      else this.sides[side].set(price, quantity);
    }
    if (depth === 0) return;
    for (const side of [Side.Bid, Side.Ask]) {
      if (this.sides[side].size <= depth) continue;
      for (const price of this.prices(side).slice(depth)) this.sides[side].delete(price);
    }
  }

  /** Best first. */
  prices(side: Side): number[] {
    const direction = side === Side.Bid ? -1 : 1;
    return [...this.sides[side].keys()].sort((a, b) => direction * (a - b));
  }

  levelCount(side: Side): number {
    return this.sides[side].size;
  }

  priceAt(side: Side, index: number): number {
    return this.prices(side)[index] ?? Number.NaN;
  }

  quantityAt(side: Side, index: number): number {
    return this.sides[side].get(this.priceAt(side, index)) ?? 0;
  }
}

/** A book of orders as the checks read one. */
export function viewOf(book: MarketBook): BookView {
  const sides = [Side.Bid, Side.Ask].map((side) => {
    const levels: { price: number; quantity: number }[] = [];
    book.forEachLevel(side, (price, quantity) => levels.push({ price, quantity }));
    return levels;
  });
  return {
    levelCount: (side) => sides[side]?.length ?? 0,
    priceAt: (side, index) => sides[side]?.[index]?.price ?? Number.NaN,
    quantityAt: (side, index) => sides[side]?.[index]?.quantity ?? 0,
  };
}
