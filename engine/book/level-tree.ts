/** Levels far from the touch, ordered by key: a treap, so that every step is O(log levels). */

import {
  LEFT,
  LEVEL_VALUE_SHIFT,
  type LevelPool,
  NO_LEVEL,
  PRICE,
  PRIORITY,
  RIGHT,
  TREE_SHIFT,
} from './level-pool.ts';

/** Says that a link is the root and not in a row. */
const ROOT = -1;

/**
 * A search tree by key whose rows are also a heap by a pseudo-random priority (Seidel and Aragon,
 * 1996), which keeps it balanced whatever the prices. The key is the price times `sign`, so that
 * higher is better on both sides. Priorities come from a fixed sequence: same commands, same tree.
 */
export class LevelTree {
  size = 0;
  private root = NO_LEVEL;
  private random = 0x2545_f491;
  private readonly pool: LevelPool;
  private readonly sign: number;

  constructor(pool: LevelPool, sign: 1 | -1) {
    this.pool = pool;
    this.sign = sign;
  }

  /** The level with this key, or NO_LEVEL. */
  find(key: number): number {
    const tree = this.pool.tree;
    let level = this.root;
    while (level !== NO_LEVEL) {
      const own = this.keyOf(level);
      if (own === key) return level;
      level = tree[(level << TREE_SHIFT) + (key < own ? LEFT : RIGHT)]!;
    }
    return NO_LEVEL;
  }

  /** The level with the highest key below this one, or NO_LEVEL; `Infinity` asks for the highest. */
  highestBelow(key: number): number {
    const tree = this.pool.tree;
    let found = NO_LEVEL;
    let level = this.root;
    while (level !== NO_LEVEL) {
      const isBelow = this.keyOf(level) < key;
      if (isBelow) found = level;
      level = tree[(level << TREE_SHIFT) + (isBelow ? RIGHT : LEFT)]!;
    }
    return found;
  }

  /** Adds a level whose key is not in the tree. */
  add(level: number): void {
    const tree = this.pool.tree;
    const key = this.keyOf(level);
    const priority = this.nextRandom();
    let link = ROOT;
    let node = this.root;
    while (node !== NO_LEVEL && tree[(node << TREE_SHIFT) + PRIORITY]! >= priority) {
      link = (node << TREE_SHIFT) + (key < this.keyOf(node) ? LEFT : RIGHT);
      node = tree[link]!;
    }
    tree[(level << TREE_SHIFT) + PRIORITY] = priority;
    this.split(node, level, key);
    this.setLink(link, level);
    this.size += 1;
  }

  /** Removes a level that is in the tree. */
  remove(level: number): void {
    const tree = this.pool.tree;
    const key = this.keyOf(level);
    let link = ROOT;
    let node = this.root;
    while (node !== level) {
      link = (node << TREE_SHIFT) + (key < this.keyOf(node) ? LEFT : RIGHT);
      node = tree[link]!;
    }
    let left = tree[(level << TREE_SHIFT) + LEFT]!;
    let right = tree[(level << TREE_SHIFT) + RIGHT]!;
    // Merge what hung below it: the higher priority goes up, the rest below it.
    while (left !== NO_LEVEL && right !== NO_LEVEL) {
      const leftAt = left << TREE_SHIFT;
      const rightAt = right << TREE_SHIFT;
      if (tree[leftAt + PRIORITY]! >= tree[rightAt + PRIORITY]!) {
        this.setLink(link, left);
        link = leftAt + RIGHT;
        left = tree[link]!;
      } else {
        this.setLink(link, right);
        link = rightAt + LEFT;
        right = tree[link]!;
      }
    }
    this.setLink(link, left === NO_LEVEL ? right : left);
    this.size -= 1;
  }

  /** Hangs the subtree's lower keys left of the level and the higher ones right of it. */
  private split(subtree: number, level: number, key: number): void {
    const tree = this.pool.tree;
    let leftLink = (level << TREE_SHIFT) + LEFT;
    let rightLink = (level << TREE_SHIFT) + RIGHT;
    let node = subtree;
    while (node !== NO_LEVEL) {
      if (this.keyOf(node) < key) {
        tree[leftLink] = node;
        leftLink = (node << TREE_SHIFT) + RIGHT;
        node = tree[leftLink]!;
      } else {
        tree[rightLink] = node;
        rightLink = (node << TREE_SHIFT) + LEFT;
        node = tree[rightLink]!;
      }
    }
    tree[leftLink] = NO_LEVEL;
    tree[rightLink] = NO_LEVEL;
  }

  private setLink(link: number, level: number): void {
    if (link === ROOT) this.root = level;
    else this.pool.tree[link] = level;
  }

  private keyOf(level: number): number {
    return this.sign * this.pool.values[(level << LEVEL_VALUE_SHIFT) + PRICE]!;
  }

  /** Xorshift32 (Marsaglia, 2003). */
  private nextRandom(): number {
    let x = this.random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.random = x;
    return x;
  }
}
