/** Open orders of all books that share it, as rows of two typed arrays, with a free list. */

/** No slot: an end of a queue, of a chain or of the free list. Slot 0 is never given out. */
export const NO_ORDER = 0;

/**
 * A row of `links`, at `slot << LINK_SHIFT`: what queues and maps walk, 16 bytes, so that the
 * neighbours in a long queue share few cache lines.
 *
 *    0        4          8       12
 *   | NEXT   | PREVIOUS | LEVEL | CHAIN |      all slots (i32); CHAIN is the order index's
 */
export const LINK_SHIFT = 2;
export const NEXT = 0;
export const PREVIOUS = 1;
export const LEVEL = 2;
export const CHAIN = 3;

/**
 * A row of `values`, at `slot << VALUE_SHIFT`: integers up to 2^53 - 1 as doubles, 32 bytes.
 *
 *    0           8      16       24
 *   | ORDER_ID  | OPEN | FILLED | OWNER |      OPEN + FILLED never exceed 2^53 - 1
 */
export const VALUE_SHIFT = 2;
export const ORDER_ID = 0;
export const OPEN = 1;
export const FILLED = 2;
export const OWNER = 3;

/** 48 bytes each, so at most 3 GiB; the highest element index stays below 2^28. */
export const MAX_ORDERS = 1 << 26;

const INITIAL_ORDERS = 1024;

export class OrderPool {
  /** Both are replaced when the pool grows, so that no one may keep them across a `take`. */
  links: Int32Array;
  values: Float64Array;
  /** Slots taken now. */
  size = 0;
  /** Slots that exist; doubles up to `limit`. */
  capacity: number;
  readonly limit: number;
  private firstFree = NO_ORDER;
  /** Slots 1 to this were in use at some time. */
  private highestUsed = 0;

  constructor(limit: number, initialCapacity: number = INITIAL_ORDERS) {
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ORDERS) {
      throw new RangeError(`The order limit must be 1 to ${MAX_ORDERS}, not ${limit}.`);
    }
    this.limit = limit;
    this.capacity = Math.min(limit, Math.max(1, initialCapacity));
    this.links = new Int32Array((this.capacity + 1) << LINK_SHIFT);
    this.values = new Float64Array((this.capacity + 1) << VALUE_SHIFT);
  }

  get isFull(): boolean {
    return this.size === this.limit;
  }

  /** A slot with undefined contents; the caller has made sure that the pool is not full. */
  take(): number {
    const free = this.firstFree;
    if (free !== NO_ORDER) {
      this.firstFree = this.links[(free << LINK_SHIFT) + NEXT]!;
      this.size += 1;
      return free;
    }
    if (this.highestUsed === this.capacity) this.grow();
    this.size += 1;
    this.highestUsed += 1;
    return this.highestUsed;
  }

  release(slot: number): void {
    // The slot released last is taken first: its rows are still in the cache.
    this.links[(slot << LINK_SHIFT) + NEXT] = this.firstFree;
    this.firstFree = slot;
    this.size -= 1;
  }

  private grow(): void {
    if (this.capacity === this.limit) throw new Error('The order pool is full.');
    this.capacity = Math.min(this.limit, this.capacity * 2);
    const links = new Int32Array((this.capacity + 1) << LINK_SHIFT);
    const values = new Float64Array((this.capacity + 1) << VALUE_SHIFT);
    links.set(this.links);
    values.set(this.values);
    this.links = links;
    this.values = values;
  }
}
