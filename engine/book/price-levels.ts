/** One side's price levels: a directly indexed window where prices cluster, a tree for the rest. */

import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { LevelTree } from './level-tree.ts';
import { TickBitmap } from './tick-bitmap.ts';

const { COUNT, NEXT, NONE, PREVIOUS, PRICE, QUANTITY, SHIFT, TAG } = ROW;

/** Four bytes a tick: 4 KiB for a side with few prices, 512 KiB for one whose prices spread. */
export const INITIAL_WINDOW_TICKS = 1024;
export const MAX_WINDOW_TICKS = 131_072;

/** Uses of the tree that pay for moving the window, at the least. */
const MOVE_CREDIT = 32;
/** Clearing this many ticks of a new window costs about as much as one use of the tree. */
const TICKS_PER_CREDIT = 64;

/** Shared by all sides that have had no level yet: a window that begins nowhere is never written. */
const NO_WINDOW = new Int32Array(0);
const NO_TICKS = new TickBitmap(0);

const LOWEST_KEY = -Number.MAX_SAFE_INTEGER;

/**
 * The key of a price is the price on the bid side and its negative on the ask side: the best level
 * is the one with the highest key, and everything below is written once for both.
 *
 *             base                            base + ticks
 *   . . . . . |  window: row per key, if any  | . . . . . .  key
 *     tree    |  bitmap: which have one       |     tree
 *
 * A level outside the window lives in a tree. Each use of the tree earns a credit, and when the
 * credits match what it costs, the window grows or moves to where the levels are. So a book whose
 * prices walk stays fast, and a flip between two far regions costs O(log levels) per command, as
 * an average over any run of commands.
 */
export class PriceLevels {
  /** The best level, or NONE. */
  best: number = NONE;
  /** Its key; `-Infinity` when there is none. */
  bestKey = Number.NEGATIVE_INFINITY;
  count = 0;
  private window: Int32Array;
  private bitmap: TickBitmap;
  /** The key of the window's first tick; `base` to `base + ticks - 1` are safe integers. */
  private base = Number.NEGATIVE_INFINITY;
  private ticks: number;
  private credits = 0;
  private readonly tree: LevelTree;
  private readonly memory: BookMemory;
  /** 1 for bids, -1 for asks. */
  readonly sign: 1 | -1;
  private readonly tag: number;
  private readonly maxTicks: number;

  constructor(memory: BookMemory, sign: 1 | -1, tag: number, maxTicks: number = MAX_WINDOW_TICKS) {
    this.memory = memory;
    this.sign = sign;
    this.tag = tag;
    this.maxTicks = maxTicks;
    this.tree = new LevelTree(memory, sign);
    this.ticks = Math.min(INITIAL_WINDOW_TICKS, maxTicks);
    // The first level allocates the window: most instruments of a large market never trade.
    this.window = NO_WINDOW;
    this.bitmap = NO_TICKS;
  }

  /** Ticks of the window now; 0 before the first level. */
  get windowTicks(): number {
    return this.window.length;
  }

  /** Levels that the window does not reach now. */
  get outsideCount(): number {
    return this.tree.size;
  }

  /** The level with this key, or NONE. */
  find(key: number): number {
    const offset = key - this.base;
    if (offset >= 0 && offset < this.ticks) {
      // The bitmap is small enough to stay in the cache, the window is not; most new prices of a
      // sparse book have no level.
      return this.bitmap.has(offset | 0) ? this.window[offset | 0]! : NONE;
    }
    return this.findOutside(key);
  }

  /** A new level without orders; there is none with this key yet. */
  add(key: number): number {
    const { links, values } = this.memory;
    const level = this.memory.take();
    const at = level << SHIFT;
    links[at + NEXT] = level;
    links[at + PREVIOUS] = level;
    links[at + COUNT] = 0;
    links[at + TAG] = this.tag;
    // + 0, because -1 * 0 is -0.
    values[at + PRICE] = this.sign * key + 0;
    values[at + QUANTITY] = 0;
    this.count += 1;
    if (key > this.bestKey) {
      this.bestKey = key;
      this.best = level;
    }
    const offset = key - this.base;
    if (offset >= 0 && offset < this.ticks) {
      this.window[offset | 0] = level;
      this.bitmap.set(offset | 0);
    } else {
      this.addOutside(level, key);
    }
    return level;
  }

