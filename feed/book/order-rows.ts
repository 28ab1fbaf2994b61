/** The memory of an order book's replica: orders and the queues of levels, as rows of typed arrays. */

const FIRST_ROWS = 16;

/**
 * Row 0 is never given out: it stands for "none", and its id is 0.
 *
 * ```
 *  order row | id | shown | ahead | behind | queue |      free: behind = next free row
 *  queue row | price | side | quantity | count | first | last | seeds of the hash |
 *
 *  queue --first--> order <--ahead-- order <--ahead-- order <--last-- queue
 *                        --behind-->      --behind-->
 * ```
 */
export class OrderRows {
  ids = new Float64Array(FIRST_ROWS);
  /** The ids as they enter the two lanes of the hash. */
  idsA = new Int32Array(FIRST_ROWS);
  idsB = new Int32Array(FIRST_ROWS);
  shown = new Float64Array(FIRST_ROWS);
  ahead = new Int32Array(FIRST_ROWS);
  behind = new Int32Array(FIRST_ROWS);
  queues = new Int32Array(FIRST_ROWS);
  #free = 0;
  #used = 1;

  take(): number {
    const row = this.#free;
    if (row !== 0) {
      this.#free = this.behind[row] as number;
      return row;
    }
    if (this.#used === this.ids.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  release(row: number): void {
    this.behind[row] = this.#free;
    this.#free = row;
  }

  clear(): void {
    this.#free = 0;
    this.#used = 1;
  }

  #grow(): void {
    this.ids = longer(this.ids, Float64Array);
    this.idsA = longer(this.idsA, Int32Array);
    this.idsB = longer(this.idsB, Int32Array);
    this.shown = longer(this.shown, Float64Array);
    this.ahead = longer(this.ahead, Int32Array);
    this.behind = longer(this.behind, Int32Array);
    this.queues = longer(this.queues, Int32Array);
  }
}

/** As above; the free list goes through `first`. */
export class QueueRows {
  prices = new Float64Array(FIRST_ROWS);
  sides = new Int32Array(FIRST_ROWS);
  quantities = new Float64Array(FIRST_ROWS);
  counts = new Int32Array(FIRST_ROWS);
  first = new Int32Array(FIRST_ROWS);
  last = new Int32Array(FIRST_ROWS);
  seedsA = new Int32Array(FIRST_ROWS);
  seedsB = new Int32Array(FIRST_ROWS);
  #free = 0;
  #used = 1;

  take(): number {
    const row = this.#free;
    if (row !== 0) {
      this.#free = this.first[row] as number;
      return row;
    }
    if (this.#used === this.prices.length) this.#grow();
    this.#used += 1;
    return this.#used - 1;
  }

  release(row: number): void {
    this.first[row] = this.#free;
    this.#free = row;
  }

  clear(): void {
    this.#free = 0;
    this.#used = 1;
  }

  #grow(): void {
    this.prices = longer(this.prices, Float64Array);
    this.sides = longer(this.sides, Int32Array);
    this.quantities = longer(this.quantities, Float64Array);
    this.counts = longer(this.counts, Int32Array);
    this.first = longer(this.first, Int32Array);
    this.last = longer(this.last, Int32Array);
    this.seedsA = longer(this.seedsA, Int32Array);
    this.seedsB = longer(this.seedsB, Int32Array);
  }
}

interface Numbers<T> {
  readonly length: number;
  set(from: T): void;
}

function longer<T extends Numbers<T>>(array: T, create: new (length: number) => T): T {
  const copy = new create(array.length * 2);
  copy.set(array);
  return copy;
}
