/** Who an order belongs to and what its owner calls it: client order ids to order ids and back. */

import { MAX_INTEGER } from '../feed/index.ts';
import { DUPLICATE_WINDOW, MAX_OPEN_ORDERS, ORDER_SLOTS } from './limits.ts';
import { OrderSlots, SLOT } from './order-slots.ts';
import { MAX_OWNERS } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

const { ARRIVAL, CLIENT_ORDER_ID, GENERATION, INSTRUMENT, NEXT, NONE } = SLOT;
const { NUMBERS_SHIFT, OWNER, WORDS_SHIFT } = SLOT;
const FIRST_OWNERS = 1024;
const MAX_I32 = 0x7fff_ffff;
/** What a slot takes in the saved state. */
const SLOT_BYTES = 4 + 8 + 4 + 4 + 8;

/** Local, for an imported constant is read from memory at each use. */
const SLOTS = ORDER_SLOTS;
/** `orderId & SLOT_MASK` is exact for any id; `%` would be a division of doubles once ids are large. */
const SLOT_MASK = ORDER_SLOTS - 1;

export interface OrderDirectoryLimits {
  readonly openOrders: number;
  /** Closed orders whose client order ids stay taken. */
  readonly closedOrders: number;
}

/**
 * ```
 *  (owner, client order id) --hash--> bucket: slot --> slot --chain--> slot <--low 22 bits-- order id
 *
 *  closed orders:  oldest -> ... -> newest     the oldest makes room once the window is full
 * ```
 * An order id is found without a search: it is `generation * 2^22 + slot`, and the generation rises
 * each time the slot is used again.
 *
 * Memory grows by doubling up to the limits, and never shrinks.
 */
export class OrderDirectory {
  openCount = 0;
  closedCount = 0;
  readonly #limits: OrderDirectoryLimits;
  readonly #slotLimit: number;
  #openByOwner = new Int32Array(FIRST_OWNERS);
  readonly #slots: OrderSlots;
  /** The newest number of an arrival. */
  #lastArrival = 0;
  #highestSlot = 0;
  #oldestClosed: number = NONE;
  #newestClosed: number = NONE;
  #spare: number = NONE;

