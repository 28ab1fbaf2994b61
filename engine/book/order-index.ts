/** Finds an open order's slot by its id: a hash map over typed arrays, chained through the pool. */

import {
  CHAIN,
  LINK_SHIFT,
  NO_ORDER,
  ORDER_ID,
  type OrderPool,
  VALUE_SHIFT,
} from './order-pool.ts';

const TWO_TO_MINUS_32 = 2 ** -32;
/** 2^32 / golden ratio: consecutive multiples of it spread evenly (Knuth, TAOCP 6.4). */
const GOLDEN = 0x9e37_79b1 | 0;
const MIX_HIGH = 0x85eb_ca6b | 0;

/** Ids that differ only in their low bits share a block of buckets, which is one cache line. */
const BLOCK_BITS = 4;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

const INITIAL_BUCKET_BITS = 11;

/**
 *   heads              pool rows
 *   | slot | ------->  | id 17 | CHAIN | --> | id 90 | NO_ORDER |
 *   |   0  |
 *   | slot | ------->  | id 18 | NO_ORDER |
 *
 * There are at least as many buckets as orders, so a chain holds one order as a rule. A removal
 * leaves nothing behind. The keys live in the pool only, where a hit must look anyway; that makes
 * the map four bytes a bucket.
 */
export class OrderIndex {
  /** Replaced when the index grows. */
  private heads: Int32Array;
  private shift: number;
  private readonly pool: OrderPool;

  constructor(pool: OrderPool) {
    this.pool = pool;
    let bits = INITIAL_BUCKET_BITS;
    while (2 ** bits < pool.capacity) bits += 1;
    this.heads = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
  }

  get bucketCount(): number {
    return this.heads.length;
  }

  /** The slot of the order, or NO_ORDER. */
  find(orderId: number): number {
    const links = this.pool.links;
    const values = this.pool.values;
    let slot = this.heads[bucketOf(orderId, this.shift)]!;
    while (slot !== NO_ORDER && values[(slot << VALUE_SHIFT) + ORDER_ID] !== orderId) {
      slot = links[(slot << LINK_SHIFT) + CHAIN]!;
    }
    return slot;
  }

  /** Adds the order in this slot, whose id is written there and is not in the index yet. */
  add(slot: number, orderId: number): void {
    if (this.pool.size > this.heads.length) this.grow();
    const bucket = bucketOf(orderId, this.shift);
    this.pool.links[(slot << LINK_SHIFT) + CHAIN] = this.heads[bucket]!;
    this.heads[bucket] = slot;
  }

  /** Removes the order in this slot, which is in the index. */
  remove(slot: number, orderId: number): void {
    const links = this.pool.links;
    const bucket = bucketOf(orderId, this.shift);
    const next = links[(slot << LINK_SHIFT) + CHAIN]!;
    let before = this.heads[bucket]!;
    if (before === slot) {
      this.heads[bucket] = next;
      return;
    }
    while (links[(before << LINK_SHIFT) + CHAIN] !== slot) {
      before = links[(before << LINK_SHIFT) + CHAIN]!;
    }
    links[(before << LINK_SHIFT) + CHAIN] = next;
  }

  private grow(): void {
    const { links, values } = this.pool;
    const old = this.heads;
    this.heads = new Int32Array(old.length * 2);
    this.shift -= 1;
    for (let bucket = 0; bucket < old.length; bucket += 1) {
      let slot = old[bucket]!;
      while (slot !== NO_ORDER) {
        const next = links[(slot << LINK_SHIFT) + CHAIN]!;
        const target = bucketOf(values[(slot << VALUE_SHIFT) + ORDER_ID]!, this.shift);
        links[(slot << LINK_SHIFT) + CHAIN] = this.heads[target]!;
        this.heads[target] = slot;
        slot = next;
      }
    }
  }
}

/**
 * The id's bits above the lowest four choose a block of 16 buckets, mixed; the lowest four a
 * bucket in it. So ids given out one after the other, which tend to be asked for together, are
 * neighbours, and ids with a common stride still spread.
 */
function bucketOf(orderId: number, shift: number): number {
  const high = Math.imul((orderId * TWO_TO_MINUS_32) >>> 0, MIX_HIGH);
  const mixed = Math.imul((orderId >>> BLOCK_BITS) ^ high, GOLDEN);
  return (mixed >>> shift) ^ (orderId & BLOCK_MASK);
}
