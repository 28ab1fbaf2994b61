/** The market: all instruments and their books; applies one command after the other. */

import { DecimalError, DecimalScale } from '../feed/decimal.ts';
import {
  BookKind,
  type InstrumentDefinition,
  type InstrumentId,
  MAX_INSTRUMENTS,
  MAX_INTEGER,
  MAX_SYMBOL_BYTES,
  TradingStatus,
} from '../feed/index.ts';
import type { BookEvents } from './book/book.ts';
import { BookMemory } from './book/book-memory.ts';
import { MatchingBook } from './book/matching-book.ts';
import { MAX_OPEN_ORDERS } from './limits.ts';
import { ListedInstrument, type MarketBook } from './listed-instrument.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import { OrderDirectory } from './order-directory.ts';
import { OrderEvents } from './order-events.ts';
import { cancelAll, findOpenOrders, type OrdersFound } from './owner-orders.ts';
import {
  ALL_INSTRUMENTS,
  type BookUpdate,
  type CancelOrder,
  type Command,
  CommandType,
  type ListInstrument,
  type MassCancel,
  MassCancelSide,
  type ModifyOrder,
  type NewOrder,
  type OrderConditions,
  OrderType,
  PostOnly,
  Reason,
  type ReplaceOrder,
  SelfTrade,
  type SetStatus,
  type VenueTrade,
} from './protocol/index.ts';
import { loadDefinition, saveDefinition } from './saved-definition.ts';
import type { StateReader, StateWriter } from './state.ts';
import { VenueBookUpdater } from './venue-book.ts';

export interface MarketOptions {
  readonly stream: StreamOutput;
  readonly reports: ReportSink;
  readonly directory?: OrderDirectory;
  /** The matching book by default; tests give the naive one. */
  readonly createBook?: (instrument: InstrumentId, events: BookEvents) => MarketBook;
}

/**
 * Knows no clock, no socket and no session: the same commands of the same owners in the same order
 * give the same calls on both ports. A refused command changes nothing and tells nothing.
 */
export class Market {
  readonly #instruments: ListedInstrument[] = [];
  readonly #bySymbol = new Map<string, ListedInstrument>();
  readonly #directory: OrderDirectory;
  readonly #events: OrderEvents;
  readonly #venueBooks: VenueBookUpdater;
  readonly #stream: StreamOutput;
  readonly #reports: ReportSink;
  readonly #createBook: NonNullable<MarketOptions['createBook']>;

  constructor(options: MarketOptions) {
    this.#stream = options.stream;
    this.#reports = options.reports;
    this.#directory = options.directory ?? new OrderDirectory();
    this.#events = new OrderEvents(this.#directory, options.stream, options.reports);
    this.#venueBooks = new VenueBookUpdater(options.stream);
    this.#createBook = options.createBook ?? matchingBooks();
  }

  /** In the order of their ids, which start at 1. */
  get instruments(): readonly ListedInstrument[] {
    return this.#instruments;
  }

  /** Orders open now, over all instruments. */
  get openOrders(): number {
    return this.#directory.openCount;
  }

  /** The number of the newest trade; 0 before the first. */
  get lastTradeId(): number {
    return this.#events.lastTradeId;
  }

  openOrdersOf(owner: number): number {
    return this.#directory.openOrdersOf(owner);
  }

