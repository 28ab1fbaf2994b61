/** Who an order belongs to and what its owner calls it: client order ids to order ids and back. */

import { MAX_INTEGER } from '../feed/index.ts';
import { DUPLICATE_WINDOW, MAX_OPEN_ORDERS, ORDER_SLOTS } from './limits.ts';
import { MAX_OWNERS } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** No slot: the end of the list of closed orders, and of a chain. */
const NONE = 0;
const FIRST_SLOTS = 1024;
const FIRST_BUCKET_BITS = 10;
const TWO_TO_MINUS_32 = 2 ** -32;
const MAX_I32 = 0x7fff_ffff;
/** What a slot takes in the saved state. */
const SLOT_BYTES = 4 + 8 + 4 + 4 + 8;

/** Local, for an imported constant is read from memory at each use. */
const SLOTS = ORDER_SLOTS;
/** `orderId & SLOT_MASK` is exact for any id; `%` would be a division of doubles once ids are large. */
const SLOT_MASK = ORDER_SLOTS - 1;

/**
 * A slot is four words and two doubles, each beginning at `slot << ...SHIFT`:
 *
 *   words     | OWNER | INSTRUMENT, 0 when closed | NEXT closed | CHAIN: next slot of its bucket |
 *   numbers   | CLIENT_ORDER_ID | ORDER_ID |
 */
const WORDS_SHIFT = 2;
const OWNER = 0;
const INSTRUMENT = 1;
const NEXT = 2;
const CHAIN = 3;
const NUMBERS_SHIFT = 1;
const CLIENT_ORDER_ID = 0;
const ORDER_ID = 1;

/** 2^32 / golden ratio: consecutive multiples of it spread evenly (Knuth, TAOCP 6.4). */
const GOLDEN = 0x9e37_79b1 | 0;
const MIX_OWNER = 0xc2b2_ae35 | 0;
const MIX_HIGH = 0x85eb_ca6b | 0;
/** Ids of an owner that differ only in their low bits share 16 buckets, which are one cache line. */
const BLOCK_BITS = 4;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;

export interface OrderDirectoryLimits {
  readonly openOrders: number;
  /** Closed orders whose client order ids stay taken. */
  readonly closedOrders: number;
}

/**
 * ```
 *  (owner, client order id) --> bucket --> slot --> slot     order id --low 22 bits--> slot
 *
 *  closed orders:  oldest -> ... -> newest     the oldest makes room once the window is full
 * ```
 * An order id is found without a search: it is `generation * 2^22 + slot`, and the generation rises
 * each time the slot is used again. There are at least as many buckets as slots. Memory grows by
 * doubling up to the limits, and never shrinks.
 */
export class OrderDirectory {
  openCount = 0;
  closedCount = 0;
  readonly #limits: OrderDirectoryLimits;
  readonly #slotLimit: number;
  #openByOwner = new Int32Array(FIRST_SLOTS);
  #words = new Int32Array(FIRST_SLOTS << WORDS_SHIFT);
  #numbers = new Float64Array(FIRST_SLOTS << NUMBERS_SHIFT);
  #arrivals = new Float64Array(FIRST_SLOTS);
  /** The newest number of an arrival. */
  #lastArrival = 0;
  /** The first slot of each bucket's chain. */
  #buckets = new Int32Array(2 ** FIRST_BUCKET_BITS);
  /** The hash's highest bits choose the bucket: it is shifted by so many. */
  #shift = 32 - FIRST_BUCKET_BITS;
  #highestSlot = 0;
  #oldestClosed = NONE;
  #newestClosed = NONE;
  #spare = NONE;

