/**
 * The book hash: 64 bits, as two independent lanes, that are equal exactly when two books are.
 *
 * Each lane is the sum, modulo 2^32, of one mix per level. A sum needs no order, so a delta costs
 * one subtraction and one addition, and unlike XOR it does not cancel a level that was applied
 * twice. The mix runs over all of (instrument, side, price, quantity, order count) in a chain, so
 * that no part can be moved from one level to another unseen, and over both halves of the 53-bit
 * values. The lanes share no step: other seeds, multipliers, rotations and finishers (those of
 * MurmurHash3 x86_32 in lane A; of x86_128's second lane and "lowbias32" in lane B).
 */

const TWO_32 = 4_294_967_296;

const SEED_A = 0x9747_b28c;
const SEED_B = 0x3c6e_f372;

/** Two lanes of one book. `add` and `remove` are exact inverses of each other. */
export class BookHash {
  /** Both u32. */
  laneA = 0;
  laneB = 0;
  readonly #bidSeedA: number;
  readonly #bidSeedB: number;
  readonly #askSeedA: number;
  readonly #askSeedB: number;

  constructor(instrument: number) {
    this.#bidSeedA = chainA(chainA(SEED_A, instrument), 0);
    this.#bidSeedB = chainB(chainB(SEED_B, instrument), 0);
    this.#askSeedA = chainA(chainA(SEED_A, instrument), 1);
    this.#askSeedB = chainB(chainB(SEED_B, instrument), 1);
  }

  add(side: number, price: number, quantity: number, orderCount: number): void {
    const isBid = side === 0;
    const seedA = isBid ? this.#bidSeedA : this.#askSeedA;
    const seedB = isBid ? this.#bidSeedB : this.#askSeedB;
    this.laneA = (this.laneA + mixA(seedA, price, quantity, orderCount)) >>> 0;
    this.laneB = (this.laneB + mixB(seedB, price, quantity, orderCount)) >>> 0;
  }

  remove(side: number, price: number, quantity: number, orderCount: number): void {
    const isBid = side === 0;
    const seedA = isBid ? this.#bidSeedA : this.#askSeedA;
    const seedB = isBid ? this.#bidSeedB : this.#askSeedB;
    this.laneA = (this.laneA - mixA(seedA, price, quantity, orderCount)) >>> 0;
    this.laneB = (this.laneB - mixB(seedB, price, quantity, orderCount)) >>> 0;
  }

  reset(): void {
    this.laneA = 0;
    this.laneB = 0;
  }

  equals(laneA: number, laneB: number): boolean {
    return this.laneA === laneA && this.laneB === laneB;
  }
}

/** `x | 0` takes the low 32 bits of any integer up to 2^53, the division the high ones. */
function mixA(seed: number, price: number, quantity: number, orderCount: number): number {
  let h = chainA(seed, price | 0);
  h = chainA(h, Math.floor(price / TWO_32) | 0);
  h = chainA(h, quantity | 0);
  h = chainA(h, Math.floor(quantity / TWO_32) | 0);
  h = chainA(h, orderCount | 0);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mixB(seed: number, price: number, quantity: number, orderCount: number): number {
  let h = chainB(seed, price | 0);
  h = chainB(h, Math.floor(price / TWO_32) | 0);
  h = chainB(h, quantity | 0);
  h = chainB(h, Math.floor(quantity / TWO_32) | 0);
  h = chainB(h, orderCount | 0);
  h = Math.imul(h ^ (h >>> 16), 0x7feb_352d);
  h = Math.imul(h ^ (h >>> 15), 0x846c_a68b);
  return (h ^ (h >>> 16)) >>> 0;
}

function chainA(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e_2d51);
  k = (k << 15) | (k >>> 17);
  const h = state ^ Math.imul(k, 0x1b87_3593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe654_6b64) | 0;
}

function chainB(state: number, word: number): number {
  let k = Math.imul(word, 0xab0e_9789);
  k = (k << 16) | (k >>> 16);
  const h = state ^ Math.imul(k, 0x38b3_4ae5);
  return (Math.imul((h << 17) | (h >>> 15), 5) + 0x0bca_a747) | 0;
}
