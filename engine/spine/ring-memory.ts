/** The memory of an output ring, which two threads share: what lies where, and how big it is. */

import { MAX_PACKET_BYTES } from '../../feed/index.ts';

/** Packets are found by the first one behind the start of each block of so many bytes. */
export const BLOCK_BYTES = 4096;

/** Positions are multiples of it: a packet's header and records are. */
export const UNIT_BYTES = 8;

/** So many of the largest packet fit at the least. */
const FEWEST_LARGEST_PACKETS = 2;

/**
 * Words of `control`, each alone in its cache line, for different threads write them.
 *
 * VERSION is odd while the writer changes the marks; SAFE counts units modulo 2^32, up to where the
 * slowest relay has everything, and SLOWEST says which relay that is. FENCE holds nothing: adding to
 * it orders what a thread reads before and after.
 */
export const Control = { Version: 0, Safe: 16, Slowest: 32, Fence: 48 } as const;
const CONTROL_WORDS = 64;

/**
 * Of `marks`. Positions count all bytes ever written, so they only rise; where one lies in `data`
 * is its remainder. TAIL is the oldest packet that may still be read, and its first sequence is
 * FIRST; HEAD is the end of the newest, and NEXT the sequence behind it.
 */
export const Mark = { Tail: 0, First: 1, Head: 2, Next: 3 } as const;
const MARKS = 4;

/**
 * ```
 *  control | words of 4 bytes, changed by Atomics only
 *  marks   | tail, first, head, next: doubles
 *  index   | by block: position of the first packet that begins in it or later, its first sequence
 *  data    | packets one behind the other, round and round
 * ```
 */
export interface RingMemory {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly marks: Float64Array<SharedArrayBuffer>;
  readonly index: Float64Array<SharedArrayBuffer>;
  readonly data: Uint8Array<SharedArrayBuffer>;
}

/** Room for `bytes` of packets, rounded up to whole blocks. */
export function ringMemory(bytes: number): RingMemory {
  const blocks = Math.ceil(
    Math.max(bytes, FEWEST_LARGEST_PACKETS * MAX_PACKET_BYTES) / BLOCK_BYTES,
  );
  const shared = (length: number): SharedArrayBuffer => new SharedArrayBuffer(length);
  return {
    control: new Int32Array(shared(CONTROL_WORDS * 4)),
    marks: new Float64Array(shared(MARKS * 8)),
    // Two more than there are blocks: an entry is written over only when its block has gone.
    index: new Float64Array(shared((blocks + 2) * 2 * 8)),
    data: new Uint8Array(shared(blocks * BLOCK_BYTES)),
  };
}

/** What follows is not read, or written, before what stands in front. */
export function fence({ control }: RingMemory): void {
  Atomics.add(control, Control.Fence, 0);
}

/** Place in `index` of a block, counted from the first byte ever written. */
export function indexOfBlock(memory: RingMemory, block: number): number {
  return (block % (memory.index.length / 2)) * 2;
}
