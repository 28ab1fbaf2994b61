/** Who an order belongs to and what its owner calls it: client order ids to order ids and back. */

import { MAX_INTEGER } from '../feed/index.ts';
import { DUPLICATE_WINDOW, MAX_OPEN_ORDERS, ORDER_SLOTS } from './limits.ts';
import { MAX_OWNERS } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** No slot: the end of the list of closed orders, an empty place of the hash table. */
const NONE = 0;
const FIRST_SLOTS = 1024;
const TWO_32 = 4_294_967_296;
/** What a slot takes in the saved state. */
const SLOT_BYTES = 4 + 8 + 4 + 4 + 8;

export interface OrderDirectoryLimits {
  readonly openOrders: number;
  /** Closed orders whose client order ids stay taken. */
  readonly closedOrders: number;
}

/**
 * ```
 *  (owner, client order id) --hash--> slot <--low 22 bits-- order id
 *
 *  slot   | owner | client order id | generation | instrument, 0 when closed | next closed | arrival |
 *
 *  closed orders:  oldest -> ... -> newest     the oldest makes room once the window is full
 * ```
 * An order id is found without a search: it is `generation * 2^22 + slot`, and the generation rises
 * each time the slot is used again. Memory grows by doubling up to the limits, and never shrinks.
 */
export class OrderDirectory {
  openCount = 0;
  closedCount = 0;
  readonly #limits: OrderDirectoryLimits;
  readonly #slotLimit: number;
  #openByOwner = new Int32Array(FIRST_SLOTS);
  #owners = new Float64Array(FIRST_SLOTS);
  #clientOrderIds = new Float64Array(FIRST_SLOTS);
  #generations = new Uint32Array(FIRST_SLOTS);
  #instruments = new Uint32Array(FIRST_SLOTS);
  #nextClosed = new Int32Array(FIRST_SLOTS);
  #arrivals = new Float64Array(FIRST_SLOTS);
  /** The newest number of an arrival. */
  #lastArrival = 0;
  #table = new Int32Array(FIRST_SLOTS * 2);
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
    this.#owners[slot] = owner;
    this.#clientOrderIds[slot] = clientOrderId;
    this.#instruments[slot] = instrument;
    this.#lastArrival += 1;
    this.#arrivals[slot] = this.#lastArrival;
    this.#insert(slot);
    this.#countOpen(owner, 1);
    return (this.#generations[slot] as number) * ORDER_SLOTS + slot;
  }

  /** Takes back the newest `open`: the order was refused, so its id has not been used. */
  discard(orderId: number): void {
    const slot = orderId % ORDER_SLOTS;
    this.#remove(slot);
    this.#instruments[slot] = 0;
    this.#lastArrival -= 1;
    this.#countOpen(this.#owners[slot] as number, -1);
    this.#spare = slot;
  }

  /** Lower for an order that came before another one. */
  arrivalOf(orderId: number): number {
    return this.#arrivals[orderId % ORDER_SLOTS] as number;
  }

  /** A number behind all that have arrived, for an order that takes a new place among others. */
  nextArrival(): number {
    this.#lastArrival += 1;
    return this.#lastArrival;
  }

