/**
 * A market without sockets for tests of sources: orders go to the matching book, venue levels
 * into plain maps, and reports come back at once, or when the test says so.
 */

import { BookKind, type InstrumentId, Side } from '../../../feed/index.ts';
import { type BookEvents, BookMemory, MatchingBook } from '../../book/index.ts';
import { CommandType, OrderType, Reason, type Report, ReportType } from '../../protocol/index.ts';

import type { SourceCommand, SourceInstrument } from '../source.ts';
import type { BookView } from './lobster-check.ts';

const MAX_ORDERS = 1_000_000;

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
  readonly #memory = new BookMemory(MAX_ORDERS);
  readonly #books = new Map<string, MatchingBook>();
  readonly #venues = new Map<string, VenueLevels>();
  #transaction = 0;
  #command = 0;
  #symbol = '';
  #tradeId = 0;

  constructor(listener: (report: Report) => void) {
    this.#listener = listener;
  }

  list(instrument: SourceInstrument): void {
    this.instruments.set(instrument.symbol, instrument);
    if (instrument.bookKind === BookKind.Levels) {
      if (!this.#venues.has(instrument.symbol))
        this.#venues.set(instrument.symbol, new VenueLevels());
    } else if (!this.#books.has(instrument.symbol)) {
      this.#books.set(
        instrument.symbol,
        new MatchingBook(this.#books.size + 1, this.#memory, this.#events()),
      );
    }
  }

  /** Does a command; its reports have been handed out when this returns. */
  apply(command: SourceCommand): void {
    this.#command++;
    this.#transaction++;
    this.#symbol = command.symbol;
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
      default: {
        const reason = this.#order(this.book(command.symbol), command);
        const { clientOrderId } = command;
        if (reason !== Reason.None)
          this.#report({ type: ReportType.Rejected, clientOrderId, reason });
      }
    }
  }

  book(symbol: string): MatchingBook {
    const book = this.#books.get(symbol);
    if (book === undefined) throw new Error(`"${symbol}" is not an order book here`);
    return book;
  }

  venue(symbol: string): VenueLevels {
    const venue = this.#venues.get(symbol);
    if (venue === undefined) throw new Error(`"${symbol}" is not a level book here`);
    return venue;
  }

  #order(book: MatchingBook, command: Extract<SourceCommand, { clientOrderId: number }>): Reason {
    const { clientOrderId } = command;
    switch (command.type) {
      case CommandType.NewOrder: {
        const { side, price, quantity, timeInForce } = command;
        return command.orderType === OrderType.Market
          ? book.market(clientOrderId, 0, side, quantity)
          : book.limit(clientOrderId, 0, side, price, quantity, timeInForce);
      }
      case CommandType.Cancel:
        return book.cancel(clientOrderId);
      case CommandType.Modify:
        return book.modify(clientOrderId, command.price, command.quantity);
      case CommandType.Replace:
        return book.replace(clientOrderId, command.price, command.quantity);
    }
  }

  #done(): void {
    this.#report({ type: ReportType.Done, instrument: ID });
  }

  #report(report: Unnumbered<Report>): void {
    this.#listener({ ...report, transaction: this.#transaction, command: this.#command });
  }

  #events(): BookEvents {
    return {
      accepted: (clientOrderId) =>
        this.#report({ ...orderFields(clientOrderId), type: ReportType.Accepted }),
      traded: (
        aggressor,
        price,
        quantity,
        maker,
        _makerOwner,
        makerLeaves,
        taker,
        _takerOwner,
        leaves,
      ) => {
        this.trades.push({ symbol: this.#symbol, price, quantity, aggressor });
        const trade = {
          type: ReportType.Filled,
          tradeId: ++this.#tradeId,
          price,
          quantity,
        } as const;
        const makerSide = aggressor === Side.Bid ? Side.Ask : Side.Bid;
        this.#report({
          ...trade,
          ...orderFields(taker),
          side: aggressor,
          leaves,
          isAggressor: true,
        });
        this.#report({
          ...trade,
          ...orderFields(maker),
          side: makerSide,
          leaves: makerLeaves,
          isAggressor: false,
        });
      },
      cancelled: (clientOrderId, _owner, _side, _price, quantity, reason) =>
        this.#report({
          ...orderFields(clientOrderId),
          type: ReportType.Cancelled,
          quantity,
          reason,
        }),
      replaced: (clientOrderId, _owner, _side, price, quantity, keptPriority) =>
        this.#report({
          ...orderFields(clientOrderId),
          type: ReportType.Replaced,
          price,
          quantity,
          keptPriority,
        }),
      crossed: () => undefined,
      rested: () => undefined,
      reduced: () => undefined,
      levelChanged: () => undefined,
    };
  }
}

const ID = 1 as InstrumentId;

type Unnumbered<R> = R extends Report ? Omit<R, 'transaction' | 'command'> : never;

function orderFields(clientOrderId: number): {
  instrument: InstrumentId;
  clientOrderId: number;
  orderId: number;
} {
  return { instrument: ID, clientOrderId, orderId: clientOrderId };
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
export function viewOf(book: MatchingBook): BookView {
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
