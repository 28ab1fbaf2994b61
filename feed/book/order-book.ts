/** The replica of one instrument's book order by order: the queue of every level, hash included. */

import type { Side } from '../market.ts';
import { LevelBook } from './level-book.ts';
import { foldA, foldB, OrderSeeds, orderMixA, orderMixB, relinkA, relinkB } from './order-hash.ts';
import { OrderRows, QueueRows } from './order-rows.ts';
import { RowIndex } from './row-index.ts';

const TWO_32 = 4_294_967_296;

/** One order in the queue of its level. */
export interface QueuedOrder {
  readonly orderId: number;
  /** Lots that it shows. */
  readonly quantity: number;
}

/** An order with its place. */
export interface PlacedOrder extends QueuedOrder {
  readonly side: Side;
  readonly price: number;
  /** Orders that fill before it at its price, and the lots that they show. */
  readonly ordersAhead: number;
  readonly lotsAhead: number;
}

/**
 * Its levels are those of a level book, kept up to date with every order; `hash` holds the mix of
 * each level and of each order. A book of `BookKind.Levels` has levels without orders, set by
 * `apply`.
 *
 *   order id --index--> order row --> queue row --> level, by price
 */
export class OrderBook extends LevelBook {
  /** Of the level that `add` or `show` changed last: its total now. */
  changedQuantity = 0;
  changedOrders = 0;
  readonly #seeds: OrderSeeds;
  /** Replaced with their contents by `takeFrom`; the arrays in them when they grow. */
  #orders = new OrderRows();
  #queues = new QueueRows();
  #ids = new RowIndex();
  #prices: readonly [RowIndex, RowIndex] = [new RowIndex(), new RowIndex()];

  constructor(instrument: number) {
    super(instrument);
    this.#seeds = new OrderSeeds(instrument);
  }

  get orderCount(): number {
    return this.#ids.size;
  }

  /** The row of an order, for the calls below; 0 when there is none. */
  findRow(orderId: number): number {
    return this.#ids.find(orderId);
  }

  /** The same for an id of two words, which is not made into a number first. */
  findRowAt(words: Int32Array, at: number): number {
    return this.#ids.findAt(words, at);
  }

  idOf(row: number): number {
    return this.#orders.ids[row] as number;
  }

  sideOf(row: number): Side {
    return this.#queues.sides[this.#orders.queues[row] as number] as Side;
  }

  priceOf(row: number): number {
    return this.#queues.prices[this.#orders.queues[row] as number] as number;
  }

  shownOf(row: number): number {
    return this.#orders.shown[row] as number;
  }

  /** An order stands last in the queue of its level; the book has none of this id. */
  add(side: Side, price: number, orderId: number, shown: number): void {
    const row = this.#orders.take();
    this.#orders.ids[row] = orderId;
    this.#enqueue(row, side, price, shown);
  }

  /** The same for an id of two words. */
  addAt(side: Side, price: number, words: Int32Array, at: number, shown: number): void {
    const row = this.#orders.take();
    const high = words[at + 1] as number;
    this.#orders.ids[row] = high * TWO_32 + ((words[at] as number) >>> 0);
    this.#enqueue(row, side, price, shown);
  }

