/** A list of prices that grows, is emptied, and is used again. */

/** At the first price: most books never hold one. */
const FIRST_ROOM = 64;

/** Shared by all lists that have had no price yet. */
const NO_PRICES = new Float64Array(0);

export class PriceList {
  count = 0;
  private prices = NO_PRICES;

  clear(): void {
    this.count = 0;
  }

  at(index: number): number {
    return this.prices[index]!;
  }

  /** Unless it has just been added. */
  addOnce(price: number): void {
    if (this.count > 0 && this.prices[this.count - 1] === price) return;
    if (this.count === this.prices.length) {
      const longer = new Float64Array(Math.max(FIRST_ROOM, this.prices.length * 2));
      longer.set(this.prices);
      this.prices = longer;
    }
    this.prices[this.count] = price;
    this.count += 1;
  }
}
