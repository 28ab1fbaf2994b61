/** The places of the order directory in memory, and how one is found by its order's client order id. */

/**
 * A slot is 32 bytes, half a cache line, seen as eight words or as four doubles:
 *
 *   words    0                 2       3            4            5       6             7
 *            | client order id | owner | instrument | generation | chain | arrival           |
 *                                                                        | next closed |     |
 *   numbers  0                                                           3
 *
 * The instrument of a closed order is 0, and its arrival is nobody's business any more. Slot 0 is
 * never used.
 *
 * Every hot file takes the constants it needs into its own: the compiler puts a module's own
 * constants into the machine code, but reads an imported one from memory at every use.
 */
export const SLOT = {
  /** No slot: the end of the list of closed orders or of a chain, an empty bucket. */
  NONE: 0,
  WORDS_SHIFT: 3,
  OWNER: 2,
  INSTRUMENT: 3,
  GENERATION: 4,
  CHAIN: 5,
  NEXT: 6,
  NUMBERS_SHIFT: 2,
  CLIENT_ORDER_ID: 0,
  ARRIVAL: 3,
} as const;

const { CHAIN, CLIENT_ORDER_ID, NONE, NUMBERS_SHIFT, OWNER, WORDS_SHIFT } = SLOT;

const FIRST_SLOTS = 1024;
/** So many fit into a near cache with what they point to. */
const MAX_EXPECTED = 4096;
const TWO_TO_MINUS_32 = 2 ** -32;
const MAX_I32 = 0x7fff_ffff;

/** Ids that differ only in their low bits share a block of buckets, which is one cache line. */
const BLOCK_BITS = 4;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

/**
 * ```
 *  (owner, client order id) --hash--> bucket: slot --> slot --chain--> slot
 * ```
 * The buckets are far more than the processor's near caches hold. Clients count their orders, as a
 * rule, and ask for the newest ones: so ids in a row stand in a row, sixteen to a cache line.
 *
 * Memory grows by doubling, and never shrinks.
 */
export class OrderSlots {
  /** Both are the same bytes; replaced by `grow`. */
  words: Int32Array;
  numbers: Float64Array;
  /** Slots that there is room for. */
  room: number;
  /** The first slot of each bucket's chain. A power of two, and at least as many as slots. */
  #heads: Int32Array;
  /** No id of an owner is above this: so one that is, as clients count, needs no search. */
  #highestByOwner = new Float64Array(FIRST_SLOTS);
  /** Buckets that `expect` has named, in that order; `warm` has come as far as `#warmed`. */
  readonly #expected = new Int32Array(MAX_EXPECTED);
  #expectedCount = 0;
  #warmed = 0;

  /**
   * Room for so many, and slot 0, is made at once. The zeros are written, for the system gives an
   * array its memory page by page where it is written first: in the middle of some command.
   */
  constructor(expected: number) {
    this.room = Math.max(FIRST_SLOTS, expected + 1);
    this.words = new Int32Array(this.room << WORDS_SHIFT).fill(0);
    this.numbers = new Float64Array(this.words.buffer);
    this.#heads = new Int32Array(bucketsFor(this.room)).fill(0);
  }

