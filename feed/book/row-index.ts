/** Finds rows by a whole number (an order id, a price): a hash table of typed arrays. */

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 16;

/**
 * ```
 *  slot    0      1      2      3
 *        +------+------+------+------+
 *  keys  |      |  17  |  33  |      |    a key lies in its own slot or, when that is taken, in the
 *  rows  |  0   |   4  |   2  |  0   |    next free one behind; row 0 marks a free slot
 *        +------+------+------+------+
 * ```
 * At most half of the slots are taken. Removing moves later keys up, so that none is left behind a
 * hole and no slot is ever marked as "was taken".
 */
export class RowIndex {
  size = 0;
  #keys = new Float64Array(FIRST_CAPACITY);
  #rows = new Int32Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;

  /** The key's row; 0 when there is none. */
  find(key: number): number {
    return this.#rows[this.#slotOf(key)] as number;
  }

  /** The row of a key that lies in two words, low and high. */
  findAt(words: Int32Array, at: number): number {
    const low = words[at] as number;
    const high = words[at + 1] as number;
    const key = high === 0 && low >= 0 ? low : high * TWO_32 + (low >>> 0);
    const keys = this.#keys;
    const rows = this.#rows;
    const mask = this.#mask;
    let slot = homeOf(key, mask);
    while (rows[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
    return rows[slot] as number;
  }

  /** `key` is not there yet; `row` is not 0. */
  add(key: number, row: number): void {
    if (this.size * 2 >= this.#keys.length) this.#grow();
    this.#put(this.#slotOf(key), key, row);
  }

  /** The same for the key that `from` has at `row`: a large number is boxed when it is passed. */
  addOf(from: Float64Array, row: number): void {
    if (this.size * 2 >= this.#keys.length) this.#grow();
    const key = from[row] as number;
    const rows = this.#rows;
    const mask = this.#mask;
    let slot = homeOf(key, mask);
    while (rows[slot] !== 0) slot = (slot + 1) & mask;
    this.#keys[slot] = key;
    rows[slot] = row;
    this.size += 1;
  }

  /** Does nothing when the key is not there. */
  remove(key: number): void {
    const slot = this.#slotOf(key);
    if (this.#rows[slot] !== 0) this.#removeAt(slot);
  }

  /** The key that `from` has at `row`, which is there. */
  removeOf(from: Float64Array, row: number): void {
    const rows = this.#rows;
    const mask = this.#mask;
    let slot = homeOf(from[row] as number, mask);
    while (rows[slot] !== row) slot = (slot + 1) & mask;
    this.#removeAt(slot);
  }

  #put(slot: number, key: number, row: number): void {
    this.#keys[slot] = key;
    this.#rows[slot] = row;
    this.size += 1;
  }

  #removeAt(slotOfKey: number): void {
    const keys = this.#keys;
    const rows = this.#rows;
    const mask = this.#mask;
    let hole = slotOfKey;
    this.size -= 1;
    for (let slot = (hole + 1) & mask; rows[slot] !== 0; slot = (slot + 1) & mask) {
      // A key may move up to the hole unless it would come to lie before its own slot.
      const home = homeOf(keys[slot] as number, mask);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      keys[hole] = keys[slot] as number;
      rows[hole] = rows[slot] as number;
      hole = slot;
    }
    rows[hole] = 0;
  }

  clear(): void {
    this.#rows.fill(0);
    this.size = 0;
  }

  /** Where the key lies, or the free slot where it would be put. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    const rows = this.#rows;
    const mask = this.#mask;
    let slot = homeOf(key, mask);
    while (rows[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const rows = this.#rows;
    this.#keys = new Float64Array(keys.length * 2);
    this.#rows = new Int32Array(keys.length * 2);
    this.#mask = keys.length * 2 - 1;
    for (let i = 0; i < keys.length; i++) {
      if (rows[i] === 0) continue;
      const slot = this.#slotOf(keys[i] as number);
      this.#keys[slot] = keys[i] as number;
      this.#rows[slot] = rows[i] as number;
    }
  }
}

/** Ids and prices come in runs and strides: multiplying spreads both over the table. */
function homeOf(key: number, mask: number): number {
  const low = key | 0;
  const high = low === key ? 0 : Math.floor(key / TWO_32) | 0;
  const h = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return (h ^ (h >>> 15)) & mask;
}