  /** There is room for `expectedOrders`, open and closed, before anything grows. */
  constructor(
    limits: OrderDirectoryLimits = { openOrders: MAX_OPEN_ORDERS, closedOrders: DUPLICATE_WINDOW },
    expectedOrders = 0,
  ) {
    this.#limits = limits;
    // Two more: the order that leaves the window next, and the one that is being matched.
    this.#slotLimit = limits.openOrders + limits.closedOrders + 2;
    if (this.#slotLimit >= ORDER_SLOTS) throw new RangeError('The limits exceed ORDER_SLOTS.');
    this.#slots = new OrderSlots(expectedOrders);
  }

  /** A command about this id will come soon: see `OrderSlots`. */
  expect(owner: number, clientOrderId: number): void {
    this.#slots.expect(owner, clientOrderId);
  }

  warm(commands: number): number {
    return this.#slots.warm(commands);
  }

  /** How many orders the owner has open. */
  openOrdersOf(owner: number): number {
    return this.#openByOwner[owner] ?? 0;
  }

  /** True when the owner has used the id for an order that is open or still in the window. */
  isTaken(owner: number, clientOrderId: number): boolean {
    return this.#slots.has(owner, clientOrderId);
  }

  /** Takes an id that is not taken. Returns the new order's id; 0 when there is no room. */
  open(owner: number, clientOrderId: number, instrument: number): number {
    const slot = this.#takeSlot();
    if (slot === NONE) return 0;
    const words = this.#slots.words;
    const at = slot << WORDS_SHIFT;
    words[at + OWNER] = owner;
    words[at + INSTRUMENT] = instrument;
    this.#slots.numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] = clientOrderId;
    this.#lastArrival += 1;
    this.#slots.numbers[(slot << NUMBERS_SHIFT) + ARRIVAL] = this.#lastArrival;
    this.#slots.insert(slot);
    this.#countOpen(owner, 1);
    return words[at + GENERATION]! * SLOTS + slot;
  }

  /** Takes back the newest `open`: the order was refused, so its id has not been used. */
  discard(orderId: number): void {
    const slot = orderId & SLOT_MASK;
    this.#slots.remove(slot);
    this.#slots.words[(slot << WORDS_SHIFT) + INSTRUMENT] = 0;
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
    return this.#slots.numbers[((orderId & SLOT_MASK) << NUMBERS_SHIFT) + ARRIVAL]!;
  }

  /** A number behind all that have arrived, for an order that takes a new place among others. */
  nextArrival(): number {
    this.#lastArrival += 1;
    return this.#lastArrival;
  }

  /** The order has ended; its id stays taken for the window. */
  close(orderId: number): void {
    const slot = orderId & SLOT_MASK;
    const words = this.#slots.words;
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
    const slot = this.#slots.find(owner, clientOrderId);
    // Slot 0 is never used, and no instrument's.
    return this.#instrumentOf(slot) === instrument ? this.#orderIdOf(slot) : 0;
  }

  /** What the owner calls an order that is open, or was when the running command began. */
  clientOrderIdOf(orderId: number): number {
    return this.#slots.numbers[((orderId & SLOT_MASK) << NUMBERS_SHIFT) + CLIENT_ORDER_ID]!;
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
        slot = this.#slots.words[(slot << WORDS_SHIFT) + NEXT]!;
      }
      writer.u32(this.#spare);
    });
  }

  loadState(reader: StateReader): void {
    reader.part('ordr', () => {
      this.#highestSlot = reader.count(this.#slotLimit, SLOT_BYTES);
      while (this.#highestSlot >= this.#slots.room) this.#slots.grow();
      for (let slot = 1; slot <= this.#highestSlot; slot += 1) this.#loadSlot(slot, reader);
      this.#lastArrival = reader.int(0);
      let newest: number = NONE;
      for (let left = reader.count(this.#highestSlot, 4); left > 0; left -= 1) {
        const slot = this.#loadClosed(reader);
        if (newest === NONE) this.#oldestClosed = slot;
        else this.#slots.words[(newest << WORDS_SHIFT) + NEXT] = slot;
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
    this.#slots.words[at + OWNER] = owner;
    this.#slots.numbers[(slot << NUMBERS_SHIFT) + CLIENT_ORDER_ID] = reader.int(1, MAX_INTEGER);
    const generation = reader.u32();
    if (generation > MAX_I32) reader.refuse(`There is no generation ${generation}.`);
    this.#slots.words[at + GENERATION] = generation;
    const instrument = reader.u32();
    this.#slots.words[at + INSTRUMENT] = instrument;
    this.#slots.numbers[(slot << NUMBERS_SHIFT) + ARRIVAL] = reader.int(0);
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
    this.#slots.insert(slot);
  }

  #countOpen(owner: number, change: number): void {
    this.openCount += change;
    if (owner >= this.#openByOwner.length) this.#makeRoomFor(owner);
    this.#openByOwner[owner]! += change;
  }

  #makeRoomFor(owner: number): void {
    let room = this.#openByOwner.length;
    while (owner >= room) room *= 2;
    const open = new Int32Array(room);
    open.set(this.#openByOwner);
    this.#openByOwner = open;
  }

  #takeSlot(): number {
    const spare = this.#spare;
    if (spare !== NONE) {
      this.#spare = NONE;
      return spare;
    }
    // The oldest has as many behind it as the window holds.
    if (this.closedCount > this.#limits.closedOrders) return this.#forgetOldest();
    if (this.#highestSlot >= this.#slotLimit) return NONE;
    this.#highestSlot += 1;
    if (this.#highestSlot === this.#slots.room) this.#slots.grow();
    return this.#highestSlot;
  }

  #forgetOldest(): number {
    const slot = this.#oldestClosed;
    this.#oldestClosed = this.#slots.words[(slot << WORDS_SHIFT) + NEXT]!;
    if (this.#oldestClosed === NONE) this.#newestClosed = NONE;
    this.closedCount -= 1;
    this.#slots.remove(slot);
    this.#slots.words[(slot << WORDS_SHIFT) + GENERATION]! += 1;
    return slot;
  }

  #ownerOf(slot: number): number {
    return this.#slots.words[(slot << WORDS_SHIFT) + OWNER]!;
  }

  /** 0 when the slot's order is closed. */
  #instrumentOf(slot: number): number {
    return this.#slots.words[(slot << WORDS_SHIFT) + INSTRUMENT]!;
  }

  #orderIdOf(slot: number): number {
    return this.#slots.words[(slot << WORDS_SHIFT) + GENERATION]! * SLOTS + slot;
  }
}