  /** Removes a level, whose orders are gone. */
  remove(level: number): void {
    const key = this.keyOf(level);
    const offset = key - this.base;
    if (offset >= 0 && offset < this.ticks) {
      this.bitmap.clear(offset | 0);
    } else {
      this.tree.remove(level);
      this.credits += 1;
    }
    this.count -= 1;
    if (level === this.best) {
      this.best = this.nextBelow(key);
      this.bestKey = this.best === NONE ? Number.NEGATIVE_INFINITY : this.keyOf(this.best);
    }
    this.memory.release(level);
  }

  /** The next level that is worse than this one, or NONE. */
  worse(level: number): number {
    return this.nextBelow(this.keyOf(level));
  }

  private keyOf(level: number): number {
    return this.sign * this.memory.values[(level << SHIFT) + PRICE]!;
  }

  private nextBelow(key: number): number {
    const inside = this.nextInside(key);
    if (this.tree.size === 0) return inside;
    const outside = this.tree.highestBelow(key);
    if (inside === NONE || outside === NONE) return inside + outside;
    return this.keyOf(inside) > this.keyOf(outside) ? inside : outside;
  }

  private nextInside(key: number): number {
    const offset = key - this.base;
    if (!(offset > 0)) return NONE;
    const isInside = offset < this.ticks;
    const tick = isInside ? this.bitmap.highestBelow(offset | 0) : this.bitmap.highest();
    return tick < 0 ? NONE : this.window[tick]!;
  }

  private findOutside(key: number): number {
    if (this.tree.size === 0) return NONE;
    this.credits += 1;
    return this.tree.find(key);
  }

  private addOutside(level: number, key: number): void {
    this.tree.add(level);
    this.credits += 1;
    if (this.window.length === 0) this.moveWindow(key - (this.ticks >> 1), this.ticks);
    else if (this.credits >= MOVE_CREDIT) this.considerMove(key);
  }

  /** Grows or moves the window when that brings `key` or the best level into it. */
  private considerMove(key: number): void {
    const inside = this.count - this.tree.size;
    if (this.credits < Math.max(inside, this.ticks / TICKS_PER_CREDIT)) return;
    this.credits = 0;
    const highestTick = this.bitmap.highest();
    const highest = highestTick < 0 ? key : Math.max(key, this.base + highestTick);
    const lowest = highestTick < 0 ? key : Math.min(key, this.base + this.bitmap.lowest());
    const span = highest - lowest + 1;
    if (span <= this.maxTicks) {
      let ticks = this.ticks;
      // Twice the span, so that the next few prices fit as well.
      while (ticks < span * 2 && ticks < this.maxTicks) ticks *= 2;
      this.moveWindow(lowest - Math.floor((ticks - span) / 2), ticks);
    } else if (!this.isCentral(this.bestKey)) {
      this.moveWindow(this.bestKey - this.ticks * 0.75, this.ticks);
    }
  }

  /** Whether the window reaches well to both sides of the key. */
  private isCentral(key: number): boolean {
    const offset = key - this.base;
    return offset >= this.ticks / 4 && offset < this.ticks - this.ticks / 8;
  }

  private moveWindow(wantedBase: number, ticks: number): void {
    // The last key of the window must be a safe integer too.
    const highestBase = Number.MAX_SAFE_INTEGER - ticks + 1;
    const base = Math.min(highestBase, Math.max(LOWEST_KEY, wantedBase));
    this.emptyWindowIntoTree();
    if (this.window.length !== ticks) {
      this.window = new Int32Array(ticks);
      this.bitmap = new TickBitmap(ticks);
      this.ticks = ticks;
    }
    this.base = base;
    let level = this.tree.highestBelow(base + ticks);
    while (level !== NONE && this.keyOf(level) >= base) {
      const key = this.keyOf(level);
      this.tree.remove(level);
      this.window[key - base] = level;
      this.bitmap.set(key - base);
      level = this.tree.highestBelow(key);
    }
  }

  private emptyWindowIntoTree(): void {
    let tick = this.bitmap.highest();
    while (tick >= 0) {
      this.tree.add(this.window[tick]!);
      this.bitmap.clear(tick);
      tick = this.bitmap.highestBelow(tick);
    }
  }
}
