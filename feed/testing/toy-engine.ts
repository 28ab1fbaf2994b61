/** A market that matches nothing, for the feed's tests: random changes of books, written as an engine would. */

import { crc32 } from 'node:zlib';
import { BookHash } from '../book/book-hash.ts';
import { describeBook, NaiveBook } from '../book/naive-book.ts';
import {
  describeNaiveOrders,
  describeOrderBook,
  NaiveOrderBook,
} from '../book/naive-order-book.ts';
import { OrderBook } from '../book/order-book.ts';
import { BookKind, type Epoch, type InstrumentId, Side, TradingStatus } from '../market.ts';
import type { WallClock } from '../nanos.ts';
import { PacketRing } from '../sync/packet-ring.ts';
import type {
  SnapshotBook,
  SnapshotInstrument,
  SnapshotProvider,
} from '../sync/snapshot-encoder.ts';
import { PositionRotation } from '../wire/position-rotation.ts';
import { RECORD_BYTES, RecordType } from '../wire/records.ts';
import { type PacketSink, StreamWriter } from '../wire/stream-writer.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import type { Random } from './random.ts';

/** Its book hash is summed from scratch over the naive book, so that it shares no bookkeeping. */
class ToyInstrument implements SnapshotInstrument {
  readonly id: InstrumentId;
  readonly symbol: string;
  readonly tickSize = '0.01';
  readonly lotSize = '1';
  readonly bookKind: BookKind;
  readonly lowestPrice = 1;
  readonly highestPrice = 1_000_000;
  readonly status = TradingStatus.Continuous;
  /** The levels; those of the orders, where there are orders. */
  readonly naive = new NaiveBook();
  readonly orderList: NaiveOrderBook | undefined;
  sequence = 0;
  transaction = 0;

  constructor(id: number, level: StreamLevel) {
    this.id = id as InstrumentId;
    this.symbol = `TOY${id}`;
    // On L3, every third is a venue's book.
    const hasOrders = level === StreamLevel.L3 && id % 3 !== 0;
    this.bookKind = hasOrders ? BookKind.Orders : BookKind.Levels;
    this.orderList = hasOrders ? new NaiveOrderBook() : undefined;
  }

  /** The levels follow from the orders. */
  settle(side: Side, price: number): void {
    const queue = this.orderList?.queue(side, price) ?? [];
    const quantity = queue.reduce((sum, { shown }) => sum + shown, 0);
    this.naive.apply(side, price, quantity, queue.length);
  }

  /** The book in words, each order where there are orders. */
  get words(): readonly string[] {
    return this.orderList === undefined
      ? describeBook(this.naive)
      : describeNaiveOrders(this.orderList);
  }

  get book(): SnapshotBook & { readonly hash: BookHash } {
    const hash = this.orderList?.hash(this.id) ?? this.#levelHash();
    const { naive, orderList } = this;
    const forEachOrder: SnapshotBook['forEachOrder'] = (side, price, visit) => {
      for (const { orderId, shown } of orderList?.queue(side, price) ?? []) visit(orderId, shown);
    };
    return {
      hash,
      ...(orderList === undefined ? {} : { forEachOrder }),
      levelCount: (side) => naive.levelCount(side),
      priceAt: (side, index) => naive.priceAt(side, index),
      quantityAt: (side, index) => naive.quantityAt(side, index),
      orderCountAt: (side, index) => naive.orderCountAt(side, index),
    };
  }

  #levelHash(): BookHash {
    const hash = new BookHash(this.id);
    for (const side of [Side.Bid, Side.Ask] as const) {
      for (const { price, quantity, orderCount } of this.naive.levels(side)) {
        hash.add(side, price, quantity, orderCount);
      }
    }
    return hash;
  }
}

/** The replica of one of its books in words, to be compared with `words`. */
export function wordsOf(instrument: SnapshotInstrument): readonly string[] {
  const { book, bookKind } = instrument;
  return book instanceof OrderBook && bookKind === BookKind.Orders
    ? describeOrderBook(book)
    : describeBook(book);
}

