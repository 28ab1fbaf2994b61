/** How many transactions one change of the book sums up, over the newest changes. */

/** Changes after which older ones count half: the figure follows, and does not jump. */
const HALVE_AFTER = 512;

export class ConflationCount {
  #changes = 0;
  #transactions = 0;

  add(transactions: number): void {
    if (this.#changes >= HALVE_AFTER) {
      this.#changes /= 2;
      this.#transactions /= 2;
    }
    this.#changes += 1;
    this.#transactions += transactions;
  }

  clear(): void {
    this.#changes = 0;
    this.#transactions = 0;
  }

  /** NaN before any change. */
  get perChange(): number {
    return this.#changes === 0 ? Number.NaN : this.#transactions / this.#changes;
  }
}