  constructor(
    limits: OrderDirectoryLimits = { openOrders: MAX_OPEN_ORDERS, closedOrders: DUPLICATE_WINDOW },
  ) {
    this.#limits = limits;
    // One more than the open orders: the one that is being matched and may not come to rest.
    this.#slotLimit = limits.openOrders + limits.closedOrders + 1;
    if (this.#slotLimit >= ORDER_SLOTS) throw new RangeError('The limits exceed ORDER_SLOTS.');
  }

  /** How many orders the owner has open. */
  openOrdersOf(owner: number): number {
    return this.#openByOwner[owner] ?? 0;
  }

  /** True when the owner has used the id for an order that is open or still in the window. */
  isTaken(owner: number, clientOrderId: number): boolean {
    return this.#find(owner, clientOrderId) !== NONE;
  }

  /** Takes an id that is not taken. Returns the new order's id; 0 when there is no room. */
  open(owner: number, clientOrderId: number, instrument: number): number {
    const slot = this.#takeSlot();
    if (slot === NONE) return 0;
    const words = this.#words;
    const numbers = this.#numbers;
    words[(slot << WORDS_SHIFT) + OWNER] = owner;
    words[(slot << WORDS_SHIFT) + INSTRUMENT] = instrument;
    numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] = clientOrderId;
    this.#lastArrival += 1;
    this.#arrivals[slot] = this.#lastArrival;
    this.#insert(slot);
    this.#countOpen(owner, 1);
    return numbers[(slot << NUMBERS_SHIFT) + ORDER_ID]!;
  }

  /** Takes back the newest `open`: the order was refused, so its id has not been used. */
  discard(orderId: number): void {
    const slot = orderId & SLOT_MASK;
    this.#remove(slot);
    this.#words[(slot << WORDS_SHIFT) + INSTRUMENT] = 0;
    this.#lastArrival -= 1;
    this.#countOpen(this.#ownerOf(slot), -1);
    this.#spare = slot;
  }

  /** Whether the order of this id has not ended. */
  isOpen(orderId: number): boolean {
    const slot = orderId & SLOT_MASK;
    return this.#instrumentOf(slot) !== 0 && this.#orderIdOf(slot) === orderId;
  }

