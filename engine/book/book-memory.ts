/** The rows that orders and price levels of all books of a market are made of, and their free list. */

import { ROW } from './book-rows.ts';
import { OrderIndex } from './order-index.ts';

const { NONE, SHIFT, NEXT } = ROW;

/** Two rows an order (it may need a level of its own), 48 bytes a row: 6 GiB. */
export const MAX_ORDERS = 1 << 26;

const DEFAULT_EXPECTED_ORDERS = 1024;

export class BookMemory {
  /** Both are replaced when rows are added, which happens in `reserve` only. */
  links: Int32Array;
  values: Float64Array;
  /**
   * Of icebergs, by row: lots open that are not shown, and how many are shown at a time. Without
   * elements until the first one comes.
   */
  hidden = new Float64Array(0);
  parts = new Float64Array(0);
  readonly index: OrderIndex;
  /** Orders open now, in all books. */
  openOrders = 0;
  readonly maxOrders: number;
  private firstFree: number = NONE;
  private rows = 1;

  /**
   * `maxOrders` may be open at a time, over all books. Room is made for `expectedOrders` at once;
   * from there everything grows by doubling, and never shrinks.
   */
  constructor(maxOrders: number, expectedOrders: number = DEFAULT_EXPECTED_ORDERS) {
    if (!Number.isInteger(maxOrders) || maxOrders < 1 || maxOrders > MAX_ORDERS) {
      throw new RangeError(`The order limit must be 1 to ${MAX_ORDERS}, not ${maxOrders}.`);
    }
    this.maxOrders = maxOrders;
    this.links = new Int32Array(1 << SHIFT);
    this.values = new Float64Array(1 << SHIFT);
    const expected = Math.min(maxOrders, Math.max(1, expectedOrders));
    this.growTo(1 + 2 * expected);
    this.index = new OrderIndex(this, expected);
  }

  /** Rows that exist; row 0 counts. */
  get rowCount(): number {
    return this.rows;
  }

  get isFull(): boolean {
    return this.openOrders >= this.maxOrders;
  }

  /**
   * Makes sure that an order and a level can be taken. A command that may rest an order begins
   * with this, so that no array is replaced while it runs.
   */
  reserve(): void {
    // Row 0 is its own end of the list, so one look answers for both rows.
    if (this.links[(this.firstFree << SHIFT) + NEXT] === NONE) this.growTo(this.rows * 2);
    if (this.openOrders >= this.index.bucketCount) this.index.grow();
  }

  /** Makes room for what is only known of icebergs. */
  reserveIcebergs(): void {
    if (this.hidden.length > 0) return;
    this.hidden = new Float64Array(this.rows);
    this.parts = new Float64Array(this.rows);
  }

  /** A row with undefined contents; `reserve` has made sure that there is one. */
  take(): number {
    const row = this.firstFree;
    this.firstFree = this.links[(row << SHIFT) + NEXT]!;
    return row;
  }

  /** The row released last is taken first: it is still in the cache. */
  release(row: number): void {
    this.links[(row << SHIFT) + NEXT] = this.firstFree;
    this.firstFree = row;
  }

  private growTo(rows: number): void {
    const links = new Int32Array(rows << SHIFT);
    const values = new Float64Array(rows << SHIFT);
    links.set(this.links);
    values.set(this.values);
    this.links = links;
    this.values = values;
    if (this.hidden.length > 0) {
      this.hidden = longer(this.hidden, rows);
      this.parts = longer(this.parts, rows);
    }
    for (let row = rows - 1; row >= this.rows; row -= 1) this.release(row);
    this.rows = rows;
  }
}

function longer(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length);
  copy.set(array);
  return copy;
}
