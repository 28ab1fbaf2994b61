/**
 * What each order adds to the book hash of an L3 book, beside what its level adds (book-hash.ts).
 *
 * The mix runs over (instrument, side, price, order id, quantity shown, id of the order ahead in the
 * queue). The order ahead stands for the place in the queue: two orders that change places change
 * their mixes, and yet an order that comes, fills or goes touches its own mix and that of the one
 * behind it only. So a book can be hashed from its queues alone, by whoever holds them; no number
 * of a place has to be kept anywhere. All numbers up to 2^53 enter folded into 32 bits, by another
 * constant in each lane. The chains are those of the level mix, begun with other seeds.
 */

import type { BookHash } from './book-hash.ts';

const TWO_32 = 4_294_967_296;

const SEED_A = 0x7f4a_7c15;
const SEED_B = 0x1656_67b1;
const FOLD_A = 0xc2b2_ae35;
const FOLD_B = 0x85eb_ca6b;

/** The chains of one instrument's levels, from which those of their orders go on. */
export class OrderSeeds {
  /** Lane A of bids and of asks, then lane B. */
  readonly #sides: Int32Array;

  constructor(instrument: number) {
    const a = wordA(SEED_A, instrument);
    const b = wordB(SEED_B, instrument);
    this.#sides = Int32Array.of(wordA(a, 0), wordA(a, 1), wordB(b, 0), wordB(b, 1));
  }

  seedA(side: number, price: number): number {
    return wordA(this.#sides[side] as number, foldA(price));
  }

  seedB(side: number, price: number): number {
    return wordB(this.#sides[side + 2] as number, foldB(price));
  }
}

/**
 * Lane A of one order, as i32: of what has been folded before, so that only small integers are
 * passed. `seed` is that of its level; `ahead` is 0 for the first of a queue.
 */
export function orderMixA(seed: number, id: number, shown: number, ahead: number): number {
  return finishA(wordA(wordA(wordA(seed, id), shown), ahead));
}

export function orderMixB(seed: number, id: number, shown: number, ahead: number): number {
  return finishB(wordB(wordB(wordB(seed, id), shown), ahead));
}

/** How the mix of an order changes when another one (0: none) stands ahead of it. */
export function relinkA(
  seed: number,
  id: number,
  shown: number,
  before: number,
  now: number,
): number {
  const state = wordA(wordA(seed, id), shown);
  return (finishA(wordA(state, now)) - finishA(wordA(state, before))) | 0;
}

export function relinkB(
  seed: number,
  id: number,
  shown: number,
  before: number,
  now: number,
): number {
  const state = wordB(wordB(seed, id), shown);
  return (finishB(wordB(state, now)) - finishB(wordB(state, before))) | 0;
}

/** Adds queues to a hash from scratch, order by order, the first in line first. */
export class QueueHasher {
  readonly #hash: BookHash;
  readonly #seeds: OrderSeeds;
  #a = 0;
  #b = 0;
  #aheadA = 0;
  #aheadB = 0;

  constructor(hash: BookHash, seeds: OrderSeeds) {
    this.#hash = hash;
    this.#seeds = seeds;
  }

  /** What follows stands in the queue at this price. */
  start(side: number, price: number): void {
    this.#a = this.#seeds.seedA(side, price);
    this.#b = this.#seeds.seedB(side, price);
    this.#aheadA = 0;
    this.#aheadB = 0;
  }

  /** The next order in line, and what it shows. */
  add(orderId: number, shown: number): void {
    const idA = foldA(orderId);
    const idB = foldB(orderId);
    this.#hash.shift(
      orderMixA(this.#a, idA, foldA(shown), this.#aheadA),
      orderMixB(this.#b, idB, foldB(shown), this.#aheadB),
    );
    this.#aheadA = idA;
    this.#aheadB = idB;
  }
}

/** A whole number up to +-(2^53 - 1) as 32 bits: itself while its high half is 0. */
export function foldA(value: number): number {
  const low = value | 0;
  return low === value && low >= 0 ? low : (low + Math.imul(highOf(value), FOLD_A)) | 0;
}

export function foldB(value: number): number {
  const low = value | 0;
  return low === value && low >= 0 ? low : (low + Math.imul(highOf(value), FOLD_B)) | 0;
}

function highOf(value: number): number {
  return Math.floor(value / TWO_32) | 0;
}

function wordA(state: number, word: number): number {
  const h = state ^ word;
  return Math.imul(h ^ (h >>> 17), 0xed5a_d4bb);
}

function wordB(state: number, word: number): number {
  const h = state ^ word;
  return Math.imul(h ^ (h >>> 16), 0x7feb_352d);
}

function finishA(state: number): number {
  const h = Math.imul(state ^ (state >>> 11), 0xac4c_1b51);
  return h ^ (h >>> 15);
}

function finishB(state: number): number {
  const h = Math.imul(state ^ (state >>> 15), 0x846c_a68b);
  return h ^ (h >>> 16);
}