  /** Every open order of an instrument, by arrival; looks at all orders of the market. */
  openOrdersOn(instrument: number): number[] {
    const found: number[] = [];
    for (let slot = 1; slot <= this.#highestSlot; slot += 1) {
      if (this.#instrumentOf(slot) === instrument) found.push(this.#orderIdOf(slot));
    }
    return found.sort((a, b) => this.arrivalOf(a) - this.arrivalOf(b));
  }

  /** Lower for an order that came before another one. */
  arrivalOf(orderId: number): number {
    return this.#arrivals[orderId & SLOT_MASK]!;
  }

  /** A number behind all that have arrived, for an order that takes a new place among others. */
  nextArrival(): number {
    this.#lastArrival += 1;
    return this.#lastArrival;
  }

  /** The order has ended; its id stays taken for the window. */
  close(orderId: number): void {
    const slot = orderId & SLOT_MASK;
    const words = this.#words;
    words[(slot << WORDS_SHIFT) + INSTRUMENT] = 0;
    words[(slot << WORDS_SHIFT) + NEXT] = NONE;
    if (this.#newestClosed === NONE) this.#oldestClosed = slot;
    else words[(this.#newestClosed << WORDS_SHIFT) + NEXT] = slot;
    this.#newestClosed = slot;
    this.#countOpen(words[(slot << WORDS_SHIFT) + OWNER]!, -1);
    this.closedCount += 1;
  }

  /** The id of the owner's open order on this instrument; 0 when there is none. */
  find(owner: number, clientOrderId: number, instrument: number): number {
    const slot = this.#find(owner, clientOrderId);
    // Slot 0 is never used, and no instrument's.
    return this.#instrumentOf(slot) === instrument ? this.#orderIdOf(slot) : 0;
  }

  /** What the owner calls an order that is open, or was when the running command began. */
  clientOrderIdOf(orderId: number): number {
    return this.#numbers[((orderId & SLOT_MASK) << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
  }

  /**
   * Visits the open orders of an owner whose place is behind `after`, until `visit` answers false
   * or `slots` places were looked at. Returns the place to go on behind, 0 when all were visited.
   * An order keeps its place while it is open, so whoever goes on misses none and sees none twice.
   * `visit` may close orders.
   */
  scanOpen(
    owner: number,
    after: number,
    slots: number,
    visit: (orderId: number, instrument: number) => boolean,
  ): number {
    const last = Math.min(this.#highestSlot, after + slots);
    let left = after === NONE ? this.openOrdersOf(owner) : this.openCount;
    let slot = after;
    while (slot < last && left > 0) {
      slot += 1;
      const instrument = this.#instrumentOf(slot);
      if (instrument === 0 || this.#ownerOf(slot) !== owner) continue;
      left -= 1;
      if (!visit(this.#orderIdOf(slot), instrument)) return slot;
    }
    return left > 0 && slot < this.#highestSlot ? slot : NONE;
  }

  /** Every slot that was ever used, then the closed ones from the oldest to the newest. */
  saveState(writer: StateWriter): void {
    writer.part('ordr', () => {
      writer.count(this.#highestSlot);
      for (let slot = 1; slot <= this.#highestSlot; slot += 1) {
        const orderId = this.#orderIdOf(slot);
        writer.u32(this.#ownerOf(slot));
        writer.int(this.clientOrderIdOf(orderId));
        writer.u32(Math.floor(orderId / SLOTS));
        writer.u32(this.#instrumentOf(slot));
        const isOpen = this.#instrumentOf(slot) !== 0;
        writer.int(isOpen ? (this.#arrivals[slot] as number) : 0);
      }
      writer.int(this.#lastArrival);
      writer.count(this.closedCount);
      let slot = this.#oldestClosed;
      for (let left = this.closedCount; left > 0; left -= 1) {
        writer.u32(slot);
        slot = this.#words[(slot << WORDS_SHIFT) + NEXT]!;
      }
      writer.u32(this.#spare);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('ordr', () => {
      this.#highestSlot = reader.count(this.#slotLimit, SLOT_BYTES);
      while (this.#highestSlot >= this.#arrivals.length) this.#grow();
      for (let slot = 1; slot <= this.#highestSlot; slot += 1) this.#loadSlot(slot, reader);
      this.#lastArrival = reader.int(0);
      let newest: number = NONE;
      for (let left = reader.count(this.#highestSlot, 4); left > 0; left -= 1) {
        const slot = this.#loadClosed(reader);
        if (newest === NONE) this.#oldestClosed = slot;
        else this.#words[(newest << WORDS_SHIFT) + NEXT] = slot;
        newest = slot;
        this.closedCount += 1;
      }
      this.#newestClosed = newest;
      this.#spare = reader.u32();
      const isSpare = this.#spare === NONE ? 0 : 1;
      if (this.#spare > this.#highestSlot || this.#instrumentOf(this.#spare) !== 0) {
        reader.refuse('The spare slot is in use.');
      }
      if (this.openCount + this.closedCount + isSpare !== this.#highestSlot) {
        reader.refuse('A slot is neither open nor closed.');
      }
    });
  }

  #loadSlot(slot: number, reader: StateReader): void {
    const owner = reader.u32();
    if (owner > MAX_OWNERS) reader.refuse(`There is no owner ${owner}.`);
    const at = slot << WORDS_SHIFT;
    this.#words[at + OWNER] = owner;
    this.#numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] = reader.int(1, MAX_INTEGER);
    const generation = reader.u32();
    if (generation > MAX_I32) reader.refuse(`There is no generation ${generation}.`);
    this.#numbers[(slot << NUMBERS_SHIFT) + ORDER_ID] = generation * SLOTS + slot;
    const instrument = reader.u32();
    this.#words[at + INSTRUMENT] = instrument;
    this.#arrivals[slot] = reader.int(0);
    if (instrument === 0) return;
    this.#insertNew(slot, reader);
    this.#countOpen(owner, 1);
  }

  #loadClosed(reader: StateReader): number {
    const slot = reader.u32();
    const isClosed = slot !== NONE && slot <= this.#highestSlot && this.#instrumentOf(slot) === 0;
    if (!isClosed) reader.refuse(`Slot ${slot} is not closed.`);
    this.#insertNew(slot, reader);
    return slot;
  }

  #insertNew(slot: number, reader: StateReader): void {
    if (this.isTaken(this.#ownerOf(slot), this.clientOrderIdOf(slot))) {
      reader.refuse(`Slot ${slot} has another one's client order id.`);
    }
    this.#insert(slot);
  }

  #countOpen(owner: number, change: number): void {
    this.openCount += change;
    while (owner >= this.#openByOwner.length) {
      this.#openByOwner = grown(this.#openByOwner, new Int32Array(this.#openByOwner.length * 2));
    }
    this.#openByOwner[owner] = (this.#openByOwner[owner] as number) + change;
  }

  #takeSlot(): number {
    const spare = this.#spare;
    if (spare !== NONE) {
      this.#spare = NONE;
      return spare;
    }
    if (this.closedCount >= this.#limits.closedOrders && this.closedCount > 0) {
      return this.#forgetOldest();
    }
    if (this.#highestSlot >= this.#slotLimit) return NONE;
    this.#highestSlot += 1;
    const slot = this.#highestSlot;
    if (slot === this.#arrivals.length) this.#grow();
    this.#numbers[(slot << NUMBERS_SHIFT) + ORDER_ID] = slot;
    return slot;
  }

  #forgetOldest(): number {
    const slot = this.#oldestClosed;
    this.#oldestClosed = this.#words[(slot << WORDS_SHIFT) + NEXT]!;
    if (this.#oldestClosed === NONE) this.#newestClosed = NONE;
    this.closedCount -= 1;
    this.#remove(slot);
    this.#numbers[(slot << NUMBERS_SHIFT) + ORDER_ID]! += SLOTS;
    return slot;
  }

  #ownerOf(slot: number): number {
    return this.#words[(slot << WORDS_SHIFT) + OWNER]!;
  }

  /** 0 when the slot's order is closed. */
  #instrumentOf(slot: number): number {
    return this.#words[(slot << WORDS_SHIFT) + INSTRUMENT]!;
  }

  #orderIdOf(slot: number): number {
    return this.#numbers[(slot << NUMBERS_SHIFT) + ORDER_ID]!;
  }

  // The hash table: chained through the slots.

  #find(owner: number, clientOrderId: number): number {
    const words = this.#words;
    const numbers = this.#numbers;
    let slot = this.#buckets[bucketOf(owner, clientOrderId, this.#shift)]!;
    while (
      slot !== NONE &&
      (numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] !== clientOrderId ||
        words[(slot << WORDS_SHIFT) + OWNER] !== owner)
    ) {
      slot = words[(slot << WORDS_SHIFT) + CHAIN]!;
    }
    return slot;
  }

  #insert(slot: number): void {
    const bucket = this.#bucketOf(slot);
    this.#words[(slot << WORDS_SHIFT) + CHAIN] = this.#buckets[bucket]!;
    this.#buckets[bucket] = slot;
  }

  #remove(slot: number): void {
    const words = this.#words;
    const bucket = this.#bucketOf(slot);
    const after = words[(slot << WORDS_SHIFT) + CHAIN]!;
    let before = this.#buckets[bucket]!;
    if (before === slot) {
      this.#buckets[bucket] = after;
      return;
    }
    while (words[(before << WORDS_SHIFT) + CHAIN] !== slot) {
      before = words[(before << WORDS_SHIFT) + CHAIN]!;
    }
    words[(before << WORDS_SHIFT) + CHAIN] = after;
  }

  #bucketOf(slot: number): number {
    const clientOrderId = this.#numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
    return bucketOf(this.#words[(slot << WORDS_SHIFT) + OWNER]!, clientOrderId, this.#shift);
  }

  #grow(): void {
    const slots = this.#arrivals.length * 2;
    this.#words = grown(this.#words, new Int32Array(slots << WORDS_SHIFT));
    this.#numbers = grown(this.#numbers, new Float64Array(slots << NUMBERS_SHIFT));
    this.#arrivals = grown(this.#arrivals, new Float64Array(slots));
    const old = this.#buckets;
    this.#buckets = new Int32Array(old.length * 2);
    this.#shift -= 1;
    for (const first of old) {
      for (let slot = first; slot !== NONE; ) {
        const after = this.#words[(slot << WORDS_SHIFT) + CHAIN]!;
        this.#insert(slot);
        slot = after;
      }
    }
  }
}

/**
 * The owner and the id's bits above the lowest four choose a block of 16 buckets, mixed; the lowest
 * four a bucket in it. So ids that an owner gives out one after the other, which tend to be asked
 * for together, are neighbours, and ids with a common stride still spread.
 */
function bucketOf(owner: number, clientOrderId: number, shift: number): number {
  let block = (clientOrderId >>> BLOCK_BITS) ^ Math.imul(owner, MIX_OWNER);
  if (clientOrderId > MAX_I32) {
    block ^= Math.imul((clientOrderId * TWO_TO_MINUS_32) >>> 0, MIX_HIGH);
  }
  return (Math.imul(block, GOLDEN) >>> shift) ^ (clientOrderId & BLOCK_MASK);
}

function grown<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
