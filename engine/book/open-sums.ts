/** What is open at each price of one side, and at all better ones together: kept during an auction. */

import { MAX_INTEGER } from '../../feed/index.ts';

/** Fields of a node: five numbers in a row. */
const FIELDS = 5;
const KEY = 0;
const OPEN = 1;
/** Of everything that hangs below, itself included; at most 2^53 - 1. */
const SUM = 2;
/** Better prices. */
const BETTER = 3;
const WORSE = 4;

/** Node 0 is never given out: its sum is 0, so that nothing has to be asked for before it is read. */
const NONE = 0;
const INITIAL_NODES = 32;

/**
 * A treap by key (see `PriceLevels`: the higher is the better price), in which each node knows the
 * sum of its subtree. So what is open from the best price down to another one is summed on one way
 * down, O(log prices), and a price that changes is mended on one way up.
 *
 * Sums end at 2^53 - 1, which is the same whatever the order of adding. What is open at one price
 * must be exact: whoever has more than that says so by `isExact`, and does without sums.
 */
export class OpenSums {
  /** False for good once a price had more open than can be told. */
  isExact = true;
  private nodes = new Float64Array(INITIAL_NODES * FIELDS);
  private root = NONE;
  /** The first node that was never used. */
  private unused = 1;
  /** Nodes given back, joined by BETTER. */
  private free = NONE;

  /** The highest key; `-Infinity` where there is none. */
  get bestKey(): number {
    const { nodes } = this;
    let best = NONE;
    for (let node = this.root; node !== NONE; node = nodes[node * FIELDS + BETTER]!) best = node;
    return best === NONE ? Number.NEGATIVE_INFINITY : nodes[best * FIELDS + KEY]!;
  }

  /** So many lots more are open at a price, or fewer. */
  change(key: number, lots: number): void {
    if (lots !== 0) this.root = this.changed(this.root, key, lots);
  }

  /** All that is open at this key and at better ones. */
  openFrom(key: number): number {
    const { nodes } = this;
    let open = 0;
    for (let node = this.root; node !== NONE; ) {
      const at = node * FIELDS;
      if (nodes[at + KEY]! >= key) {
        open += nodes[nodes[at + BETTER]! * FIELDS + SUM]! + nodes[at + OPEN]!;
        if (open >= MAX_INTEGER) return MAX_INTEGER;
        node = nodes[at + WORSE]!;
      } else {
        node = nodes[at + BETTER]!;
      }
    }
    return open;
  }

  /** The best key from which on so many lots (1 or more) are open; `-Infinity`: there are not. */
  keyReaching(lots: number): number {
    const { nodes } = this;
    let before = 0;
    for (let node = this.root; node !== NONE; ) {
      const at = node * FIELDS;
      const better = nodes[at + BETTER]!;
      const withBetter = Math.min(before + nodes[better * FIELDS + SUM]!, MAX_INTEGER);
      const withOwn = Math.min(withBetter + nodes[at + OPEN]!, MAX_INTEGER);
      if (withBetter >= lots) {
        node = better;
      } else if (withOwn >= lots) {
        return nodes[at + KEY]!;
      } else {
        before = withOwn;
        node = nodes[at + WORSE]!;
      }
    }
    return Number.NEGATIVE_INFINITY;
  }

  /**
   * The best key from which on at least `margin` lots more are open than at the other side's prices
   * that are no worse for it; `-Infinity`: there is none. O(log prices of both sides).
   */
  keyOutweighing(other: OpenSums, margin: 0 | 1): number {
    const { nodes } = this;
    let found = Number.NEGATIVE_INFINITY;
    let before = 0;
    for (let node = this.root; node !== NONE; ) {
      const at = node * FIELDS;
      const better = nodes[at + BETTER]!;
      const key = nodes[at + KEY]!;
      const open = before + nodes[better * FIELDS + SUM]! + nodes[at + OPEN]!;
      const withOwn = Math.min(open, MAX_INTEGER);
      if (withOwn >= other.openFrom(-key) + margin) {
        found = key;
        node = better;
      } else {
        before = withOwn;
        node = nodes[at + WORSE]!;
      }
    }
    return found;
  }

  /** The subtree with the change in it. */
  private changed(node: number, key: number, lots: number): number {
    if (node === NONE) return this.take(key, lots);
    const { nodes } = this;
    const at = node * FIELDS;
    const own = nodes[at + KEY]!;
    if (key === own) {
      nodes[at + OPEN]! += lots;
      if (nodes[at + OPEN] === 0) return this.release(node);
      if (nodes[at + OPEN]! > MAX_INTEGER) this.isExact = false;
    } else {
      const link = key > own ? BETTER : WORSE;
      const child = this.changed(nodes[at + link]!, key, lots);
      // The nodes may have moved to a larger array meanwhile.
      this.nodes[at + link] = child;
      if (child !== NONE && priorityOf(child) > priorityOf(node)) {
        return this.raised(node, child, link);
      }
    }
    this.sumUp(node);
    return node;
  }

  /** A child with the higher priority takes its parent's place. */
  private raised(node: number, child: number, link: number): number {
    const { nodes } = this;
    const opposite = BETTER + WORSE - link;
    nodes[node * FIELDS + link] = nodes[child * FIELDS + opposite]!;
    nodes[child * FIELDS + opposite] = node;
    this.sumUp(node);
    this.sumUp(child);
    return child;
  }

  private sumUp(node: number): void {
    const { nodes } = this;
    const at = node * FIELDS;
    const below =
      nodes[nodes[at + BETTER]! * FIELDS + SUM]! + nodes[nodes[at + WORSE]! * FIELDS + SUM]!;
    nodes[at + SUM] = Math.min(Math.min(below, MAX_INTEGER) + nodes[at + OPEN]!, MAX_INTEGER);
  }

  private take(key: number, open: number): number {
    let node = this.free;
    if (node !== NONE) {
      this.free = this.nodes[node * FIELDS + BETTER]!;
    } else {
      node = this.unused;
      this.unused += 1;
      if (this.unused * FIELDS > this.nodes.length) {
        const larger = new Float64Array(this.nodes.length * 2);
        larger.set(this.nodes);
        this.nodes = larger;
      }
    }
    if (open > MAX_INTEGER) this.isExact = false;
    const at = node * FIELDS;
    this.nodes[at + KEY] = key;
    this.nodes[at + OPEN] = open;
    this.nodes[at + SUM] = open;
    this.nodes[at + BETTER] = NONE;
    this.nodes[at + WORSE] = NONE;
    return node;
  }

  /** Takes a node out; answers what comes in its place. */
  private release(node: number): number {
    const { nodes } = this;
    const at = node * FIELDS;
    const merged = this.merged(nodes[at + BETTER]!, nodes[at + WORSE]!);
    nodes[at + BETTER] = this.free;
    this.free = node;
    return merged;
  }

  private merged(better: number, worse: number): number {
    if (better === NONE || worse === NONE) return better + worse;
    const { nodes } = this;
    const isBetterUp = priorityOf(better) > priorityOf(worse);
    const up = isBetterUp ? better : worse;
    const link = up * FIELDS + (isBetterUp ? WORSE : BETTER);
    nodes[link] = isBetterUp ? this.merged(nodes[link]!, worse) : this.merged(better, nodes[link]!);
    this.sumUp(up);
    return up;
  }
}

/** A permutation of the 32-bit numbers (MurmurHash3's finisher), so no two nodes have the same. */
function priorityOf(node: number): number {
  let h = Math.imul(node ^ (node >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}