export interface ToyEngineOptions {
  /** L2 by default. */
  readonly level?: StreamLevel;
  readonly epoch: Epoch;
  readonly instruments: number;
  readonly wallClock: WallClock;
  readonly ringBytes?: number;
  readonly sink: PacketSink;
}

export class ToyEngine implements SnapshotProvider {
  readonly epoch: Epoch;
  readonly ring: PacketRing;
  readonly writer: StreamWriter;
  readonly instruments: ToyInstrument[] = [];
  isReady = true;
  transaction = 0;
  trades = 0;
  /** Symbols by trade id. */
  readonly tradedBy = new Map<number, string>();
  readonly level: StreamLevel;
  #lastOrderId = 2 ** 32 - 100;
  readonly #rotation = new PositionRotation();

  constructor(options: ToyEngineOptions) {
    this.epoch = options.epoch;
    this.level = options.level ?? StreamLevel.L2;
    this.ring = new PacketRing(options.ringBytes ?? 1 << 20);
    this.writer = new StreamWriter({
      epoch: options.epoch,
      topic: shardTopic(this.level),
      firstSequence: 1,
      crc32,
      wallClock: options.wallClock,
      sink: (packet, first, count) => {
        this.ring.add(packet, first, count);
        options.sink(packet, first, count);
      },
    });
    this.#reserve(RecordType.EpochStart);
    this.writer.records.epochStart(0, 0, 0);
    this.writer.records.endTransaction();
    for (let id = 1; id <= options.instruments; id++) this.list(id);
    this.writer.flush();
  }

  get nextSequence(): number {
    return this.writer.nextSequence;
  }

  instrumentIds(): readonly number[] {
    return this.instruments.map((instrument) => instrument.id);
  }

  instrument(id: number): ToyInstrument | undefined {
    return this.instruments[id - 1];
  }

  findId(symbol: string): number | undefined {
    return this.instruments.find((instrument) => instrument.symbol === symbol)?.id;
  }

  list(id: number): void {
    const instrument = new ToyInstrument(id, this.level);
    this.instruments.push(instrument);
    this.begin();
    this.#reserve(RecordType.Instrument);
    const { symbol, tickSize, lotSize, status, bookKind, lowestPrice, highestPrice } = instrument;
    this.writer.records.instrument(
      id,
      this.#next(instrument),
      status,
      bookKind,
      lowestPrice,
      highestPrice,
      tickSize,
      lotSize,
      symbol,
    );
    this.writer.records.endTransaction();
  }

  /** One transaction on one instrument: changes of the book, perhaps a trade, a clear, a hash. */
  act(random: Random): void {
    const instrument = random.pick(this.instruments);
    const { orderList } = instrument;
    this.begin();
    if (random.chance(0.01)) this.#clear(instrument);
    const many = orderList === undefined ? 2500 : 400;
    const changes = random.chance(0.004) ? random.below(many) : random.below(4);
    if (orderList === undefined) this.#changeLevels(instrument, random, changes);
    else for (let i = 0; i < changes; i++) this.#changeOrder(instrument, orderList, random);
    if (random.chance(0.2)) this.#trade(instrument, random);
    if (random.chance(0.1)) this.#hash(instrument);
    this.writer.records.endTransaction();
    if (random.chance(0.5)) this.writer.flush();
  }

