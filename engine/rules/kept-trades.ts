/** The newest trades between orders: whose they were, for the day on which one is taken back. */

import { MAX_KEPT_TRADES } from '../limits.ts';
import type { StateReader, StateWriter } from '../state.ts';

/** One row: 64 bytes, which is a line of the cache. */
const SHIFT = 3;
const TRADE_ID = 0;
/** Its number, or 0 minus it when the trade has been busted. */
const INSTRUMENT = 1;
const FIRST_OWNER = 2;
const FIRST_CLIENT_ORDER_ID = 3;
const FIRST_ORDER_ID = 4;
const SECOND_OWNER = 5;
const SECOND_CLIENT_ORDER_ID = 6;
const SECOND_ORDER_ID = 7;
const ROW_BYTES = 8 * 8;

/** An order of a trade. */
export interface TradedOrder {
  readonly owner: number;
  readonly clientOrderId: number;
  readonly orderId: number;
}

/**
 * ```
 *  rows   | trade 7 | trade 9 | trade 4 | trade 5 |      ids rise from the oldest to the newest
 *                             ^ next: the oldest once all rows are used
 * ```
 * Trades that a venue reports have numbers, too, but no orders: so the numbers here have holes, and
 * a trade is found by halving. Memory grows by doubling, up to 8 MiB.
 */
export class KeptTrades {
  readonly #capacity: number;
  #rows = new Float64Array(1024 << SHIFT);
  /** Trades kept so far, the forgotten ones included. */
  #count = 0;

  /** `capacity`: a power of two. */
  constructor(capacity: number = MAX_KEPT_TRADES) {
    this.#capacity = capacity;
  }

  add(
    tradeId: number,
    instrument: number,
    firstOwner: number,
    firstClientOrderId: number,
    firstOrderId: number,
    secondOwner: number,
    secondClientOrderId: number,
    secondOrderId: number,
  ): void {
    const row = (this.#count & (this.#capacity - 1)) << SHIFT;
    if (row >= this.#rows.length) this.#grow();
    const rows = this.#rows;
    rows[row + TRADE_ID] = tradeId;
    rows[row + INSTRUMENT] = instrument;
    rows[row + FIRST_OWNER] = firstOwner;
    rows[row + FIRST_CLIENT_ORDER_ID] = firstClientOrderId;
    rows[row + FIRST_ORDER_ID] = firstOrderId;
    rows[row + SECOND_OWNER] = secondOwner;
    rows[row + SECOND_CLIENT_ORDER_ID] = secondClientOrderId;
    rows[row + SECOND_ORDER_ID] = secondOrderId;
    this.#count += 1;
  }

  /** Where the trade of this id and instrument is; -1: it is unknown, or too old. */
  find(tradeId: number, instrument: number): number {
    let low = Math.max(0, this.#count - this.#capacity);
    let high = this.#count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#rows[this.#rowOf(middle) + TRADE_ID] as number) < tradeId) low = middle + 1;
      else high = middle;
    }
    if (low === this.#count) return -1;
    const row = this.#rowOf(low);
    const isIt =
      this.#rows[row + TRADE_ID] === tradeId &&
      Math.abs(this.#rows[row + INSTRUMENT] as number) === instrument;
    return isIt ? row : -1;
  }

  // Of a row that `find` gave.

  isBusted(row: number): boolean {
    return (this.#rows[row + INSTRUMENT] as number) < 0;
  }

  bust(row: number): void {
    this.#rows[row + INSTRUMENT] = -Math.abs(this.#rows[row + INSTRUMENT] as number);
  }

  /** The two orders: the one that came first, or the bid where there was no aggressor. */
  ordersOf(row: number): readonly [TradedOrder, TradedOrder] {
    const rows = this.#rows;
    return [
      {
        owner: rows[row + FIRST_OWNER] as number,
        clientOrderId: rows[row + FIRST_CLIENT_ORDER_ID] as number,
        orderId: rows[row + FIRST_ORDER_ID] as number,
      },
      {
        owner: rows[row + SECOND_OWNER] as number,
        clientOrderId: rows[row + SECOND_CLIENT_ORDER_ID] as number,
        orderId: rows[row + SECOND_ORDER_ID] as number,
      },
    ];
  }

  /** From the oldest to the newest. */
  saveState(writer: StateWriter): void {
    const kept = Math.min(this.#count, this.#capacity);
    writer.count(kept);
    for (let index = this.#count - kept; index < this.#count; index += 1) {
      const row = this.#rowOf(index);
      for (let field = 0; field < 1 << SHIFT; field += 1) {
        writer.int(this.#rows[row + field] as number);
      }
    }
  }

  loadState(reader: StateReader): void {
    let before = 0;
    for (let left = reader.count(this.#capacity, ROW_BYTES); left > 0; left -= 1) {
      const tradeId = reader.int(before + 1);
      const instrument = reader.int();
      if (instrument === 0) reader.refuse('A trade is of an instrument.');
      const owner = reader.int(0);
      const clientOrderId = reader.int(0);
      const orderId = reader.int(0);
      this.add(
        tradeId,
        instrument,
        owner,
        clientOrderId,
        orderId,
        reader.int(0),
        reader.int(0),
        reader.int(0),
      );
      before = tradeId;
    }
  }

  #rowOf(index: number): number {
    return (index & (this.#capacity - 1)) << SHIFT;
  }

  #grow(): void {
    const larger = new Float64Array(this.#rows.length * 2);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
