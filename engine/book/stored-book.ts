/** One instrument's orders and levels in the shared memory, and how to read them. */

import { type BookHash, MAX_INTEGER, Side } from '../../feed/index.ts';
import type { BookContents, BookOrder } from './book.ts';
import type { BookMemory } from './book-memory.ts';
import { ROW, TAG_BITS } from './book-rows.ts';
import type { OpenSums } from './open-sums.ts';
import type { OrderIndex } from './order-index.ts';
import { FIRST_ICEBERG, unpackOwner } from './order-instructions.ts';
import { PriceLevels } from './price-levels.ts';

const {
  COUNT,
  FILLED,
  LEVEL,
  NEXT,
  NONE,
  OPEN,
  ORDER_ID,
  OWNER,
  PREVIOUS,
  PRICE,
  QUANTITY,
  SHIFT,
  TAG,
} = ROW;
const { HIDDEN, INSTRUMENT_SHIFT, SIDE } = TAG_BITS;
const { Bid, Ask } = Side;

/**
 *   side        PriceLevels: price -> level, and the best level
 *                  |
 *   level          +-> level <-> first order <-> ... <-> last order <-> (level)
 *                                  ^
 *   order id    OrderIndex --------+
 *
 * Hidden orders stand in levels of their own, which nobody is told of.
 */
export class StoredBook implements BookContents {
  orderCount = 0;
  protected readonly instrument: number;
  protected readonly memory: BookMemory;
  protected readonly index: OrderIndex;
  /** By side. An index costs no branch, and the sides of orders follow no pattern to predict. */
  protected readonly sides: readonly PriceLevels[];
  protected readonly hiddenSides: readonly PriceLevels[];
  protected icebergCount = 0;
  /**
   * No hidden order rests, matching is on and trades have no bounds: most books, most of the time.
   */
  protected isPlain = true;
  protected isMatching = true;
  /** By side; kept in an auction where somebody has asked for it. */
  protected sums: readonly OpenSums[] | undefined = undefined;
  /** The highest key at which an order of this side trades: the bounds on trades. */
  protected readonly farthestKeys: [bid: number, ask: number] = [MAX_INTEGER, MAX_INTEGER];

  protected constructor(instrument: number, memory: BookMemory, maxWindowTicks?: number) {
    this.instrument = instrument;
    this.memory = memory;
    this.index = memory.index;
    const tag = instrument << INSTRUMENT_SHIFT;
    this.sides = [
      new PriceLevels(memory, 1, tag | Bid, maxWindowTicks),
      new PriceLevels(memory, -1, tag | Ask, maxWindowTicks),
    ];
    this.hiddenSides = [
      new PriceLevels(memory, 1, tag | HIDDEN | Bid, maxWindowTicks),
      new PriceLevels(memory, -1, tag | HIDDEN | Ask, maxWindowTicks),
    ];
  }

  get isCrossed(): boolean {
    return this.bestKeyOf(Bid) + this.bestKeyOf(Ask) >= 0;
  }

  orderOf(orderId: number): BookOrder | undefined {
    const { links, values } = this.memory;
    const order = this.index.find(this.index.bucketOf(orderId), orderId);
    const at = order << SHIFT;
    const levelAt = links[at + LEVEL]! << SHIFT;
    const tag = links[levelAt + TAG]!;
    // The memory holds the orders of all books.
    if (order === NONE || tag >> INSTRUMENT_SHIFT !== this.instrument) return undefined;
    return {
      side: (tag & SIDE) as Side,
      price: values[levelAt + PRICE]!,
      open: values[at + OPEN]! + this.hiddenOf(order),
      filled: values[at + FILLED]!,
    };
  }

  bestPrice(side: Side): number | undefined {
    const best = this.sides[side]!.best;
    return best === NONE ? undefined : this.memory.values[(best << SHIFT) + PRICE]!;
  }

