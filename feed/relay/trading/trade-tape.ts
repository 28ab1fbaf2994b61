/** The newest trades of all instruments: for the day on which one is taken back. */

const TRADE_ID = 0;
const INSTRUMENT = 1;
const SECOND = 2;
const PRICE = 3;
/** 0: busted. */
const QUANTITY = 4;
export const TAPE_COLUMNS = 5;
const FIRST_ROWS = 1024;

export interface TapedTrade {
  readonly tradeId: number;
  readonly instrument: number;
  readonly second: number;
  readonly price: number;
  readonly quantity: number;
}

/** A ring by time, oldest first; a trade is found by its id, for ids and seconds rise together. */
export class TradeTape {
  readonly #kept: number;
  #rows = new Float64Array(FIRST_ROWS * TAPE_COLUMNS);
  #capacity: number;
  #count = 0;
  /** Second of the newest trade that had to make room; -1: none had. */
  lostSecond = -1;

  constructor(kept: number) {
    this.#kept = kept;
    this.#capacity = Math.min(FIRST_ROWS, kept);
  }

  get length(): number {
    return Math.min(this.#count, this.#capacity);
  }

  add({ tradeId, instrument, second, price, quantity }: TapedTrade): void {
    if (this.#count >= this.#capacity) {
      if (this.#capacity < this.#kept) this.#grow();
      else this.lostSecond = this.at(0).second;
    }
    const at = (this.#count % this.#capacity) * TAPE_COLUMNS;
    this.#rows.set([tradeId, instrument, second, price, quantity], at);
    this.#count += 1;
  }

  /** Place of a trade, also of a busted one; -1 when it is not kept. */
  find(tradeId: number, instrument: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle).tradeId < tradeId) low = middle + 1;
      else high = middle;
    }
    if (low === this.length) return -1;
    const found = this.at(low);
    return found.tradeId === tradeId && found.instrument === instrument ? low : -1;
  }

  at(index: number): TapedTrade {
    const at = this.#offset(index);
    const rows = this.#rows;
    return {
      tradeId: rows[at + TRADE_ID] as number,
      instrument: rows[at + INSTRUMENT] as number,
      second: rows[at + SECOND] as number,
      price: rows[at + PRICE] as number,
      quantity: rows[at + QUANTITY] as number,
    };
  }

  /** A quantity of 0 busts it. */
  change(index: number, price: number, quantity: number): void {
    const at = this.#offset(index);
    this.#rows[at + PRICE] = price;
    this.#rows[at + QUANTITY] = quantity;
  }

  /** The places from `index` back and on that are of the same second: `from` up to, without, `to`. */
  secondAround(index: number): { readonly from: number; readonly to: number } {
    const { second } = this.at(index);
    let from = index;
    let to = index + 1;
    while (from > 0 && this.at(from - 1).second === second) from -= 1;
    while (to < this.length && this.at(to).second === second) to += 1;
    return { from, to };
  }

  #offset(index: number): number {
    const first = Math.max(0, this.#count - this.#capacity);
    return ((first + index) % this.#capacity) * TAPE_COLUMNS;
  }

  #grow(): void {
    this.#capacity = Math.min(this.#capacity * 2, this.#kept);
    const larger = new Float64Array(this.#capacity * TAPE_COLUMNS);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
