/** Price levels of all books that share it, as rows of typed arrays, with a free list. */

/** No level. Slot 0 is never given out. */
export const NO_LEVEL = 0;

/**
 * A row of `links`, at `level << LEVEL_LINK_SHIFT`.
 *
 *    0      4      8       12
 *   | HEAD | TAIL | COUNT | TAG |      HEAD and TAIL are order slots; TAG = book << 1 | side
 */
export const LEVEL_LINK_SHIFT = 2;
export const HEAD = 0;
export const TAIL = 1;
export const COUNT = 2;
export const TAG = 3;

/**
 * A row of `values`, at `level << LEVEL_VALUE_SHIFT`.
 *
 *    0       8
 *   | PRICE | QUANTITY |
 */
export const LEVEL_VALUE_SHIFT = 1;
export const PRICE = 0;
export const QUANTITY = 1;

/** A row of `tree`, at `level << TREE_SHIFT`: used by levels outside their side's window only. */
export const TREE_SHIFT = 2;
export const LEFT = 0;
export const RIGHT = 1;
export const PRIORITY = 2;

const INITIAL_LEVELS = 256;

/** There is at most one level per order, so the order pool's limit bounds this one too. */
export class LevelPool {
  /** All are replaced when the pool grows, so that no one may keep them across a `take`. */
  links: Int32Array;
  values: Float64Array;
  tree: Int32Array;
  /** Levels taken now. */
  size = 0;
  capacity: number;
  private firstFree = NO_LEVEL;
  private highestUsed = 0;

  constructor(initialCapacity: number = INITIAL_LEVELS) {
    this.capacity = Math.max(1, initialCapacity);
    this.links = new Int32Array((this.capacity + 1) << LEVEL_LINK_SHIFT);
    this.values = new Float64Array((this.capacity + 1) << LEVEL_VALUE_SHIFT);
    this.tree = new Int32Array((this.capacity + 1) << TREE_SHIFT);
  }

  /** A level without orders. */
  take(price: number, tag: number): number {
    let level = this.firstFree;
    if (level !== NO_LEVEL) {
      this.firstFree = this.links[(level << LEVEL_LINK_SHIFT) + HEAD]!;
    } else {
      if (this.highestUsed === this.capacity) this.grow();
      this.highestUsed += 1;
      level = this.highestUsed;
    }
    this.size += 1;
    const links = this.links;
    const at = level << LEVEL_LINK_SHIFT;
    links[at + HEAD] = 0;
    links[at + TAIL] = 0;
    links[at + COUNT] = 0;
    links[at + TAG] = tag;
    this.values[(level << LEVEL_VALUE_SHIFT) + PRICE] = price;
    this.values[(level << LEVEL_VALUE_SHIFT) + QUANTITY] = 0;
    return level;
  }

  release(level: number): void {
    this.links[(level << LEVEL_LINK_SHIFT) + HEAD] = this.firstFree;
    this.firstFree = level;
    this.size -= 1;
  }

  private grow(): void {
    this.capacity *= 2;
    const links = new Int32Array((this.capacity + 1) << LEVEL_LINK_SHIFT);
    const values = new Float64Array((this.capacity + 1) << LEVEL_VALUE_SHIFT);
    const tree = new Int32Array((this.capacity + 1) << TREE_SHIFT);
    links.set(this.links);
    values.set(this.values);
    tree.set(this.tree);
    this.links = links;
    this.values = values;
    this.tree = tree;
  }
}