  levelCount(side: Side): number {
    return this.sides[side]!.count;
  }

  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void {
    const { links, values } = this.memory;
    const levels = this.sides[side]!;
    for (let level = levels.best; level !== NONE; level = levels.worse(level)) {
      const at = level << SHIFT;
      visit(values[at + PRICE]!, values[at + QUANTITY]!, links[at + COUNT]!);
    }
  }

  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number, hidden: number) => void,
  ): void {
    const levels = this.sides[side]!;
    const level = levels.find(levels.sign * price);
    const { links, values } = this.memory;
    // A fraction of a tick finds the level below it.
    if (level === NONE || values[(level << SHIFT) + PRICE] !== price) return;
    let order = links[(level << SHIFT) + NEXT]!;
    while (order !== level) {
      const at = order << SHIFT;
      const owner = unpackOwner(values[at + OWNER]!);
      const hidden = this.hiddenOf(order);
      visit(values[at + ORDER_ID]!, owner, values[at + OPEN]!, values[at + FILLED]!, hidden);
      order = links[at + NEXT]!;
    }
  }

  forEachHidden(
    side: Side,
    visit: (orderId: number, owner: number, price: number, open: number, filled: number) => void,
  ): void {
    const { links, values } = this.memory;
    const levels = this.hiddenSides[side]!;
    for (let level = levels.best; level !== NONE; level = levels.worse(level)) {
      const price = values[(level << SHIFT) + PRICE]!;
      let order = links[(level << SHIFT) + NEXT]!;
      while (order !== level) {
        const at = order << SHIFT;
        const owner = unpackOwner(values[at + OWNER]!);
        visit(values[at + ORDER_ID]!, owner, price, values[at + OPEN]!, values[at + FILLED]!);
        order = links[at + NEXT]!;
      }
    }
  }

  forEachOpen(side: Side, visit: (price: number, open: number) => boolean): void {
    const { values } = this.memory;
    const shown = this.sides[side]!;
    const hidden = this.hiddenSides[side]!;
    let price = 0;
    let open = 0;
    let level = this.bestLevel(side);
    let nextShown = shown.best;
    let nextHidden = hidden.best;
    while (level !== NONE) {
      price = values[(level << SHIFT) + PRICE]!;
      open = 0;
      if (nextShown !== NONE && values[(nextShown << SHIFT) + PRICE] === price) {
        open = this.openAt(nextShown);
        nextShown = shown.worse(nextShown);
      }
      if (nextHidden !== NONE && values[(nextHidden << SHIFT) + PRICE] === price) {
        open = Math.min(MAX_INTEGER, open + values[(nextHidden << SHIFT) + QUANTITY]!);
        nextHidden = hidden.worse(nextHidden);
      }
      if (!visit(price, open)) return;
      level = this.bestOf(nextShown, nextHidden);
    }
  }

  /** Adds every level to the hash, which its caller has reset. */
  hashInto(hash: BookHash): void {
    for (const side of [Bid, Ask]) {
      this.forEachLevel(side, (price, quantity, orderCount) => {
        hash.add(side, price, quantity, orderCount);
      });
    }
  }

  /** To be called when what it depends on has changed. */
  protected judgePlain(): void {
    this.isPlain =
      this.isMatching &&
      this.hiddenSides[Bid]!.count + this.hiddenSides[Ask]!.count === 0 &&
      this.farthestKeys[Bid] === MAX_INTEGER &&
      this.farthestKeys[Ask] === MAX_INTEGER;
  }

  /** Puts an order, whose row is written, at the end of a level's queue. */
  protected link(order: number, level: number): void {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const levelAt = level << SHIFT;
    const last = links[levelAt + PREVIOUS]!;
    links[at + NEXT] = level;
    links[at + PREVIOUS] = last;
    links[at + LEVEL] = level;
    links[(last << SHIFT) + NEXT] = order;
    links[levelAt + PREVIOUS] = order;
    links[levelAt + COUNT]! += 1;
    values[levelAt + QUANTITY]! += values[at + OPEN]!;
  }

  /** Of all that is open, shown or not; `-Infinity` when nothing is. */
  protected bestKeyOf(side: Side): number {
    const shown = this.sides[side]!.bestKey;
    const hidden = this.hiddenSides[side]!.bestKey;
    return hidden > shown ? hidden : shown;
  }

  /** Which of a shown and a hidden level of one side is met first; NONE when both are. */
  protected bestOf(shown: number, hidden: number): number {
    if (hidden === NONE || shown === NONE) return shown + hidden;
    const { links, values } = this.memory;
    const difference = values[(hidden << SHIFT) + PRICE]! - values[(shown << SHIFT) + PRICE]!;
    const isAsk = (links[(shown << SHIFT) + TAG]! & SIDE) === Ask;
    return (isAsk ? -difference : difference) > 0 ? hidden : shown;
  }

  /** Lots of an order that are open and not shown, of an order that is shown in part. */
  protected hiddenOf(order: number): number {
    const { hidden, values } = this.memory;
    return values[(order << SHIFT) + OWNER]! >= FIRST_ICEBERG ? hidden[order]! : 0;
  }

  /** The level that is met first on a side, or NONE. */
  protected bestLevel(side: Side): number {
    return this.bestOf(this.sides[side]!.best, this.hiddenSides[side]!.best);
  }

  /** So many lots more are open at a price, or fewer: to be called wherever matching may be off. */
  protected noteOpen(side: Side, price: number, lots: number): void {
    this.sums?.[side]?.change(this.sides[side]!.sign * price, lots);
  }

  /** The levels that a level is one of. */
  protected levelsOf(level: number): PriceLevels {
    const tag = this.memory.links[(level << SHIFT) + TAG]!;
    return ((tag & HIDDEN) === 0 ? this.sides : this.hiddenSides)[tag & SIDE]!;
  }

  protected isHiddenLevel(level: number): boolean {
    return (this.memory.links[(level << SHIFT) + TAG]! & HIDDEN) !== 0;
  }

  /** All that is open in a shown level, up to 2^53 - 1. */
  private openAt(level: number): number {
    const { links, values } = this.memory;
    let open = values[(level << SHIFT) + QUANTITY]!;
    if (this.icebergCount === 0) return open;
    for (let order = links[(level << SHIFT) + NEXT]!; order !== level; ) {
      open = Math.min(MAX_INTEGER, open + this.hiddenOf(order));
      order = links[(order << SHIFT) + NEXT]!;
    }
    return open;
  }
}
