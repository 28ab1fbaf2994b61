/** Who an order belongs to and what its owner calls it: client order ids to order ids and back. */

import { MAX_INTEGER } from '../feed/index.ts';
import { DUPLICATE_WINDOW, MAX_OPEN_ORDERS, ORDER_SLOTS } from './limits.ts';
import { MAX_OWNERS } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** No slot: the end of the list of closed orders, an empty entry of the table. */
const NONE = 0;
const FIRST_SLOTS = 1024;
const TWO_TO_MINUS_32 = 2 ** -32;
const MAX_I32 = 0x7fff_ffff;
/** What a slot takes in the saved state. */
const SLOT_BYTES = 4 + 8 + 4 + 4 + 8;

/** Local, for an imported constant is read from memory at each use. */
const SLOTS = ORDER_SLOTS;
/** `orderId & SLOT_MASK` is exact for any id; `%` would be a division of doubles once ids are large. */
const SLOT_MASK = ORDER_SLOTS - 1;

/**
 * A slot is 32 bytes, half a cache line, seen as eight words or as four doubles:
 *
 *   0                 8       12           16           20            24
 *   | client order id | owner | instrument | generation | next closed | arrival |
 *
 * The instrument of a closed order is 0.
 */
const WORDS_SHIFT = 3;
const OWNER = 2;
const INSTRUMENT = 3;
const GENERATION = 4;
const NEXT = 5;
const NUMBERS_SHIFT = 2;
const CLIENT_ORDER_ID = 0;
const ARRIVAL = 3;

/** The table is at most so full: searches that find nothing end at an empty entry. */
const FULLEST = 0.625;

/** An entry of the table is a slot and, in the bits above it, ten bits of its order's hash. */
const TAG_MASK = ~SLOT_MASK;
export interface OrderDirectoryLimits {
  readonly openOrders: number;
  /** Closed orders whose client order ids stay taken. */
  readonly closedOrders: number;
}

/**
 * ```
 *  (owner, client order id) --hash--> entry: tag, slot --> slot <--low 22 bits-- order id
 *
 *  closed orders:  oldest -> ... -> newest     the oldest makes room once the window is full
 * ```
 * An order id is found without a search: it is `generation * 2^22 + slot`, and the generation rises
 * each time the slot is used again.
 *
 * The table is far larger than the processor's near caches, and ids follow no order. So a search
 * should touch one cache line of it: entries are probed one after the other, and the tag tells those
 * that cannot be meant without a look at their slots.
 *
 * Memory grows by doubling up to the limits, and never shrinks.
 */
export class OrderDirectory {
  openCount = 0;
  closedCount = 0;
  readonly #limits: OrderDirectoryLimits;
  readonly #slotLimit: number;
  #openByOwner = new Int32Array(FIRST_SLOTS);
  /** Slots that there is room for. */
  #room: number;
  #words: Int32Array;
  /** The same bytes. */
  #numbers: Float64Array;
  #table: Int32Array;
  /** The newest number of an arrival. */
  #lastArrival = 0;
  #highestSlot = 0;
  #oldestClosed = NONE;
  #newestClosed = NONE;
  #spare = NONE;

