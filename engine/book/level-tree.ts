/** Levels far from the touch, ordered by key: a treap, so that every step is O(log levels). */

import type { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';

const { LEFT, NONE, PRICE, RIGHT, SHIFT } = ROW;

/** Says that a link is the root and not in a row. */
const ROOT = -1;

/**
 * A search tree by key that is also a heap by a pseudo-random priority (Seidel and Aragon, 1996),
 * which keeps it balanced whatever the prices. The key is the price times `sign`, so that higher
 * is better on both sides. The priority comes from the row's number: same commands, same tree.
 */
export class LevelTree {
  size = 0;
  private root: number = NONE;
  private readonly memory: BookMemory;
  private readonly sign: 1 | -1;

  constructor(memory: BookMemory, sign: 1 | -1) {
    this.memory = memory;
    this.sign = sign;
  }

  /** The level with this key, or NONE. */
  find(key: number): number {
    const values = this.memory.values;
    let level = this.root;
    while (level !== NONE) {
      const own = this.keyOf(level);
      if (own === key) return level;
      level = rowAt(values, (level << SHIFT) + (key < own ? LEFT : RIGHT));
    }
    return NONE;
  }

  /** The level with the highest key below this one, or NONE. */
  highestBelow(key: number): number {
    const values = this.memory.values;
    let found: number = NONE;
    let level = this.root;
    while (level !== NONE) {
      const isBelow = this.keyOf(level) < key;
      if (isBelow) found = level;
      level = rowAt(values, (level << SHIFT) + (isBelow ? RIGHT : LEFT));
    }
    return found;
  }

  /** Levels on the longest way down: what a find costs at the most. */
  depth(): number {
    const { values } = this.memory;
    let deepest = 0;
    let layer = this.root === NONE ? [] : [this.root];
    while (layer.length > 0) {
      deepest += 1;
      layer = layer
        .flatMap((level) => [LEFT, RIGHT].map((link) => values[(level << SHIFT) + link]!))
        .filter((level) => level !== NONE);
    }
    return deepest;
  }

  /** Adds a level whose key is not in the tree. */
  add(level: number): void {
    const values = this.memory.values;
    const key = this.keyOf(level);
    const priority = priorityOf(level);
    let link = ROOT;
    let node: number = this.root;
    while (node !== NONE && priorityOf(node) > priority) {
      link = (node << SHIFT) + (key < this.keyOf(node) ? LEFT : RIGHT);
      node = rowAt(values, link);
    }
    this.split(node, level, key);
    this.setLink(link, level);
    this.size += 1;
  }

  /** Removes a level that is in the tree. */
  remove(level: number): void {
    const values = this.memory.values;
    const key = this.keyOf(level);
    let link = ROOT;
    let node: number = this.root;
    while (node !== level) {
      link = (node << SHIFT) + (key < this.keyOf(node) ? LEFT : RIGHT);
      node = rowAt(values, link);
    }
    let left = rowAt(values, (level << SHIFT) + LEFT);
    let right = rowAt(values, (level << SHIFT) + RIGHT);
    // Merge what hung below it: the higher priority goes up, the rest below it.
    while (left !== NONE && right !== NONE) {
      const leftGoesUp = priorityOf(left) > priorityOf(right);
      const up = leftGoesUp ? left : right;
      this.setLink(link, up);
      link = (up << SHIFT) + (leftGoesUp ? RIGHT : LEFT);
      if (leftGoesUp) left = rowAt(values, link);
      else right = rowAt(values, link);
    }
    this.setLink(link, left === NONE ? right : left);
    this.size -= 1;
  }

  /** Hangs the subtree's lower keys left of the level and the higher ones right of it. */
  private split(subtree: number, level: number, key: number): void {
    const values = this.memory.values;
    let leftLink = (level << SHIFT) + LEFT;
    let rightLink = (level << SHIFT) + RIGHT;
    let node = subtree;
    while (node !== NONE) {
      if (this.keyOf(node) < key) {
        values[leftLink] = node;
        leftLink = (node << SHIFT) + RIGHT;
        node = rowAt(values, leftLink);
      } else {
        values[rightLink] = node;
        rightLink = (node << SHIFT) + LEFT;
        node = rowAt(values, rightLink);
      }
    }
    values[leftLink] = NONE;
    values[rightLink] = NONE;
  }

  private setLink(link: number, level: number): void {
    if (link === ROOT) this.root = level;
    else this.memory.values[link] = level;
  }

  private keyOf(level: number): number {
    return this.sign * this.memory.values[(level << SHIFT) + PRICE]!;
  }
}

/**
 * Rows are integers everywhere else: one that came from here as a double would make the compiler
 * keep free list and best level as doubles too, on the path of every order.
 */
function rowAt(values: Float64Array, link: number): number {
  return values[link]! | 0;
}

/** A permutation of the 32-bit numbers (MurmurHash3's finisher), so no two rows have the same. */
function priorityOf(level: number): number {
  let h = Math.imul(level ^ (level >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}