  #changeLevels(instrument: ToyInstrument, random: Random, changes: number): void {
    for (let i = 0; i < changes; i++) {
      const side = random.chance(0.5) ? Side.Bid : Side.Ask;
      const away = 1 + random.below(changes > 4 ? 400 : 20);
      const price = side === Side.Bid ? 50_000 - away : 50_000 + away;
      const quantity = random.chance(0.3) ? 0 : 1 + random.below(1000);
      this.setLevel(instrument, side, price, quantity, quantity === 0 ? 0 : 1 + random.below(9));
    }
  }

  /** One order comes, or one of those that are there fills, shrinks or goes. */
  #changeOrder(instrument: ToyInstrument, list: NaiveOrderBook, random: Random): void {
    const { records } = this.writer;
    const { id } = instrument;
    if (list.orders.length === 0 || random.chance(0.45)) {
      const side = random.chance(0.5) ? Side.Bid : Side.Ask;
      const price = side === Side.Bid ? 50_000 - random.below(9) : 50_001 + random.below(9);
      this.addOrder(instrument, side, price, 1 + random.below(100));
      return;
    }
    const { orderId, side, price, shown } = random.pick(list.orders);
    const by = 1 + random.below(shown);
    list.show(orderId, shown - by);
    instrument.settle(side, price);
    if (random.chance(0.4)) {
      this.trades += 1;
      this.#reserve(RecordType.OrderExecuted);
      const sequence = this.#next(instrument);
      records.orderExecuted(id, sequence, 1 - side, 0, orderId, by, price, this.trades);
    } else if (by < shown) {
      this.#reserve(RecordType.OrderReduced);
      records.orderReduced(id, this.#next(instrument), orderId, shown - by);
    } else {
      this.#reserve(RecordType.OrderRemoved);
      records.orderRemoved(id, this.#next(instrument), orderId);
    }
  }

  addOrder(instrument: ToyInstrument, side: Side, price: number, shown: number): void {
    this.#lastOrderId += 1;
    const orderId = this.#lastOrderId;
    instrument.orderList?.add(side, price, orderId, shown);
    instrument.settle(side, price);
    this.#reserve(RecordType.OrderAdded);
    const sequence = this.#next(instrument);
    this.writer.records.orderAdded(instrument.id, sequence, side, price, orderId, shown);
  }

  heartbeat(): void {
    this.#rotation.heartbeat(this.writer, this.instruments.length, (records, index) => {
      const { id, sequence, transaction, book } = this.instruments[index] as ToyInstrument;
      records.instrumentPosition(id, sequence, book.hash.laneA, book.hash.laneB, transaction);
    });
  }

  /** As it is, or wrongly: a test's way to plant a fault is not to write what it says here. */
  setLevel(
    instrument: ToyInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    instrument.naive.apply(side, price, quantity, orderCount);
    this.#reserve(RecordType.Level);
    const sequence = this.#next(instrument);
    this.writer.records.level(instrument.id, sequence, side, price, quantity, orderCount);
  }

  /** Opens a transaction; the caller ends it. */
  begin(): void {
    this.transaction += 1;
    this.#reserve(RecordType.Transaction);
    this.writer.records.transaction(this.transaction, 0, this.transaction);
  }

  #clear(instrument: ToyInstrument): void {
    instrument.naive.clear();
    instrument.orderList?.clear();
    this.#reserve(RecordType.BookClear);
    this.writer.records.bookClear(instrument.id, this.#next(instrument));
  }

  #trade(instrument: ToyInstrument, random: Random): void {
    this.trades += 1;
    this.tradedBy.set(this.trades, instrument.symbol);
    this.#reserve(RecordType.Trade);
    const price = 50_000 + random.below(10);
    const sequence = this.#next(instrument);
    this.writer.records.trade(instrument.id, sequence, random.below(3), 0, price, 5, this.trades);
  }

  #hash(instrument: ToyInstrument): void {
    const { hash } = instrument.book;
    this.#reserve(RecordType.BookHash);
    const bids = instrument.naive.levelCount(Side.Bid);
    const asks = instrument.naive.levelCount(Side.Ask);
    const sequence = this.#next(instrument);
    this.writer.records.bookHash(instrument.id, sequence, hash.laneA, hash.laneB, bids, asks);
  }

  #next(instrument: ToyInstrument): number {
    instrument.sequence += 1;
    instrument.transaction = this.transaction;
    return instrument.sequence;
  }

  #reserve(type: RecordType): void {
    this.writer.reserve(RECORD_BYTES[type]);
  }
}