  /** A command about this id will come soon. */
  expect(owner: number, clientOrderId: number): void {
    const count = this.#expectedCount;
    if (count === this.#expected.length) return;
    this.#expected[count] = bucketOf(owner, clientOrderId);
    this.#expectedCount = count + 1;
  }

  /**
   * Looks at what so many of the commands expected, the next ones, will look for. It changes
   * nothing: but the memory lies far from the processor, which fetches many lines at a time when no
   * look waits for another one. The answer means nothing; without one, a compiler might see that the
   * looks are for nothing, too.
   */
  warm(commands: number): number {
    const expected = this.#expected;
    const heads = this.#heads;
    const mask = heads.length - 1;
    const first = this.#warmed;
    const end = Math.min(first + commands, this.#expectedCount);
    for (let i = first; i < end; i += 1) expected[i] = heads[expected[i]! & mask]!;
    const words = this.words;
    let seen = 0;
    for (let i = first; i < end; i += 1) seen ^= words[(expected[i]! << WORDS_SHIFT) + OWNER]!;
    const isLast = end === this.#expectedCount;
    if (isLast) this.#expectedCount = 0;
    this.#warmed = isLast ? 0 : end;
    return seen;
  }

  /** Whether a slot that was inserted has this id. */
  has(owner: number, clientOrderId: number): boolean {
    const highest = this.#highestByOwner;
    const isAbove = owner < highest.length && clientOrderId > highest[owner]!;
    return !isAbove && this.find(owner, clientOrderId) !== NONE;
  }

  /** The slot with this id, or NONE. */
  find(owner: number, clientOrderId: number): number {
    const words = this.words;
    const numbers = this.numbers;
    const heads = this.#heads;
    let slot = heads[bucketOf(owner, clientOrderId) & (heads.length - 1)]!;
    while (slot !== NONE) {
      const isSameId = numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] === clientOrderId;
      if (isSameId && words[(slot << WORDS_SHIFT) + OWNER] === owner) break;
      slot = words[(slot << WORDS_SHIFT) + CHAIN]!;
    }
    return slot;
  }

  /** Adds a slot, in which owner and id are written. */
  insert(slot: number): void {
    const words = this.words;
    const owner = words[(slot << WORDS_SHIFT) + OWNER]!;
    const clientOrderId = this.numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
    if (owner >= this.#highestByOwner.length) this.#growOwners(owner);
    if (clientOrderId > this.#highestByOwner[owner]!) this.#highestByOwner[owner] = clientOrderId;
    const heads = this.#heads;
    const bucket = bucketOf(owner, clientOrderId) & (heads.length - 1);
    words[(slot << WORDS_SHIFT) + CHAIN] = heads[bucket]!;
    heads[bucket] = slot;
  }

  /** Removes a slot that was inserted. */
  remove(slot: number): void {
    const words = this.words;
    const bucket = this.#bucketOf(slot);
    const after = words[(slot << WORDS_SHIFT) + CHAIN]!;
    let before = this.#heads[bucket]!;
    if (before === slot) {
      this.#heads[bucket] = after;
      return;
    }
    while (words[(before << WORDS_SHIFT) + CHAIN] !== slot) {
      before = words[(before << WORDS_SHIFT) + CHAIN]!;
    }
    words[(before << WORDS_SHIFT) + CHAIN] = after;
  }

  #bucketOf(slot: number): number {
    const clientOrderId = this.numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
    const owner = this.words[(slot << WORDS_SHIFT) + OWNER]!;
    return bucketOf(owner, clientOrderId) & (this.#heads.length - 1);
  }

  #growOwners(owner: number): void {
    let room = this.#highestByOwner.length;
    while (owner >= room) room *= 2;
    const highest = new Float64Array(room);
    highest.set(this.#highestByOwner);
    this.#highestByOwner = highest;
  }

  /** Makes room for as many again. */
  grow(): void {
    this.room *= 2;
    const words = new Int32Array(this.room << WORDS_SHIFT);
    words.set(this.words);
    this.words = words;
    this.numbers = new Float64Array(words.buffer);
    const heads = this.#heads;
    this.#heads = new Int32Array(bucketsFor(this.room));
    if (this.#heads.length === heads.length) {
      this.#heads.set(heads);
      return;
    }
    for (const head of heads) {
      for (let slot = head; slot !== NONE; ) {
        const after = words[(slot << WORDS_SHIFT) + CHAIN]!;
        this.insert(slot);
        slot = after;
      }
    }
  }
}

/** A power of two, and no fewer than slots. */
function bucketsFor(slots: number): number {
  return 2 ** Math.ceil(Math.log2(slots));
}

/**
 * 32 bits, of which the lowest choose the bucket: the id's low bits its place in a block, the others
 * and the owner, mixed, the block.
 */
function bucketOf(owner: number, clientOrderId: number): number {
  let hash = clientOrderId >>> BLOCK_BITS;
  if (clientOrderId > MAX_I32) {
    hash ^= Math.imul((clientOrderId * TWO_TO_MINUS_32) | 0, 0x85eb_ca6b);
  }
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(owner, 0x9e37_79b1), 0x7feb_352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846c_a68b);
  return ((hash ^ (hash >>> 16)) << BLOCK_BITS) | (clientOrderId & BLOCK_MASK);
}
