/** One side of a level book: sorted typed arrays that grow, the best level at their end. */

const FIRST_CAPACITY = 64;
/** Most changes are near the touch, so this many levels are looked at before a binary search. */
const LINEAR_PROBES = 8;
/** Below this a loop moves the tail faster than `copyWithin`, whose call costs about 50 ns. */
const LOOP_MOVES = 24;

/**
 * ```
 *  worst                                   best
 *  +-------+-------+--------------+-------+-------+ - - - - +
 *  |   0   |   1   |              |       | n - 1 |  free   |
 *  +-------+-------+--------------+-------+-------+ - - - - +
 * ```
 * Keys rise towards the best level: a bid's key is its price, an ask's the negated price. A change
 * near the touch therefore moves few elements. Slots count from the worst level.
 */
export class LevelSide {
  length = 0;
  quantities: Float64Array = new Float64Array(FIRST_CAPACITY);
  orderCounts: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  #keys: Float64Array = new Float64Array(FIRST_CAPACITY);
  readonly #sign: number;

  /** `sign`: 1 for bids, -1 for asks. */
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  priceOf(slot: number): number {
    return (this.#keys[slot] as number) * this.#sign;
  }

  /** The slot of `price`, or `-1 - slot` of where it would be inserted. */
  find(price: number): number {
    const keys = this.#keys;
    const key = price * this.#sign;
    let high = this.length - 1;
    const linearEnd = high - LINEAR_PROBES;
    while (high >= 0 && high > linearEnd) {
      const found = keys[high] as number;
      if (found === key) return high;
      if (found < key) return -2 - high;
      high -= 1;
    }
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = keys[middle] as number;
      if (found === key) return middle;
      if (found < key) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  }

  insert(slot: number, price: number, quantity: number, orderCount: number): void {
    const length = this.length;
    if (length === this.#keys.length) this.#grow();
    const { quantities, orderCounts } = this;
    const keys = this.#keys;
    if (length - slot < LOOP_MOVES) {
      for (let i = length; i > slot; i--) {
        keys[i] = keys[i - 1] as number;
        quantities[i] = quantities[i - 1] as number;
        orderCounts[i] = orderCounts[i - 1] as number;
      }
    } else {
      keys.copyWithin(slot + 1, slot, length);
      quantities.copyWithin(slot + 1, slot, length);
      orderCounts.copyWithin(slot + 1, slot, length);
    }
    keys[slot] = price * this.#sign;
    quantities[slot] = quantity;
    orderCounts[slot] = orderCount;
    this.length = length + 1;
  }

  remove(slot: number): void {
    const { length, quantities, orderCounts } = this;
    const keys = this.#keys;
    if (length - slot < LOOP_MOVES) {
      for (let i = slot + 1; i < length; i++) {
        keys[i - 1] = keys[i] as number;
        quantities[i - 1] = quantities[i] as number;
        orderCounts[i - 1] = orderCounts[i] as number;
      }
    } else {
      keys.copyWithin(slot, slot + 1, length);
      quantities.copyWithin(slot, slot + 1, length);
      orderCounts.copyWithin(slot, slot + 1, length);
    }
    this.length = length - 1;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    const capacity = this.#keys.length * 2;
    const keys = new Float64Array(capacity);
    const quantities = new Float64Array(capacity);
    const orderCounts = new Uint32Array(capacity);
    keys.set(this.#keys);
    quantities.set(this.quantities);
    orderCounts.set(this.orderCounts);
    this.#keys = keys;
    this.quantities = quantities;
    this.orderCounts = orderCounts;
  }
}
