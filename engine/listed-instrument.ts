/** An instrument of the running market with its book: of orders, or of a venue's levels. */

import {
  BookHash,
  type BookKind,
  type Instrument,
  type InstrumentDefinition,
  type InstrumentId,
  LevelBook,
  OrderSeeds,
  OrderBook as OrderView,
  QueueHasher,
  Side,
  TradingStatus,
} from '../feed/index.ts';
import type { BookContents, BookOrder, OrderBook } from './book/book.ts';
import { MAX_VENUE_LEVELS } from './limits.ts';
import { OrderState } from './protocol/index.ts';
import type { Calendar } from './rules/calendar.ts';
import type { SpecialOrders } from './rules/special-orders.ts';
import { isAuction } from './rules/status.ts';
import { TradingSession } from './rules/trading-session.ts';
import type { Stateful, StateReader, StateWriter } from './state.ts';

/** What the market needs of a book of orders; only one that can be saved needs `Stateful`. */
export type MarketBook = OrderBook & BookContents & Partial<Stateful>;

/** What a level of a venue takes in the saved state. */
const LEVEL_BYTES = 8 + 8 + 4;

export class ListedInstrument implements Instrument {
  readonly id: InstrumentId;
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
  readonly bookKind: BookKind;
  /** As it was listed; its price band may have changed since. */
  readonly listed: InstrumentDefinition;
  lowestPrice: number;
  highestPrice: number;
  status: TradingStatus = TradingStatus.Continuous;
  /** Of an instrument of `BookKind.Orders`. */
  readonly orders: MarketBook | undefined;
  /** Of an instrument of `BookKind.Levels`. */
  readonly levels: LevelBook | undefined;
  /** Set when the book of orders has changed: its hash is taken anew when asked for. */
  hashIsStale = false;
  /** The same for what is known order by order. */
  orderHashIsStale = false;
  /** Of the last trade; NaN before the first. */
  lastTradePrice = Number.NaN;
  /** Since the reference price was taken from it: see `takeReference`. */
  hasTraded = false;
  /** Its stops, pegged, linked and expiring orders; from the first one on. */
  special: SpecialOrders | undefined;
  /** What the rules keep of it. */
  readonly session = new TradingSession();
  /**
   * Something is to be looked at after each command that calls its book (see `Settlement`): false as
   * long as nobody has asked for anything but plain orders.
   */
  needsSettling = false;
  /** An order of the running command was stopped by the volatility bound. */
  mustPause = false;
  /** The running command has called its book: kept by `Settlement`. */
  isTouched = false;
  readonly #hash: BookHash;
  readonly #orderHash: BookHash;
  readonly #queues: QueueHasher;
  /** Where the walk through the book is; what it meets is visited without an object made for it. */
  #walkedSide: Side = Side.Bid;

  /** Without `orders` it has a book of levels. */
  constructor(id: InstrumentId, definition: InstrumentDefinition, orders: MarketBook | undefined) {
    this.id = id;
    this.symbol = definition.symbol;
    this.tickSize = definition.tickSize;
    this.lotSize = definition.lotSize;
    this.bookKind = definition.bookKind;
    this.listed = definition;
    this.lowestPrice = definition.lowestPrice;
    this.highestPrice = definition.highestPrice;
    this.orders = orders;
    this.levels = orders === undefined ? new LevelBook(id) : undefined;
    this.#hash = this.levels?.hash ?? new BookHash(id);
    this.#orderHash = this.levels?.hash ?? new BookHash(id);
    this.#queues = new QueueHasher(this.#orderHash, new OrderSeeds(id));
  }

  /**
   * The book hash, from the book itself: a book of orders is walked level by level, so that the
   * hash cannot repeat a mistake of the records. Valid until the book changes.
   */
  bookHash(): BookHash {
    const { orders } = this;
    if (orders !== undefined && this.hashIsStale) {
      this.hashIsStale = false;
      this.#hash.reset();
      this.#walk(orders, this.#hashLevel);
    }
    return this.#hash;
  }

  /**
   * The price of the last trade becomes the reference price. Between two transactions only; where
   * nothing is looked at after each of them, it is made good when somebody asks for the price.
   */
  takeReference(): void {
    if (!this.hasTraded) return;
    this.hasTraded = false;
    this.session.referencePrice = this.lastTradePrice;
  }

  /** The same with every order in it that may be seen: the hash of the L3 stream. */
  orderHash(): BookHash {
    const { orders } = this;
    const hash = this.#orderHash;
    if (orders !== undefined && this.orderHashIsStale) {
      this.orderHashIsStale = false;
      hash.copyFrom(this.bookHash());
      this.#walk(orders, this.#hashQueue);
    }
    return hash;
  }

