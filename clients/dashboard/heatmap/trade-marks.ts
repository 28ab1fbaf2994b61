/** The trades on the heatmap: what was traded in one column at one price by one side, added up. */

import type { Side } from '../../../feed/index.ts';

export interface TradeMark {
  readonly column: number;
  readonly price: number;
  readonly side: Side | undefined;
  quantity: number;
}

export class TradeMarks {
  /** Oldest first. */
  readonly #marks: TradeMark[] = [];
  readonly #capacity: number;

  /** `capacity`: marks remembered; half as many more are kept until the oldest are let go. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get all(): readonly TradeMark[] {
    return this.#marks;
  }

  add(column: number, price: number, quantity: number, side: Side | undefined): void {
    for (let index = this.#marks.length - 1; index >= 0; index -= 1) {
      const mark = this.#marks[index] as TradeMark;
      if (mark.column !== column) break;
      if (mark.price !== price || mark.side !== side) continue;
      mark.quantity += quantity;
      return;
    }
    this.#marks.push({ column, price, side, quantity });
    if (this.#marks.length > this.#capacity * 1.5) {
      this.#marks.splice(0, this.#marks.length - this.#capacity);
    }
  }

  clear(): void {
    this.#marks.length = 0;
  }

  /** The smallest quantity of the `most` largest marks from column `first` on; 0 when all fit. */
  threshold(first: number, most: number): number {
    const quantities: number[] = [];
    for (const mark of this.#marks) {
      if (mark.column >= first) quantities.push(mark.quantity);
    }
    if (quantities.length <= most) return 0;
    quantities.sort((a, b) => b - a);
    return quantities[most - 1] as number;
  }
}