  /** Puts an order whose id is written at the end of its queue. */
  #enqueue(row: number, side: Side, price: number, shown: number): void {
    const queues = this.#queues;
    const orders = this.#orders;
    let queue = this.#prices[side].find(price);
    if (queue === 0) queue = this.#addQueue(side, price);
    const orderId = orders.ids[row] as number;
    const last = queues.last[queue] as number;
    const idA = foldA(orderId);
    const idB = foldB(orderId);
    orders.idsA[row] = idA;
    orders.idsB[row] = idB;
    orders.shown[row] = shown;
    orders.ahead[row] = last;
    orders.behind[row] = 0;
    orders.queues[row] = queue;
    if (last === 0) queues.first[queue] = row;
    else orders.behind[last] = row;
    queues.last[queue] = row;
    this.#ids.addOf(orders.ids, row);
    this.hash.shift(
      // Row 0 is never written: it has the id 0, as the hash wants it of whoever is ahead of the first.
      orderMixA(queues.seedsA[queue] as number, idA, foldA(shown), orders.idsA[last] as number),
      orderMixB(queues.seedsB[queue] as number, idB, foldB(shown), orders.idsB[last] as number),
    );
    this.#changeLevel(queue, side, price, shown, 1);
  }

  /** An order shows so many lots now, in its place; with 0 it leaves its queue, and its row is free. */
  show(row: number, shown: number): void {
    const orders = this.#orders;
    const queues = this.#queues;
    const queue = orders.queues[row] as number;
    const side = queues.sides[queue] as Side;
    const price = queues.prices[queue] as number;
    const before = orders.shown[row] as number;
    const idA = orders.idsA[row] as number;
    const idB = orders.idsB[row] as number;
    const ahead = orders.ahead[row] as number;
    const aheadA = orders.idsA[ahead] as number;
    const aheadB = orders.idsB[ahead] as number;
    const a = queues.seedsA[queue] as number;
    const b = queues.seedsB[queue] as number;
    const { hash } = this;
    hash.shift(
      -orderMixA(a, idA, foldA(before), aheadA) | 0,
      -orderMixB(b, idB, foldB(before), aheadB) | 0,
    );
    if (shown > 0) {
      orders.shown[row] = shown;
      hash.shift(orderMixA(a, idA, foldA(shown), aheadA), orderMixB(b, idB, foldB(shown), aheadB));
      this.#changeLevel(queue, side, price, shown - before, 0);
      return;
    }
    const behind = orders.behind[row] as number;
    if (behind === 0) {
      queues.last[queue] = ahead;
    } else {
      const quantity = orders.shown[behind] as number;
      hash.shift(
        relinkA(a, orders.idsA[behind] as number, foldA(quantity), idA, aheadA),
        relinkB(b, orders.idsB[behind] as number, foldB(quantity), idB, aheadB),
      );
      orders.ahead[behind] = ahead;
    }
    if (ahead === 0) queues.first[queue] = behind;
    else orders.behind[ahead] = behind;
    this.#ids.removeOf(orders.ids, row);
    orders.release(row);
    this.#changeLevel(queue, side, price, -before, -1);
  }

  /** The queue of a level, the order that fills first at index 0; empty when there is no such level. */
  queue(side: Side, price: number): QueuedOrder[] {
    const found: QueuedOrder[] = [];
    this.forEachOrder(side, price, (orderId, quantity) => found.push({ orderId, quantity }));
    return found;
  }

  /** The order, when it is in the book. Counts those ahead of it one by one. */
  order(orderId: number): PlacedOrder | undefined {
    const row = this.findRow(orderId);
    if (row === 0) return undefined;
    const orders = this.#orders;
    let ordersAhead = 0;
    let lotsAhead = 0;
    for (let at = orders.ahead[row] as number; at !== 0; at = orders.ahead[at] as number) {
      ordersAhead += 1;
      lotsAhead += orders.shown[at] as number;
    }
    const side = this.sideOf(row);
    const price = this.priceOf(row);
    return { orderId, side, price, quantity: this.shownOf(row), ordersAhead, lotsAhead };
  }

  /** Visits the orders of a level, the one that fills first first. The book must not be changed. */
  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, quantity: number) => void,
  ): void {
    const orders = this.#orders;
    const queue = this.#prices[side].find(price);
    if (queue === 0) return;
    let row = this.#queues.first[queue] as number;
    while (row !== 0) {
      visit(orders.ids[row] as number, orders.shown[row] as number);
      row = orders.behind[row] as number;
    }
  }

  override clear(): void {
    super.clear();
    this.#orders.clear();
    this.#queues.clear();
    this.#ids.clear();
    for (const index of this.#prices) index.clear();
  }

  override takeFrom(other: LevelBook): void {
    if (!(other instanceof OrderBook)) throw new Error('OrderBook.takeFrom: it has no orders');
    super.takeFrom(other);
    this.#orders = other.#orders;
    this.#queues = other.#queues;
    this.#ids = other.#ids;
    this.#prices = other.#prices;
    other.#orders = new OrderRows();
    other.#queues = new QueueRows();
    other.#ids = new RowIndex();
    other.#prices = [new RowIndex(), new RowIndex()];
  }

  #addQueue(side: Side, price: number): number {
    const queues = this.#queues;
    const queue = queues.take();
    queues.prices[queue] = price;
    queues.sides[queue] = side;
    queues.quantities[queue] = 0;
    queues.counts[queue] = 0;
    queues.first[queue] = 0;
    queues.last[queue] = 0;
    queues.seedsA[queue] = this.#seeds.seedA(side, price);
    queues.seedsB[queue] = this.#seeds.seedB(side, price);
    this.#prices[side].add(price, queue);
    return queue;
  }

  #changeLevel(queue: number, side: Side, price: number, lots: number, orders: number): void {
    const queues = this.#queues;
    const quantity = (queues.quantities[queue] as number) + lots;
    const count = (queues.counts[queue] as number) + orders;
    queues.quantities[queue] = quantity;
    queues.counts[queue] = count;
    this.changedQuantity = quantity;
    this.changedOrders = count;
    this.apply(side, price, quantity, count);
    if (count > 0) return;
    this.#prices[side].remove(price);
    queues.release(queue);
  }
}