  #walk(orders: MarketBook, visit: (price: number, quantity: number, count: number) => void): void {
    this.#walkedSide = Side.Bid;
    orders.forEachLevel(Side.Bid, visit);
    this.#walkedSide = Side.Ask;
    orders.forEachLevel(Side.Ask, visit);
  }

  readonly #hashLevel = (price: number, quantity: number, orderCount: number): void => {
    this.#hash.add(this.#walkedSide, price, quantity, orderCount);
  };

  readonly #hashQueue = (price: number): void => {
    this.#queues.start(this.#walkedSide, price);
    this.orders?.forEachOrder(this.#walkedSide, price, this.#hashOrder);
  };

  readonly #hashOrder = (orderId: number, _owner: number, shown: number): void => {
    this.#queues.add(orderId, shown);
  };

  /** An open order, in the book or beside it. Of a pegged one, `price` is its limit. */
  openOrder(orderId: number): (BookOrder & { readonly state: OrderState }) | undefined {
    const special = this.special?.find(orderId);
    if (special !== undefined && special.state !== OrderState.InBook) return special;
    const inBook = this.orders?.orderOf(orderId);
    if (inBook === undefined) return undefined;
    const price = special?.isPegged === true ? special.price : inBook.price;
    return { ...inBook, price, state: OrderState.InBook };
  }

  /** After its status or rules have changed: whether its commands are settled from now on. */
  watch(): void {
    const isWatched = this.session.isWatched || isAuction(this.status);
    this.needsSettling = isWatched || this.special !== undefined;
  }

  /** Status and book; the definition is its market's to save, which makes the instrument of it. */
  saveState(writer: StateWriter, calendars: readonly Calendar[]): void {
    this.takeReference();
    writer.u8(this.status);
    writer.int(this.lowestPrice);
    writer.int(this.highestPrice);
    writer.f64(this.lastTradePrice);
    this.session.saveState(writer, calendars);
    if (this.orders !== undefined) {
      if (this.orders.saveState === undefined) throw new Error(`${this.symbol} cannot be saved`);
      this.orders.saveState(writer);
    }
    const { levels } = this;
    if (levels === undefined) return;
    for (const side of [Side.Bid, Side.Ask]) {
      const count = levels.levelCount(side);
      writer.count(count);
      for (let index = 0; index < count; index += 1) {
        writer.int(levels.priceAt(side, index));
        writer.int(levels.quantityAt(side, index));
        writer.u32(levels.orderCountAt(side, index));
      }
    }
  }

  loadState(reader: StateReader, calendars: readonly Calendar[]): void {
    this.status = reader.choice(TradingStatus.Delisted) as TradingStatus;
    this.lowestPrice = reader.int();
    this.highestPrice = reader.int(this.lowestPrice);
    this.orders?.setPriceBand(this.lowestPrice, this.highestPrice);
    this.lastTradePrice = reader.f64();
    this.session.loadState(reader, calendars);
    if (this.status !== TradingStatus.Continuous) this.orders?.setMatching(false);
    this.hashIsStale = true;
    this.orderHashIsStale = true;
    if (this.orders !== undefined) {
      if (this.orders.loadState === undefined) throw new Error(`${this.symbol} cannot be loaded`);
      this.orders.loadState(reader);
    }
    if (this.levels === undefined) return;
    for (const side of [Side.Bid, Side.Ask]) {
      for (let left = reader.count(MAX_VENUE_LEVELS, LEVEL_BYTES); left > 0; left -= 1) {
        this.levels.apply(side, reader.int(), reader.int(1), reader.u32());
      }
    }
  }

  levelCount(side: Side): number {
    return this.orders?.levelCount(side) ?? this.levels?.levelCount(side) ?? 0;
  }

  /** A copy of the book order by order; of a venue's book, of its levels. */
  orderBook(): OrderView {
    const copy = new OrderView(this.id);
    for (const side of [Side.Bid, Side.Ask]) {
      const { orders, levels } = this;
      orders?.forEachLevel(side, (price) => {
        orders.forEachOrder(side, price, (orderId, _owner, shown) => {
          copy.add(side, price, orderId, shown);
        });
      });
      for (let i = (levels?.levelCount(side) ?? 0) - 1; levels !== undefined && i >= 0; i -= 1) {
        const orderCount = levels.orderCountAt(side, i);
        copy.apply(side, levels.priceAt(side, i), levels.quantityAt(side, i), orderCount);
      }
    }
    return copy;
  }

  /** The book as levels: the live one of a venue, a copy of a book of orders. */
  levelBook(): LevelBook {
    if (this.levels !== undefined) return this.levels;
    const copy = new LevelBook(this.id);
    for (const side of [Side.Bid, Side.Ask]) {
      this.orders?.forEachLevel(side, (price, quantity, orderCount) => {
        copy.apply(side, price, quantity, orderCount);
      });
    }
    return copy;
  }
}
