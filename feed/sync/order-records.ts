/** What the records of orders do to the replica of a book, and what a listener is told of it. */

import type { OrderBook } from '../book/order-book.ts';
import { MAX_INTEGER } from '../limits.ts';
import type { FeedInstrument, FeedListener } from '../listener.ts';
import { type Aggressor, Side } from '../market.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { RecordReader } from '../wire/record-reader.ts';
import { RECORD_BYTES, RecordType } from '../wire/records.ts';

const TWO_32 = 4_294_967_296;
/** Local, for an imported constant is read from memory at each use. */
const LARGEST = MAX_INTEGER;
const ADDED = headOf(RecordType.OrderAdded);
const EXECUTED = headOf(RecordType.OrderExecuted);
const REDUCED = headOf(RecordType.OrderReduced);
const REMOVED = headOf(RecordType.OrderRemoved);
const HIGHEST_AGGRESSOR = 2;
const HIGHEST_SIDE = 1;
/** Of 2^53 - 1. */
const HIGHEST_HIGH_WORD = 0x1f_ffff;

/** Type and length of a record as this version writes it: the first two bytes. */
function headOf(type: keyof typeof RECORD_BYTES): number {
  return type | ((RECORD_BYTES[type] / 8) << 8);
}

/** Applies the record under the cursor. Throws `DecodeError`, nothing applied, when it does not fit the book. */
export function applyOrderRecord(
  instrument: FeedInstrument,
  orders: OrderBook,
  reader: RecordReader,
  listener: FeedListener,
): void {
  const { orderId } = reader;
  if (!applyFields(instrument, orders, reader, orderId, listener)) {
    throw new DecodeError('BAD_VALUE', 16, `Order ${orderId} does not fit the book.`);
  }
}

function applyFields(
  instrument: FeedInstrument,
  orders: OrderBook,
  reader: RecordReader,
  orderId: number,
  listener: FeedListener,
): boolean {
  if (reader.type === RecordType.OrderAdded) {
    const { detail, orderPrice, orderQuantity } = reader;
    return add(instrument, orders, detail, orderPrice, orderId, orderQuantity, listener);
  }
  const row = orders.findRow(orderId);
  if (row === 0) return false;
  if (reader.type === RecordType.OrderRemoved) {
    show(instrument, orders, row, 0, listener);
    return true;
  }
  const { orderQuantity: quantity } = reader;
  const left = orders.shownOf(row) - quantity;
  if (quantity < 1 || left < 0) return false;
  if (reader.type === RecordType.OrderExecuted) {
    execute(instrument, orders, row, quantity, left, reader.executedTradeId, listener);
    return true;
  }
  if (left === 0) return false;
  show(instrument, orders, row, quantity, listener);
  return true;
}

/**
 * The same for the record at word `at`, when there is nothing unusual about it: it is as long as
 * this version writes it, and its quantity fits in 31 bits. Answers with its length in words; 0:
 * nothing was done, and it is to be opened.
 */
export function applyPlainOrder(
  instrument: FeedInstrument,
  orders: OrderBook,
  words: Int32Array,
  at: number,
  listener: FeedListener,
): number {
  const head = words[at] as number;
  const type = head & 0xffff;
  const detail = head >>> 24;
  const quantity = words[at + 6] as number;
  if (type === ADDED) {
    if (detail > HIGHEST_SIDE || !isNewId(orders, words, at + 4)) return 0;
    if (quantity < 1 || (words[at + 7] as number) !== 0) return 0;
    const price = words[at + 8] as number;
    if ((words[at + 9] as number) !== price >> 31) return 0;
    orders.addAt(detail as Side, price, words, at + 4, quantity);
    const side = detail as Side;
    listener.orderAdded?.(instrument, side, price, wideAt(words, at + 4), quantity);
    tellLevel(instrument, orders, side, price, listener);
    return 10;
  }
  // An id beyond 2^53 - 1 is not found.
  const row = orders.findRowAt(words, at + 4);
  if (row === 0) return 0;
  if (type === REMOVED) {
    show(instrument, orders, row, 0, listener);
    return 6;
  }
  if (quantity < 1 || (words[at + 7] as number) !== 0) return 0;
  const left = orders.shownOf(row) - quantity;
  if (type === REDUCED) {
    if (left <= 0) return 0;
    show(instrument, orders, row, quantity, listener);
    return 8;
  }
  const price = words[at + 8] as number;
  const tradeId = wideAt(words, at + 10);
  const isPlain = type === EXECUTED && detail <= HIGHEST_AGGRESSOR && tradeId >= 0 && left >= 0;
  if (!isPlain || (words[at + 9] as number) !== price >> 31) return 0;
  listener.traded?.(instrument, detail as Aggressor, price, quantity, tradeId);
  execute(instrument, orders, row, quantity, left, tradeId, listener);
  return 12;
}

/** An id from 1 to 2^53 - 1 that no order of the book has. */
function isNewId(orders: OrderBook, words: Int32Array, at: number): boolean {
  const high = (words[at + 1] as number) >>> 0;
  if (high > HIGHEST_HIGH_WORD || (high === 0 && (words[at] as number) === 0)) return false;
  return orders.findRowAt(words, at) === 0;
}

/** A whole number of two words; -1 when it exceeds 2^53 - 1. */
function wideAt(words: Int32Array, at: number): number {
  const low = words[at] as number;
  const high = words[at + 1] as number;
  if (high === 0 && low >= 0) return low;
  const value = (high >>> 0) * TWO_32 + (low >>> 0);
  return value > LARGEST ? -1 : value;
}

function add(
  instrument: FeedInstrument,
  orders: OrderBook,
  side: number,
  price: number,
  orderId: number,
  shown: number,
  listener: FeedListener,
): boolean {
  if (side !== Side.Bid && side !== Side.Ask) return false;
  if (shown < 1 || orderId < 1 || orders.findRow(orderId) !== 0) return false;
  orders.add(side, price, orderId, shown);
  listener.orderAdded?.(instrument, side, price, orderId, shown);
  tellLevel(instrument, orders, side, price, listener);
  return true;
}

function execute(
  instrument: FeedInstrument,
  orders: OrderBook,
  row: number,
  quantity: number,
  left: number,
  tradeId: number,
  listener: FeedListener,
): void {
  const side = orders.sideOf(row);
  const price = orders.priceOf(row);
  orders.show(row, left);
  // The row still has its id, also when the order has left.
  listener.orderExecuted?.(instrument, side, price, orders.idOf(row), quantity, left, tradeId);
  tellLevel(instrument, orders, side, price, listener);
}

function show(
  instrument: FeedInstrument,
  orders: OrderBook,
  row: number,
  shown: number,
  listener: FeedListener,
): void {
  const side = orders.sideOf(row);
  const price = orders.priceOf(row);
  orders.show(row, shown);
  listener.orderReduced?.(instrument, side, price, orders.idOf(row), shown);
  tellLevel(instrument, orders, side, price, listener);
}

/** The level of the order that has just changed. */
function tellLevel(
  instrument: FeedInstrument,
  orders: OrderBook,
  side: Side,
  price: number,
  listener: FeedListener,
): void {
  const { changedQuantity, changedOrders } = orders;
  listener.levelChanged?.(instrument, side, price, changedQuantity, changedOrders);
}
