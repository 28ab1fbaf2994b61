/**
 * The book hash: 64 bits, as two independent lanes, that are equal exactly when two books are.
 *
 * Each lane is the sum, modulo 2^32, of one mix per level. A sum needs no order, so a delta costs
 * one subtraction and one addition, and unlike XOR it does not cancel a level that was applied
 * twice. The mix runs over all of (instrument, side, price, quantity, order count) in a chain, so
 * that no part can be moved from one level to another unseen. The high halves of price and
 * quantity, which are nearly always 0, enter with the order count, each times a constant of its
 * own, so that they cost nothing while they are 0. The lanes share no step: other seeds, shifts
 * and multipliers (those of Wellons' "triple32" in lane A and "lowbias32" in lane B).
 */

const TWO_32 = 4_294_967_296;

const SEED_A = 0x9747_b28c;
const SEED_B = 0x3c6e_f372;

/** Two lanes of one book. `add` and `remove` are exact inverses of each other. */
export class BookHash {
  /** As i32, which costs no conversion; what is read outside is u32. */
  #laneA = 0;
  #laneB = 0;
  /**
   * The chains after the instrument and the side: lane A of bids and of asks, then lane B. They are
   * looked up by side, for a branch on the side would be guessed wrong every other time.
   */
  readonly #seeds: Int32Array;
  #settle: (() => void) | undefined;

  constructor(instrument: number) {
    const a = wordA(SEED_A, instrument);
    const b = wordB(SEED_B, instrument);
    this.#seeds = Int32Array.of(wordA(a, 0), wordA(a, 1), wordB(b, 0), wordB(b, 1));
  }

  /** Called before the lanes are looked at: by a book that tells it of changes only then. */
  settleBy(settle: () => void): void {
    this.#settle = settle;
  }

  /** u32. */
  get laneA(): number {
    this.#settle?.();
    return this.#laneA >>> 0;
  }

  /** u32. */
  get laneB(): number {
    this.#settle?.();
    return this.#laneB >>> 0;
  }

  add(side: number, price: number, quantity: number, orderCount: number): void {
    this.#laneA = (this.#laneA + this.#mixA(side, price, quantity, orderCount)) | 0;
    this.#laneB = (this.#laneB + this.#mixB(side, price, quantity, orderCount)) | 0;
  }

  remove(side: number, price: number, quantity: number, orderCount: number): void {
    this.#laneA = (this.#laneA - this.#mixA(side, price, quantity, orderCount)) | 0;
    this.#laneB = (this.#laneB - this.#mixB(side, price, quantity, orderCount)) | 0;
  }

  /** `remove` and `add` of a level whose price stays, so that the chains up to it are walked once. */
  change(
    side: number,
    price: number,
    oldQuantity: number,
    oldOrderCount: number,
    quantity: number,
    orderCount: number,
  ): void {
    if (!(isNarrow(price) && isNarrow(oldQuantity) && isNarrow(quantity))) {
      this.remove(side, price, oldQuantity, oldOrderCount);
      this.add(side, price, quantity, orderCount);
      return;
    }
    const a = wordA(this.#seeds[side] as number, price | 0);
    const b = wordB(this.#seeds[side + 2] as number, price | 0);
    const oldA = finishA(a, oldQuantity | 0, oldOrderCount | 0);
    const oldB = finishB(b, oldQuantity | 0, oldOrderCount | 0);
    const newA = finishA(a, quantity | 0, orderCount | 0);
    const newB = finishB(b, quantity | 0, orderCount | 0);
    this.#laneA = (this.#laneA - oldA + newA) | 0;
    this.#laneB = (this.#laneB - oldB + newB) | 0;
  }

  /** Adds to the lanes what was mixed elsewhere: the orders of an L3 book. */
  shift(byA: number, byB: number): void {
    this.#laneA = (this.#laneA + byA) | 0;
    this.#laneB = (this.#laneB + byB) | 0;
  }

  /** Becomes equal to `other`, of the same instrument. */
  copyFrom(other: BookHash): void {
    this.#laneA = other.laneA | 0;
    this.#laneB = other.#laneB;
  }

  reset(): void {
    this.#laneA = 0;
    this.#laneB = 0;
  }

  /** Both lanes as u32. */
  equals(laneA: number, laneB: number): boolean {
    return (this.laneA | 0) === (laneA | 0) && this.#laneB === (laneB | 0);
  }

  #mixA(side: number, price: number, quantity: number, orderCount: number): number {
    const high = isNarrow(price) && isNarrow(quantity) ? 0 : highA(price, quantity);
    const state = wordA(this.#seeds[side] as number, price | 0);
    return finishA(state, quantity | 0, (orderCount + high) | 0);
  }

  #mixB(side: number, price: number, quantity: number, orderCount: number): number {
    const high = isNarrow(price) && isNarrow(quantity) ? 0 : highB(price, quantity);
    const state = wordB(this.#seeds[side + 2] as number, price | 0);
    return finishB(state, quantity | 0, (orderCount + high) | 0);
  }
}

/** True when the high half is 0 for certain: 0 <= value < 2^31. */
function isNarrow(value: number): boolean {
  const low = value | 0;
  return low === value && low >= 0;
}

/** What the high halves add to the last word of the chain. */
function highA(price: number, quantity: number): number {
  return (Math.imul(high(price), 0x9e37_79b1) + Math.imul(high(quantity), 0x85eb_ca77)) | 0;
}

function highB(price: number, quantity: number): number {
  return (Math.imul(high(price), 0xc2b2_ae3d) + Math.imul(high(quantity), 0x27d4_eb2f)) | 0;
}

/** `x | 0` takes the low 32 bits of any integer up to 2^53, the division the high ones. */
function high(value: number): number {
  return Math.floor(value / TWO_32) | 0;
}

function finishA(state: number, quantityLow: number, last: number): number {
  let h = wordA(wordA(state, quantityLow), last);
  h = Math.imul(h ^ (h >>> 11), 0xac4c_1b51);
  return h ^ (h >>> 15);
}

function finishB(state: number, quantityLow: number, last: number): number {
  let h = wordB(wordB(state, quantityLow), last);
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b);
  return h ^ (h >>> 16);
}

function wordA(state: number, word: number): number {
  const h = state ^ word;
  return Math.imul(h ^ (h >>> 17), 0xed5a_d4bb);
}

function wordB(state: number, word: number): number {
  const h = state ^ word;
  return Math.imul(h ^ (h >>> 16), 0x7feb_352d);
}