  /** A page of the owner's open orders; see `OpenOrdersPage`. */
  findOpenOrders(owner: number, instrument: number, after: number): OrdersFound {
    return findOpenOrders(this.#directory, (id) => this.instrument(id), owner, instrument, after);
  }

  instrument(id: number): ListedInstrument | undefined {
    return this.#instruments[id - 1];
  }

  find(symbol: string): ListedInstrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  saveState(writer: StateWriter): void {
    writer.part('mrkt', () => {
      writer.count(this.#instruments.length);
      for (const instrument of this.#instruments) {
        saveDefinition(instrument, writer);
        instrument.saveState(writer);
      }
      this.#events.saveState(writer);
      this.#directory.saveState(writer);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('mrkt', () => {
      for (let left = reader.count(MAX_INSTRUMENTS, 1); left > 0; left -= 1) {
        const definition = checkedDefinition(loadDefinition(reader));
        if (typeof definition === 'number' || this.#bySymbol.has(definition.symbol)) {
          reader.refuse('No market could have listed this instrument.');
        }
        this.#add(definition).loadState(reader);
      }
      this.#events.loadState(reader);
      this.#directory.loadState(reader);
    });
  }

  /** Anything but `Reason.None` is a refusal, which the caller reports. */
  apply(owner: number, command: Command): Reason {
    switch (command.type) {
      case CommandType.NewOrder:
        return this.#newOrder(owner, command);
      case CommandType.Cancel:
        return this.#cancel(owner, command);
      case CommandType.Modify:
      case CommandType.Replace:
        return this.#change(owner, command);
      case CommandType.ListInstrument:
        return this.#list(owner, command);
      case CommandType.SetStatus:
        return this.#setStatus(owner, command);
      case CommandType.BookUpdate:
        return this.#bookUpdate(owner, command);
      case CommandType.VenueTrade:
        return this.#venueTrade(owner, command);
      case CommandType.MassCancel:
        return this.#massCancel(owner, command);
      case CommandType.OwnerGone:
        return this.#ownerGone(owner);
      case CommandType.SetRules:
      case CommandType.SetCalendar:
      case CommandType.BustTrade:
      case CommandType.CorrectTrade:
      case CommandType.KillSwitch:
      case CommandType.AdvanceTime:
        return Reason.NotPermitted;
      default:
        throw new Error(`Market.apply: ${JSON.stringify(command satisfies never)}`);
    }
  }

  #newOrder(owner: number, order: NewOrder): Reason {
    const instrument = this.instrument(order.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const book = instrument.orders;
    if (book === undefined) return Reason.WrongBookKind;
    if (order.clientOrderId < 1) return Reason.BadField;
    if (instrument.status !== TradingStatus.Continuous) return Reason.InstrumentNotTrading;
    const isLimit = order.orderType === OrderType.Limit;
    if (isLimit && !isInBand(instrument, order.price)) return Reason.PriceOutsideBand;
    if (!isLimit && order.price !== 0) return Reason.BadPrice;
    if (this.#directory.isTaken(owner, order.clientOrderId)) return Reason.DuplicateOrderId;
    const orderId = this.#directory.open(owner, order.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.TooManyOrders;
    this.#events.instrument = instrument;
    const { side, price, quantity, timeInForce } = order;
    const conditions = conditionsOf(order);
    const reason = isLimit
      ? book.limit(orderId, owner, side, price, quantity, timeInForce, conditions)
      : book.market(orderId, owner, side, quantity, timeInForce, conditions);
    if (reason !== Reason.None) this.#directory.discard(orderId);
    return reason;
  }

  /** Possible in every status: an owner may always take an order back. */
  #cancel(owner: number, command: CancelOrder): Reason {
    const instrument = this.instrument(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.orders === undefined) return Reason.WrongBookKind;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    this.#events.instrument = instrument;
    return instrument.orders.cancel(orderId);
  }

  /** Possible in every status, as a single cancel is. */
  #massCancel(owner: number, command: MassCancel): Reason {
    const named = command.instrument;
    if (named !== ALL_INSTRUMENTS) {
      const instrument = this.instrument(named);
      if (instrument === undefined) return Reason.UnknownInstrument;
      if (instrument.orders === undefined) return Reason.WrongBookKind;
    }
    this.#cancelAll(owner, command);
    return Reason.None;
  }

  /** Also of an owner without orders, so that a journal may be played whatever it holds. */
  #ownerGone(owner: number): Reason {
    this.#events.cancelReason = Reason.Disconnected;
    this.#cancelAll(owner, { instrument: ALL_INSTRUMENTS, side: MassCancelSide.Both });
    this.#events.cancelReason = Reason.ByRequest;
    return Reason.None;
  }