  /** There is room for `expectedOrders`, open and closed, before anything grows. */
  constructor(
    limits: OrderDirectoryLimits = { openOrders: MAX_OPEN_ORDERS, closedOrders: DUPLICATE_WINDOW },
    expectedOrders = 0,
  ) {
    this.#limits = limits;
    // One more than the open orders: the one that is being matched and may not come to rest.
    this.#slotLimit = limits.openOrders + limits.closedOrders + 1;
    if (this.#slotLimit >= ORDER_SLOTS) throw new RangeError('The limits exceed ORDER_SLOTS.');
    // Slot 0 is never given out.
    this.#room = Math.max(FIRST_SLOTS, expectedOrders + 1);
    this.#words = new Int32Array(this.#room << WORDS_SHIFT);
    this.#numbers = new Float64Array(this.#words.buffer);
    this.#table = new Int32Array(entriesFor(this.#room));
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
    const at = slot << WORDS_SHIFT;
    words[at + OWNER] = owner;
    words[at + INSTRUMENT] = instrument;
    this.#numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] = clientOrderId;
    this.#lastArrival += 1;
    this.#numbers[(slot << NUMBERS_SHIFT) + ARRIVAL] = this.#lastArrival;
    this.#insert(slot);
    this.#countOpen(owner, 1);
    return words[at + GENERATION]! * SLOTS + slot;
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
    return this.#numbers[((orderId & SLOT_MASK) << NUMBERS_SHIFT) + ARRIVAL]!;
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
        writer.int(isOpen ? this.arrivalOf(slot) : 0);
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
      while (this.#highestSlot >= this.#room) this.#grow();
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
    this.#words[at + GENERATION] = generation;
    const instrument = reader.u32();
    this.#words[at + INSTRUMENT] = instrument;
    this.#numbers[(slot << NUMBERS_SHIFT) + ARRIVAL] = reader.int(0);
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
    if (this.#highestSlot === this.#room) this.#grow();
    return this.#highestSlot;
  }

  #forgetOldest(): number {
    const slot = this.#oldestClosed;
    this.#oldestClosed = this.#words[(slot << WORDS_SHIFT) + NEXT]!;
    if (this.#oldestClosed === NONE) this.#newestClosed = NONE;
    this.closedCount -= 1;
    this.#remove(slot);
    this.#words[(slot << WORDS_SHIFT) + GENERATION]! += 1;
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
    return this.#words[(slot << WORDS_SHIFT) + GENERATION]! * SLOTS + slot;
  }

  // The hash table: open addressing, linear probing.

  #find(owner: number, clientOrderId: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = hashOf(owner, clientOrderId);
    const tag = hash & TAG_MASK;
    let place = hash & mask;
    for (;;) {
      const entry = table[place]!;
      if (entry === NONE) break;
      if ((entry & TAG_MASK) === tag) {
        const slot = entry & SLOT_MASK;
        const isSameId = this.#numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] === clientOrderId;
        if (isSameId && this.#words[(slot << WORDS_SHIFT) + OWNER] === owner) return slot;
      }
      place = (place + 1) & mask;
    }
    return NONE;
  }

  #insert(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    const hash = this.#hashOf(slot);
    let place = hash & mask;
    while (table[place] !== NONE) place = (place + 1) & mask;
    table[place] = (hash & TAG_MASK) | slot;
  }

  /** Moves the entries behind back into the hole, so that no search ends early. */
  #remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#hashOf(slot) & mask;
    while ((table[hole]! & SLOT_MASK) !== slot) hole = (hole + 1) & mask;
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const entry = table[place]!;
      if (entry === NONE) break;
      // An entry may move when its home is not between the hole and where it is now.
      const home = this.#hashOf(entry & SLOT_MASK) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      table[hole] = entry;
      hole = place;
    }
    table[hole] = NONE;
  }

  #hashOf(slot: number): number {
    const clientOrderId = this.#numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
    return hashOf(this.#words[(slot << WORDS_SHIFT) + OWNER]!, clientOrderId);
  }

  #grow(): void {
    this.#room *= 2;
    const words = new Int32Array(this.#room << WORDS_SHIFT);
    words.set(this.#words);
    this.#words = words;
    this.#numbers = new Float64Array(words.buffer);
    const entries = this.#table;
    this.#table = new Int32Array(entriesFor(this.#room));
    for (const entry of entries) if (entry !== NONE) this.#insert(entry & SLOT_MASK);
  }
}

/** A power of two, and the least that holds so many slots. */
function entriesFor(slots: number): number {
  return 2 ** Math.ceil(Math.log2(slots / FULLEST));
}

/** 32 bits, of which the lowest choose the place in the table and the highest are the tag. */
function hashOf(owner: number, clientOrderId: number): number {
  let hash = clientOrderId | 0;
  if (clientOrderId > MAX_I32) {
    hash ^= Math.imul((clientOrderId * TWO_TO_MINUS_32) | 0, 0x85eb_ca6b);
  }
  // Both halves and the owner are spread, so that ids in a row and in steps of any stride are.
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(owner, 0x9e37_79b1), 0x7feb_352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846c_a68b);
  return hash ^ (hash >>> 16);
}

function grown(
  from: Int32Array<ArrayBuffer>,
  to: Int32Array<ArrayBuffer>,
): Int32Array<ArrayBuffer> {
  to.set(from);
  return to;
}
