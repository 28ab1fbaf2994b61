/** Writes the records of a stream one behind the other; those that come by the million are here. */

import { openingOf } from './record-buffer.ts';
import { RecordType } from './records.ts';
import { StateRecordWriter } from './state-record-writer.ts';
import { highOf } from './words.ts';

/** Local, for what is imported is read from memory at each use. */
const high = highOf;
const TRANSACTION = openingOf(RecordType.Transaction);
const LEVEL = openingOf(RecordType.Level);
const TRADE = openingOf(RecordType.Trade);
const ORDER_ADDED = openingOf(RecordType.OrderAdded);
const ORDER_EXECUTED = openingOf(RecordType.OrderExecuted);
const ORDER_REDUCED = openingOf(RecordType.OrderReduced);
const ORDER_REMOVED = openingOf(RecordType.OrderRemoved);

export class RecordWriter extends StateRecordWriter {
  /** `instrument` is the only one that the transaction concerns; 0 = several or none. */
  transaction(transaction: number, timeHigh: number, timeLow: number, instrument = 0): void {
    const at = this.open(TRANSACTION, 0, instrument) >> 2;
    const words = this.words;
    words[at + 2] = transaction;
    words[at + 3] = high(transaction);
    words[at + 4] = timeLow;
    words[at + 5] = timeHigh;
  }

  level(
    instrument: number,
    sequence: number,
    side: number,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    const at = this.open(LEVEL, side, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = orderCount;
    words[at + 4] = price;
    words[at + 5] = high(price);
    words[at + 6] = quantity;
    words[at + 7] = high(quantity);
  }

  trade(
    instrument: number,
    sequence: number,
    aggressor: number,
    tradeFlags: number,
    price: number,
    quantity: number,
    tradeId: number,
  ): void {
    const at = this.open(TRADE, aggressor, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = tradeFlags;
    words[at + 4] = price;
    words[at + 5] = high(price);
    words[at + 6] = quantity;
    words[at + 7] = high(quantity);
    words[at + 8] = tradeId;
    words[at + 9] = high(tradeId);
  }

  /** `sequence` is 0 in snapshots. */
  orderAdded(
    instrument: number,
    sequence: number,
    side: number,
    price: number,
    orderId: number,
    shown: number,
  ): void {
    const at = this.open(ORDER_ADDED, side, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = high(orderId);
    words[at + 6] = shown;
    words[at + 7] = high(shown);
    words[at + 8] = price;
    words[at + 9] = high(price);
  }

  orderExecuted(
    instrument: number,
    sequence: number,
    aggressor: number,
    tradeFlags: number,
    orderId: number,
    quantity: number,
    price: number,
    tradeId: number,
  ): void {
    const at = this.open(ORDER_EXECUTED, aggressor, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = tradeFlags;
    words[at + 4] = orderId;
    words[at + 5] = high(orderId);
    words[at + 6] = quantity;
    words[at + 7] = high(quantity);
    words[at + 8] = price;
    words[at + 9] = high(price);
    words[at + 10] = tradeId;
    words[at + 11] = high(tradeId);
  }

  orderReduced(instrument: number, sequence: number, orderId: number, shown: number): void {
    const at = this.open(ORDER_REDUCED, 0, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = high(orderId);
    words[at + 6] = shown;
    words[at + 7] = high(shown);
  }

  orderRemoved(instrument: number, sequence: number, orderId: number): void {
    const at = this.open(ORDER_REMOVED, 0, instrument) >> 2;
    const words = this.words;
    words[at + 2] = sequence;
    words[at + 3] = 0;
    words[at + 4] = orderId;
    words[at + 5] = high(orderId);
  }
}