  /** The order has ended; its id stays taken for the window. */
  close(orderId: number): void {
    const slot = orderId % ORDER_SLOTS;
    this.#instruments[slot] = 0;
    this.#nextClosed[slot] = NONE;
    if (this.#newestClosed === NONE) this.#oldestClosed = slot;
    else this.#nextClosed[this.#newestClosed] = slot;
    this.#newestClosed = slot;
    this.#countOpen(this.#owners[slot] as number, -1);
    this.closedCount += 1;
  }

  /** The id of the owner's open order on this instrument; 0 when there is none. */
  find(owner: number, clientOrderId: number, instrument: number): number {
    const slot = this.#find(owner, clientOrderId);
    if (slot === NONE || this.#instruments[slot] !== instrument) return 0;
    return (this.#generations[slot] as number) * ORDER_SLOTS + slot;
  }

  /** What the owner calls an order that is open, or was when the running command began. */
  clientOrderIdOf(orderId: number): number {
    return this.#clientOrderIds[orderId % ORDER_SLOTS] as number;
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
      const instrument = this.#instruments[slot] as number;
      if (instrument === 0 || this.#owners[slot] !== owner) continue;
      left -= 1;
      const orderId = (this.#generations[slot] as number) * ORDER_SLOTS + slot;
      if (!visit(orderId, instrument)) return slot;
    }
    return left > 0 && slot < this.#highestSlot ? slot : NONE;
  }

  /** Every slot that was ever used, then the closed ones from the oldest to the newest. */
  saveState(writer: StateWriter): void {
    writer.part('ordr', () => {
      writer.count(this.#highestSlot);
      for (let slot = 1; slot <= this.#highestSlot; slot += 1) {
        writer.u32(this.#owners[slot] as number);
        writer.int(this.#clientOrderIds[slot] as number);
        writer.u32(this.#generations[slot] as number);
        writer.u32(this.#instruments[slot] as number);
        const isOpen = this.#instruments[slot] !== 0;
        writer.int(isOpen ? (this.#arrivals[slot] as number) : 0);
      }
      writer.int(this.#lastArrival);
      writer.count(this.closedCount);
      let slot = this.#oldestClosed;
      for (let left = this.closedCount; left > 0; left -= 1) {
        writer.u32(slot);
        slot = this.#nextClosed[slot] as number;
      }
      writer.u32(this.#spare);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('ordr', () => {
      this.#highestSlot = reader.count(this.#slotLimit, SLOT_BYTES);
      while (this.#highestSlot >= this.#owners.length) this.#grow();
      for (let slot = 1; slot <= this.#highestSlot; slot += 1) this.#loadSlot(slot, reader);
      this.#lastArrival = reader.int(0);
      let newest: number = NONE;
      for (let left = reader.count(this.#highestSlot, 4); left > 0; left -= 1) {
        const slot = this.#loadClosed(reader);
        if (newest === NONE) this.#oldestClosed = slot;
        else this.#nextClosed[newest] = slot;
        newest = slot;
        this.closedCount += 1;
      }
      this.#newestClosed = newest;
      this.#spare = reader.u32();
      const isSpare = this.#spare === NONE ? 0 : 1;
      if (this.#spare > this.#highestSlot || (this.#instruments[this.#spare] as number) !== 0) {
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
    this.#owners[slot] = owner;
    this.#clientOrderIds[slot] = reader.int(1, MAX_INTEGER);
    this.#generations[slot] = reader.u32();
    const instrument = reader.u32();
    this.#instruments[slot] = instrument;
    this.#arrivals[slot] = reader.int(0);
    if (instrument === 0) return;
    this.#insertNew(slot, reader);
    this.#countOpen(owner, 1);
  }

  #loadClosed(reader: StateReader): number {
    const slot = reader.u32();
    const isClosed = slot !== NONE && slot <= this.#highestSlot && this.#instruments[slot] === 0;
    if (!isClosed) reader.refuse(`Slot ${slot} is not closed.`);
    this.#insertNew(slot, reader);
    return slot;
  }

  #insertNew(slot: number, reader: StateReader): void {
    const owner = this.#owners[slot] as number;
    if (this.isTaken(owner, this.#clientOrderIds[slot] as number)) {
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
    if (this.#highestSlot === this.#owners.length) this.#grow();
    return this.#highestSlot;
  }

  #forgetOldest(): number {
    const slot = this.#oldestClosed;
    this.#oldestClosed = this.#nextClosed[slot] as number;
    if (this.#oldestClosed === NONE) this.#newestClosed = NONE;
    this.closedCount -= 1;
    this.#remove(slot);
    this.#generations[slot] = (this.#generations[slot] as number) + 1;
    return slot;
  }

  // The hash table: open addressing, linear probing, at most half full.

  #find(owner: number, clientOrderId: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    let place = hash(owner, clientOrderId) & mask;
    for (;;) {
      const slot = table[place] as number;
      if (slot === NONE) return NONE;
      if (this.#clientOrderIds[slot] === clientOrderId && this.#owners[slot] === owner) return slot;
      place = (place + 1) & mask;
    }
  }

  #insert(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let place = this.#home(slot);
    while (table[place] !== NONE) place = (place + 1) & mask;
    table[place] = slot;
  }

  /** Moves the entries behind back into the hole, so that no search ends early. */
  #remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#home(slot);
    while (table[hole] !== slot) hole = (hole + 1) & mask;
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const other = table[place] as number;
      if (other === NONE) break;
      // An entry may move when its home is not between the hole and where it is now.
      const fromHome = (place - this.#home(other)) & mask;
      if (fromHome < ((place - hole) & mask)) continue;
      table[hole] = other;
      hole = place;
    }
    table[hole] = NONE;
  }

  #home(slot: number): number {
    const owner = this.#owners[slot] as number;
    return hash(owner, this.#clientOrderIds[slot] as number) & (this.#table.length - 1);
  }

  #grow(): void {
    const slots = this.#owners.length * 2;
    this.#owners = grown(this.#owners, new Float64Array(slots));
    this.#clientOrderIds = grown(this.#clientOrderIds, new Float64Array(slots));
    this.#generations = grown(this.#generations, new Uint32Array(slots));
    this.#instruments = grown(this.#instruments, new Uint32Array(slots));
    this.#nextClosed = grown(this.#nextClosed, new Int32Array(slots));
    this.#arrivals = grown(this.#arrivals, new Float64Array(slots));
    const entries = this.#table;
    this.#table = new Int32Array(slots * 2);
    for (const slot of entries) if (slot !== NONE) this.#insert(slot);
  }
}

/** Mixes both halves of the id, so that ids in a row and ids in steps of a power of two spread. */
function hash(owner: number, clientOrderId: number): number {
  let h = Math.imul(clientOrderId | 0, 0x9e37_79b1) ^ Math.imul(owner | 0, 0x85eb_ca6b);
  h ^= Math.imul(Math.floor(clientOrderId / TWO_32) | 0, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b_3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

function grown<A extends Float64Array | Uint32Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
