/** One level of the ladder: a table row made once, whose texts are written when they change. */

import { element, Figure, LiveAttribute, LiveText } from '../dom.ts';
import { groupThousands } from '../format.ts';
import { COLUMNS } from './ladder-head.ts';

/** Decimals of a price that always count, so that "101.50" is not read as "101.5". */
export const PRICE_DECIMALS = 2;

/** How long a changed quantity stays bright. */
const BRIGHT_MS = 150;

export interface Decimals {
  formatPrice(ticks: number): string;
  formatQuantity(lots: number): string;
}

/** The longest texts written so far, from which the columns take their widths. */
export interface Widths {
  price: number;
  size: number;
  total: number;
}

export class LadderRow {
  readonly element: HTMLTableRowElement;
  readonly #price: Figure;
  readonly #size: Figure;
  readonly #total: Figure;
  readonly #orders = new LiveText();
  readonly #sizeCell: HTMLElement;
  readonly #swept: LiveAttribute;
  /** A row without a level keeps its place, and is not spoken of. */
  readonly #hidden: LiveAttribute;
  #shownPrice = Number.NaN;
  #shownQuantity = Number.NaN;
  #shownTotal = Number.NaN;
  #shownOrders = Number.NaN;
  #isFilled = false;
  #brightUntilMs = 0;

  constructor(side: 'bid' | 'ask') {
    const size = element('td', { class: 'size', role: 'cell' });
    const orders = element('td', { class: 'orders', role: 'cell' }, this.#orders.node);
    const total = element('td', { class: 'total', role: 'cell' });
    const price = element('th', { class: 'price', scope: 'row', role: 'rowheader' });
    // The columns of the other side have no cells: a hundred and fifty more would cost in every frame.
    const cells = side === 'bid' ? [total, orders, size, price] : [price, size, orders, total];
    for (const [index, cell] of cells.entries()) {
      cell.setAttribute('aria-colindex', String(COLUMNS[side] + index));
    }
    this.element = element('tr', { class: `level ${side}`, role: 'row' }, ...cells);
    this.#swept = new LiveAttribute(this.element, 'data-swept');
    this.#hidden = new LiveAttribute(this.element, 'aria-hidden');
    this.#hidden.write('true');
    this.#sizeCell = size;
    this.#price = new Figure(price);
    this.#size = new Figure(size);
    this.#total = new Figure(total);
  }

  write(
    decimals: Decimals,
    widths: Widths,
    price: number,
    quantity: number,
    orderCount: number,
    total: number,
  ): void {
    if (price !== this.#shownPrice) {
      this.#shownPrice = price;
      const text = groupThousands(decimals.formatPrice(price));
      widths.price = Math.max(widths.price, text.length);
      this.#price.write(text, PRICE_DECIMALS);
    }
    if (quantity !== this.#shownQuantity) {
      this.#shownQuantity = quantity;
      const text = groupThousands(decimals.formatQuantity(quantity));
      widths.size = Math.max(widths.size, text.length);
      this.#size.write(text, 0);
    }
    if (total !== this.#shownTotal) {
      this.#shownTotal = total;
      const text = groupThousands(decimals.formatQuantity(total));
      widths.total = Math.max(widths.total, text.length);
      this.#total.write(text, 0);
    }
    if (orderCount !== this.#shownOrders) {
      this.#shownOrders = orderCount;
      // A venue's price levels carry no order count.
      this.#orders.write(orderCount > 0 ? String(orderCount) : '');
    }
    this.#isFilled = true;
    this.#hidden.write('false');
  }

  /** Leaves the row in place, without a level. */
  empty(): void {
    if (!this.#isFilled) return;
    this.#isFilled = false;
    this.#hidden.write('true');
    this.#shownPrice = Number.NaN;
    this.#shownQuantity = Number.NaN;
    this.#shownTotal = Number.NaN;
    this.#shownOrders = Number.NaN;
    for (const figure of [this.#price, this.#size, this.#total]) figure.write('', 0);
    this.#orders.write('');
  }

  /** Whether a sweep to the level pointed at takes this one, and whether it ends here. */
  markSwept(swept: 'no' | 'through' | 'last'): void {
    this.#swept.write(swept);
  }

  brighten(nowMs: number): void {
    if (this.#brightUntilMs === 0) this.#sizeCell.classList.add('changed');
    this.#brightUntilMs = nowMs + BRIGHT_MS;
  }

  /** True while the row is still bright and must be asked again. */
  settle(nowMs: number): boolean {
    if (this.#brightUntilMs === 0) return false;
    if (nowMs < this.#brightUntilMs) return true;
    this.#brightUntilMs = 0;
    this.#sizeCell.classList.remove('changed');
    return false;
  }
}
