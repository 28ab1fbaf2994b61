/** Finds an open order's row by its id: a hash map over typed arrays, chained through the rows. */

import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';

const { CHAIN, NONE, ORDER_ID, SHIFT } = ROW;

const TWO_TO_MINUS_32 = 2 ** -32;
const MAX_I32 = 0x7fff_ffff;
/** 2^32 / golden ratio: consecutive multiples of it spread evenly (Knuth, TAOCP 6.4). */
const GOLDEN = 0x9e37_79b1 | 0;
const MIX_HIGH = 0x85eb_ca6b | 0;

/** Ids that differ only in their low bits share a block of buckets, which is one cache line. */
const BLOCK_BITS = 4;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

const MIN_BUCKET_BITS = 8;

/**
 *   heads             rows
 *   | row | ------->  | id 17 | CHAIN | --> | id 90 | NONE |
 *   |  0  |
 *   | row | ------->  | id 18 | NONE |
 *
 * There are at least as many buckets as orders, so a chain holds one order as a rule. A removal
 * leaves nothing behind. Ids are kept in the rows only, where a hit must look anyway; so the map
 * itself is four bytes a bucket.
 */
export class OrderIndex {
  /** The first row of each bucket's chain; replaced by `grow`. */
  heads: Int32Array;
  private shift: number;
  private readonly memory: BookMemory;

  constructor(memory: BookMemory, expectedOrders: number) {
    this.memory = memory;
    let bits = MIN_BUCKET_BITS;
    while (2 ** bits < expectedOrders) bits += 1;
    this.heads = new Int32Array(2 ** bits);
    this.shift = 32 - bits;
  }

  get bucketCount(): number {
    return this.heads.length;
  }

  /**
   * The id's bits above the lowest four choose a block of 16 buckets, mixed; the lowest four a
   * bucket in it. So ids given out one after the other, which tend to be asked for together, are
   * neighbours, and ids with a common stride still spread.
   */
  bucketOf(orderId: number): number {
    let block = orderId >>> BLOCK_BITS;
    if (orderId > MAX_I32) block ^= Math.imul((orderId * TWO_TO_MINUS_32) >>> 0, MIX_HIGH);
    return (Math.imul(block, GOLDEN) >>> this.shift) ^ (orderId & BLOCK_MASK);
  }

  /** The order's row, or NONE. */
  find(bucket: number, orderId: number): number {
    const { links, values } = this.memory;
    let row = this.heads[bucket]!;
    while (row !== NONE && values[(row << SHIFT) + ORDER_ID] !== orderId) {
      row = links[(row << SHIFT) + CHAIN]!;
    }
    return row;
  }

  /** Adds the order in this row, whose id is not in the index yet. */
  add(bucket: number, row: number): void {
    this.memory.links[(row << SHIFT) + CHAIN] = this.heads[bucket]!;
    this.heads[bucket] = row;
  }

  /** Removes the order in this row, which is in the index. */
  remove(bucket: number, row: number): void {
    const links = this.memory.links;
    const after = links[(row << SHIFT) + CHAIN]!;
    if (this.heads[bucket] === row) this.heads[bucket] = after;
    else this.removeInside(bucket, row, after);
  }

  grow(): void {
    const { links, values } = this.memory;
    const old = this.heads;
    this.heads = new Int32Array(old.length * 2);
    this.shift -= 1;
    for (let bucket = 0; bucket < old.length; bucket += 1) {
      let row = old[bucket]!;
      while (row !== NONE) {
        const after = links[(row << SHIFT) + CHAIN]!;
        this.add(this.bucketOf(values[(row << SHIFT) + ORDER_ID]!), row);
        row = after;
      }
    }
  }

  private removeInside(bucket: number, row: number, after: number): void {
    const links = this.memory.links;
    let before = this.heads[bucket]!;
    while (links[(before << SHIFT) + CHAIN] !== row) {
      before = links[(before << SHIFT) + CHAIN]!;
    }
    links[(before << SHIFT) + CHAIN] = after;
  }
}
