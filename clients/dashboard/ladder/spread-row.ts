/** The row between the two sides: spread and mid, from the best prices as they are. */

import { element, LiveText } from '../dom.ts';
import { formatHalf, groupThousands, significantLength, spreadInBasisPoints } from '../format.ts';
import { texts } from '../texts.ts';
import { COLUMNS } from './ladder-head.ts';
import { PRICE_DECIMALS } from './ladder-row.ts';
import type { LadderBook } from './ladder-view.ts';

/** The best prices as they are, whatever step the levels are gathered in. */
export interface Touch {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

export class SpreadRow {
  readonly element: HTMLTableRowElement;
  readonly #spread = new LiveText();
  readonly #mid = new LiveText();
  readonly #basisPoints = new LiveText();

  constructor() {
    const cells = [
      element('td', { class: 'spread-width', role: 'cell' }, this.#spread.node),
      element(
        'th',
        { scope: 'row', class: 'mid', role: 'rowheader', title: texts.ladder.mid },
        this.#mid.node,
      ),
      element('td', { class: 'spread-points', role: 'cell' }, this.#basisPoints.node),
    ];
    for (const [index, cell] of cells.entries()) {
      cell.setAttribute('aria-colindex', String(COLUMNS.spread + index));
    }
    this.element = element('tr', { class: 'spread', role: 'row' }, ...cells);
  }

  /** `touch` is undefined where nobody tells it. Of a book in steps of several ticks the step is told instead of the spread's share. */
  draw(book: LadderBook, touch: Touch | undefined): void {
    if (touch === undefined) {
      this.clear();
      this.#writeStep(book);
      return;
    }
    const { bid, ask } = touch;
    if (bid === undefined || ask === undefined) {
      this.clear();
      this.#spread.write(texts.ladder.oneSided);
      return;
    }
    this.#mid.write(groupThousands(formatHalf(bid + ask, book.info?.tickSize ?? '1')));
    const spread = book.formatPrice(ask - bid);
    const digits = groupThousands(spread.slice(0, significantLength(spread, PRICE_DECIMALS)));
    this.#spread.write(`${texts.ladder.spread} ${digits}`);
    if (book.grouping > 1) {
      this.#writeStep(book);
      return;
    }
    const basisPoints = spreadInBasisPoints(bid, ask);
    this.#basisPoints.write(basisPoints === '' ? '' : `${basisPoints} ${texts.ladder.basisPoints}`);
  }

  #writeStep(book: LadderBook): void {
    const step = groupThousands(book.formatPrice(book.grouping));
    this.#basisPoints.write(texts.ladder.grouped(step));
  }

  clear(): void {
    this.#spread.write('');
    this.#mid.write(texts.noValue);
    this.#basisPoints.write('');
  }
}
