/** The engine of a fake feed: says what a test tells it to, in real records with real hashes. */

import {
  type Aggressor,
  BookKind,
  type Crc32,
  type Epoch,
  type InstrumentId,
  LevelBook,
  OrderBook,
  type PacketRing,
  PositionRotation,
  RECORD_BYTES,
  RecordType,
  type RecordWriter,
  type Side,
  type SnapshotInstrument,
  type SnapshotProvider,
  StreamLevel,
  StreamWriter,
  shardTopic,
  TradingStatus,
  type WallClock,
} from '../../../feed/index.ts';

/** What a test lists. */
export interface FakeInstrument {
  readonly symbol: string;
  /** '0.01' by default. */
  readonly tickSize?: string;
  /** '1' by default. */
  readonly lotSize?: string;
}

interface Listed extends SnapshotInstrument {
  readonly book: LevelBook;
  status: TradingStatus;
  statusReason: number;
  sequence: number;
  transaction: number;
}

export interface FakeMarketOptions {
  readonly level: StreamLevel;
  readonly epoch: Epoch;
  readonly ring: PacketRing;
  readonly wallClock: WallClock;
  readonly crc32: Crc32;
  readonly publish: (packet: Uint8Array) => void;
}

const HIGHEST_PRICE = 2 ** 31 - 1;

/** What both levels have. Prices are ticks, quantities lots. */
export class FakeMarket implements SnapshotProvider {
  readonly epoch: Epoch;
  readonly isReady = true;
  readonly #writer: StreamWriter;
  readonly #level: StreamLevel;
  readonly #wallClock: WallClock;
  readonly #listed: Listed[] = [];
  readonly #rotation = new PositionRotation();
  readonly #touched = new Set<Listed>();
  readonly #time = { high: 0, low: 0 };
  #transaction = 0;
  #isOpen = false;
  #trades = 0;

  constructor(options: FakeMarketOptions) {
    const { epoch, level, wallClock, crc32, ring, publish } = options;
    this.epoch = epoch;
    this.#level = level;
    this.#wallClock = wallClock;
    this.#writer = new StreamWriter({
      epoch,
      topic: shardTopic(level),
      firstSequence: 1,
      crc32,
      wallClock,
      sink: (packet, first, count) => {
        ring.add(packet, first, count);
        publish(packet);
      },
    });
    this.#write(RecordType.EpochStart).epochStart(0, 0, 0);
    this.#writer.records.endTransaction();
    this.#writer.flush();
  }

  /** All that one command causes; each book that it touches is hashed. Answers with its number. */
  transaction(work: () => void): number {
    if (this.#isOpen) throw new Error('A transaction is open: one cannot be within another.');
    this.#isOpen = true;
    this.#transaction += 1;
    this.#wallClock(this.#time);
    const { high, low } = this.#time;
    this.#write(RecordType.Transaction).transaction(this.#transaction, high, low, 0);
    try {
      work();
    } finally {
      this.#end();
    }
    return this.#transaction;
  }

  /** Lists an instrument, which is in continuous trading. */
  list({ symbol, tickSize = '0.01', lotSize = '1' }: FakeInstrument): void {
    this.#expectOpen();
    if (this.findId(symbol) !== undefined) throw new Error(`${symbol} is listed already.`);
    const id = (this.#listed.length + 1) as InstrumentId;
    const book = this.#level === StreamLevel.L3 ? new OrderBook(id) : new LevelBook(id);
    const range = { lowestPrice: -HIGHEST_PRICE, highestPrice: HIGHEST_PRICE };
    const status = TradingStatus.Continuous;
    const text = { symbol, tickSize, lotSize, bookKind: BookKind.Orders, ...range };
    const one = { id, ...text, status, statusReason: 0, book, sequence: 0, transaction: 0 };
    this.#listed.push(one);
    this.#write(RecordType.Instrument).instrument(
      id,
      this.#next(one),
      status,
      BookKind.Orders,
      range.lowestPrice,
      range.highestPrice,
      tickSize,
      lotSize,
      symbol,
    );
  }

  status(symbol: string, status: TradingStatus, reason = 0): void {
    const one = this.named(symbol);
    one.status = status;
    one.statusReason = reason;
    this.#write(RecordType.Status).status(one.id, this.#next(one), status, reason);
  }

  /** A trade that changes no book by itself. Answers with its id. */
  trade(symbol: string, aggressor: Aggressor, price: number, quantity: number): number {
    const one = this.named(symbol);
    this.#trades += 1;
    const records = this.#write(RecordType.Trade);
    records.trade(one.id, this.#next(one), aggressor, 0, price, quantity, this.#trades);
    return this.#trades;
  }

  bust(symbol: string, tradeId: number): void {
    const one = this.named(symbol);
    this.#write(RecordType.TradeBusted).tradeBusted(one.id, this.#next(one), tradeId);
  }

  /** Every hash told of this instrument from now on is wrong: until the book is fetched, and again. */
  corrupt(symbol: string): void {
    this.named(symbol).book.hash.shift(1, 1);
  }

  // What the feed asks

  get nextSequence(): number {
    return this.#writer.nextSequence;
  }

  instrumentIds(): readonly number[] {
    return this.#listed.map(({ id }) => id);
  }

  instrument(id: number): SnapshotInstrument | undefined {
    return this.#listed[id - 1];
  }

  findId(symbol: string): number | undefined {
    return this.#listed.find((one) => one.symbol === symbol)?.id;
  }

  heartbeat(): void {
    this.#rotation.heartbeat(this.#writer, this.#listed.length, (records, index) => {
      const { id, sequence, transaction, book } = this.#listed[index] as Listed;
      records.instrumentPosition(id, sequence, book.hash.laneA, book.hash.laneB, transaction);
    });
  }

  endOfSession(): void {
    this.#writer.endOfSession();
  }

  // What the books of a level are told by

  /** The instrument, within a transaction. */
  protected named(symbol: string): Listed {
    this.#expectOpen();
    const one = this.#listed.find((listed) => listed.symbol === symbol);
    if (one === undefined) throw new Error(`${symbol} is not listed.`);
    return one;
  }

  protected nextTradeId(): number {
    this.#trades += 1;
    return this.#trades;
  }

  /** Where to write one record about an instrument, and which of its own sequence it is. */
  protected record(type: RecordType, one: Listed): [RecordWriter, number] {
    this.#touched.add(one);
    return [this.#write(type), this.#next(one)];
  }

  #write(type: RecordType): RecordWriter {
    this.#writer.reserve(RECORD_BYTES[type]);
    return this.#writer.records;
  }

  #next(one: Listed): number {
    one.sequence += 1;
    one.transaction = this.#transaction;
    return one.sequence;
  }

  #end(): void {
    for (const one of this.#touched) {
      const { book, id } = one;
      const { laneA, laneB } = book.hash;
      const [bids, asks] = [book.levelCount(0 as Side), book.levelCount(1 as Side)];
      const records = this.#write(RecordType.BookHash);
      records.bookHash(id, this.#next(one), laneA, laneB, bids, asks);
    }
    this.#touched.clear();
    this.#writer.records.endTransaction();
    this.#writer.flush();
    this.#isOpen = false;
  }

  #expectOpen(): void {
    if (!this.#isOpen) throw new Error('The market changes within a transaction only.');
  }
}

