/** Levels of one side as sorted typed arrays that grow, the best level at their end: those far from the touch. */

const FIRST_CAPACITY = 64;
/** Most books have no far levels: they share these. */
const NO_NUMBERS = new Float64Array(0);
const NO_COUNTS = new Uint32Array(0);
/** Ticks without a level that are expected between the touch and most changes. */
const DENSE_PROBES = 16;
/** Most changes are near the touch, so this many levels are looked at before a binary search. */
const SPARSE_PROBES = 8;
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
export class FarLevels {
  length = 0;
  quantities: Float64Array = NO_NUMBERS;
  orderCounts: Uint32Array = NO_COUNTS;
  #keys: Float64Array = NO_NUMBERS;
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
    const best = this.length - 1;
    if (best < 0) return -1;
    const distance = (keys[best] as number) - key;
    if (distance < 0) return -2 - best;
    // Keys are whole and rise, so there are at most `distance` slots from here to the best one:
    // where few ticks are without a level, the key is there or a little higher.
    if (distance <= best) {
      let slot = best - (distance | 0);
      const end = slot + DENSE_PROBES;
      while (slot < end) {
        const found = keys[slot] as number;
        if (found >= key) return found === key ? slot : -1 - slot;
        slot += 1;
      }
    }
    return findSparse(keys, key, best);
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
    const capacity = Math.max(FIRST_CAPACITY, this.#keys.length * 2);
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

/** Looks at the levels near the touch one by one, then halves the rest. */
function findSparse(keys: Float64Array, key: number, best: number): number {
  let high = best;
  const linearEnd = high - SPARSE_PROBES;
  while (high >= 0 && high > linearEnd) {
    const found = keys[high] as number;
    if (found <= key) return found === key ? high : -2 - high;
    high -= 1;
  }
  let low = 0;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle - 1;
  }
  return low <= best && keys[low] === key ? low : -1 - low;
}
