/**
 * Which levels of one instrument were touched since a sequence, for clients that come back with
 * the book of that sequence. Each price is kept once, with its newest change, so a book that keeps
 * changing at the same prices reaches back as long as it likes in the memory of those prices.
 */

import { Side } from '../../feed/index.ts';
import { MAX_TOUCHED_PRICES } from '../protocol/index.ts';

/** What a client that comes back says it holds. */
export interface ResumePoint {
  readonly epochSeconds: number;
  readonly epochRandom: number;
  /** The instrument's sequence that it has. */
  readonly sequence: number;
  /** The worst price of a side that is full, or `null` when the client has the whole side. */
  readonly lowestBid: number | null;
  readonly highestAsk: number | null;
}

export class BookHistory {
  /** Price to the sequence it changed at, or an earlier one behind the last transaction's end. */
  readonly #touched: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  #from = Number.POSITIVE_INFINITY;
  /** Moves on with every change of a side, so that whoever shows it sees that there was none. */
  readonly #versions: [number, number] = [0, 0];

  /** Another number than before when levels of the side may have changed since. */
  version(side: Side): number {
    return this.#versions[side];
  }

  /** Changes behind this sequence are all here. */
  get from(): number {
    return this.#from;
  }

  touch(side: Side, price: number, sequence: number): void {
    this.#versions[side] += 1;
    const prices = this.#touched[side];
    prices.set(price, sequence);
    if (prices.size > MAX_TOUCHED_PRICES) this.#forgetOlderHalf(prices);
  }

  /** The book has been replaced: nothing is known until `begin`. */
  forget(): void {
    this.doubt();
    this.#from = Number.POSITIVE_INFINITY;
    for (const prices of this.#touched) prices.clear();
  }

  /** Levels may be others without a word: a relay's book may have been put in their place. */
  doubt(): void {
    this.#versions[Side.Bid] += 1;
    this.#versions[Side.Ask] += 1;
  }

  /** From here on every change is told. Does nothing where that was so already. */
  begin(sequence: number): void {
    if (this.#from === Number.POSITIVE_INFINITY) this.#from = sequence;
  }

  /**
   * Changes from before `begin`, all of them behind `from` and up to `upTo`, by price. Does nothing
   * where there is a hole between them and what is known.
   */
  learn(
    from: number,
    upTo: number,
    sides: readonly [ReadonlyMap<number, number>, ReadonlyMap<number, number>],
  ): void {
    if (from >= this.#from || this.#from > upTo) return;
    this.#from = from;
    for (const [side, learnt] of sides.entries()) {
      const prices = this.#touched[side as Side];
      for (const [price, at] of learnt) {
        if ((prices.get(price) ?? 0) < at) prices.set(price, at);
      }
      while (prices.size > MAX_TOUCHED_PRICES) this.#forgetOlderHalf(prices);
    }
  }

  /** The prices touched behind `sequence`, or `undefined` when it does not reach back so far. */
  since(side: Side, sequence: number): number[] | undefined {
    if (sequence < this.#from) return undefined;
    const prices: number[] = [];
    for (const [price, at] of this.#touched[side]) if (at > sequence) prices.push(price);
    return prices;
  }

  #forgetOlderHalf(prices: Map<number, number>): void {
    const sequences = [...prices.values()].sort((a, b) => a - b);
    const upTo = sequences[sequences.length >>> 1] as number;
    for (const [price, at] of prices) if (at <= upTo) prices.delete(price);
    this.#from = Math.max(this.#from, upTo);
  }
}