/** Books as price levels. */
export class FakeLevelMarket extends FakeMarket {
  /** A level's new total; a quantity of 0 removes it. */
  level(symbol: string, side: Side, price: number, quantity: number, orders = 1): void {
    const one = this.named(symbol);
    const count = quantity === 0 ? 0 : orders;
    one.book.apply(side, price, quantity, count);
    const [records, sequence] = this.record(RecordType.Level, one);
    records.level(one.id, sequence, side, price, quantity, count);
  }

  clear(symbol: string): void {
    const one = this.named(symbol);
    one.book.clear();
    const [records, sequence] = this.record(RecordType.BookClear, one);
    records.bookClear(one.id, sequence);
  }
}

/** Books order by order. */
export class FakeOrderMarket extends FakeMarket {
  /** An order stands last in the queue of its level. */
  add(symbol: string, side: Side, price: number, orderId: number, quantity: number): void {
    const one = this.named(symbol);
    const book = one.book as OrderBook;
    if (book.findRow(orderId) !== 0) throw new Error(`Order ${orderId} is in the book already.`);
    book.add(side, price, orderId, quantity);
    const [records, sequence] = this.record(RecordType.OrderAdded, one);
    records.orderAdded(one.id, sequence, side, price, orderId, quantity);
  }

  /** A trade with an order in the book. Answers with the trade's id. */
  execute(symbol: string, orderId: number, quantity: number): number {
    const one = this.named(symbol);
    const book = one.book as OrderBook;
    const row = rowOf(book, orderId);
    const [price, shown] = [book.priceOf(row), book.shownOf(row)];
    if (quantity > shown) throw new Error(`Order ${orderId} shows ${shown} lots only.`);
    const aggressor = 1 - book.sideOf(row);
    book.show(row, shown - quantity);
    const tradeId = this.nextTradeId();
    const [records, sequence] = this.record(RecordType.OrderExecuted, one);
    records.orderExecuted(one.id, sequence, aggressor, 0, orderId, quantity, price, tradeId);
    return tradeId;
  }

  /** An order shows so many lots now, in its place: 1 or more. */
  reduce(symbol: string, orderId: number, quantity: number): void {
    const one = this.named(symbol);
    const book = one.book as OrderBook;
    book.show(rowOf(book, orderId), quantity);
    const [records, sequence] = this.record(RecordType.OrderReduced, one);
    records.orderReduced(one.id, sequence, orderId, quantity);
  }

  remove(symbol: string, orderId: number): void {
    const one = this.named(symbol);
    const book = one.book as OrderBook;
    book.show(rowOf(book, orderId), 0);
    const [records, sequence] = this.record(RecordType.OrderRemoved, one);
    records.orderRemoved(one.id, sequence, orderId);
  }
}

function rowOf(book: OrderBook, orderId: number): number {
  const row = book.findRow(orderId);
  if (row === 0) throw new Error(`Order ${orderId} is not in the book.`);
  return row;
}