  #cancelAll(owner: number, named: Pick<MassCancel, 'instrument' | 'side'>): void {
    const { count, isComplete } = cancelAll(
      this.#directory,
      (id) => this.instrument(id),
      owner,
      named,
      (instrument, orderId) => {
        this.#events.instrument = instrument;
        instrument.orders?.cancel(orderId);
      },
    );
    this.#reports.massCancelled(owner, named.instrument, count, isComplete);
  }

  #change(owner: number, command: ModifyOrder | ReplaceOrder): Reason {
    const instrument = this.instrument(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const book = instrument.orders;
    if (book === undefined) return Reason.WrongBookKind;
    if (instrument.status !== TradingStatus.Continuous) return Reason.InstrumentNotTrading;
    const { price, quantity } = command;
    if (!isInBand(instrument, price)) return Reason.PriceOutsideBand;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    this.#events.instrument = instrument;
    return command.type === CommandType.Modify
      ? book.modify(orderId, price, quantity)
      : book.replace(orderId, price, quantity);
  }

  #list(owner: number, command: ListInstrument): Reason {
    const definition = checkedDefinition(command);
    if (typeof definition === 'number') return definition;
    let instrument = this.#bySymbol.get(definition.symbol);
    if (instrument === undefined) {
      if (this.#instruments.length >= MAX_INSTRUMENTS) return Reason.TooManyInstruments;
      instrument = this.#add(definition);
      this.#stream.listed(instrument);
    } else if (!isSameDefinition(instrument, definition)) {
      return Reason.InstrumentDiffers;
    }
    this.#reports.listed(owner, instrument.id, instrument.symbol);
    return Reason.None;
  }

  #add(definition: InstrumentDefinition): ListedInstrument {
    const id = (this.#instruments.length + 1) as InstrumentId;
    const isOrders = definition.bookKind === BookKind.Orders;
    const book = isOrders ? this.#createBook(id, this.#events) : undefined;
    book?.setPriceBand(definition.lowestPrice, definition.highestPrice);
    const instrument = new ListedInstrument(id, definition, book);
    this.#instruments.push(instrument);
    this.#bySymbol.set(definition.symbol, instrument);
    return instrument;
  }

  #setStatus(owner: number, command: SetStatus): Reason {
    const instrument = this.instrument(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.status !== command.status) {
      // Delisting is for good.
      if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
      instrument.status = command.status;
      this.#stream.statusChanged(instrument, Reason.ByRequest);
    }
    this.#reports.done(owner, instrument.id);
    return Reason.None;
  }

  #bookUpdate(owner: number, command: BookUpdate): Reason {
    const instrument = this.instrument(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.levels === undefined) return Reason.WrongBookKind;
    if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
    const reason = this.#venueBooks.apply(instrument, instrument.levels, command);
    if (reason === Reason.None) this.#reports.done(owner, instrument.id);
    return reason;
  }

  #venueTrade(owner: number, command: VenueTrade): Reason {
    const instrument = this.instrument(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.levels === undefined) return Reason.WrongBookKind;
    if (instrument.status === TradingStatus.Delisted) return Reason.InstrumentNotTrading;
    if (command.quantity < 1) return Reason.BadQuantity;
    const { aggressor, price, quantity } = command;
    this.#events.lastTradeId += 1;
    this.#stream.publish();
    this.#stream.traded(instrument, aggressor, price, quantity, this.#events.lastTradeId);
    this.#reports.done(owner, instrument.id);
    return Reason.None;
  }
}

function matchingBooks(): NonNullable<MarketOptions['createBook']> {
  const memory = new BookMemory(MAX_OPEN_ORDERS);
  return (instrument, events) => new MatchingBook(instrument, memory, events);
}

/** The order itself when it asks for something special; a plain one goes the short way. */
function conditionsOf(order: NewOrder): OrderConditions | undefined {
  const { minimumQuantity = 0, postOnly = PostOnly.Off, selfTrade = SelfTrade.Allow } = order;
  const { displayQuantity = 0 } = order;
  const isPlain = minimumQuantity === 0 && displayQuantity === 0 && postOnly === PostOnly.Off;
  return isPlain && selfTrade === SelfTrade.Allow ? undefined : order;
}

function isInBand(instrument: ListedInstrument, price: number): boolean {
  return price >= instrument.lowestPrice && price <= instrument.highestPrice;
}

/** The definition with its decimals in their shortest form, or why it cannot be listed. */
function checkedDefinition(command: InstrumentDefinition): InstrumentDefinition | Reason {
  const { symbol, bookKind, lowestPrice, highestPrice } = command;
  const bytes = new TextEncoder().encode(symbol).length;
  if (bytes < 1 || bytes > MAX_SYMBOL_BYTES || /[\p{Cc}\s]/u.test(symbol)) return Reason.BadField;
  if (lowestPrice > highestPrice) return Reason.BadPrice;
  if (lowestPrice < -MAX_INTEGER || highestPrice > MAX_INTEGER) return Reason.BadPrice;
  try {
    const tickSize = new DecimalScale(command.tickSize).step;
    const lotSize = new DecimalScale(command.lotSize).step;
    return { symbol, tickSize, lotSize, bookKind, lowestPrice, highestPrice };
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    return Reason.BadField;
  }
}

function isSameDefinition(a: InstrumentDefinition, b: InstrumentDefinition): boolean {
  return (
    a.tickSize === b.tickSize &&
    a.lotSize === b.lotSize &&
    a.bookKind === b.bookKind &&
    a.lowestPrice === b.lowestPrice &&
    a.highestPrice === b.highestPrice
  );
}
