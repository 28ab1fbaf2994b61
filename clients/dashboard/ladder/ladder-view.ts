/** The ladder on the page: a table with asks above the spread and bids below it. */

import type { Book } from '../../browser/index.ts';
import { element, LiveAttribute, LiveText } from '../dom.ts';
import { formatHalf, groupThousands, significantLength, spreadInBasisPoints } from '../format.ts';
import { texts } from '../texts.ts';
import { CentreLock } from './centre-lock.ts';
import { LadderModel, type LadderSide } from './ladder-model.ts';
import { LadderRow, PRICE_DECIMALS, type Widths } from './ladder-row.ts';
import { type LevelPlace, moveCursor } from './level-cursor.ts';
import { sweepTo } from './sweep.ts';
import { SweepLine } from './sweep-line.ts';

const NARROWEST: Widths = { price: 6, size: 5, total: 6 };

/** The best prices as they are, whatever step the levels are gathered in. */
export interface Touch {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

export class LadderView {
  /** The scrolled region, to be placed in a panel of a definite size. */
  readonly element: HTMLElement;
  readonly sweep = new SweepLine();
  readonly #table = element('table', { class: 'ladder-table' });
  readonly #caption = new LiveText();
  readonly #head: HTMLTableSectionElement;
  readonly #body = element('tbody');
  readonly #spreadRow: HTMLTableRowElement;
  readonly #spread = new LiveText();
  readonly #mid = new LiveText();
  readonly #basisPoints = new LiveText();
  readonly #sequence = new LiveAttribute(this.#table, 'data-sequence');
  readonly #transaction = new LiveAttribute(this.#table, 'data-transaction');
  readonly #symbol = new LiveAttribute(this.#table, 'data-symbol');
  readonly #oldestEngineTime = new LiveAttribute(this.#table, 'data-oldest-engine-time');
  readonly #lock = new CentreLock();
  readonly #places = new WeakMap<Element, LevelPlace>();
  readonly #lockChanged: (isLocked: boolean) => void;
  #model = new LadderModel(0);
  #bidRows: readonly LadderRow[] = [];
  #askRows: readonly LadderRow[] = [];
  #widths: Widths = { ...NARROWEST };
  #isSettling = false;
  #book: Book | undefined;
  /** Where the pointer is wins over where the keys have led. */
  #pointed: LevelPlace | undefined;
  #cursor: LevelPlace | undefined;

  constructor(lockChanged: (isLocked: boolean) => void) {
    this.#lockChanged = lockChanged;
    this.#head = headRow();
    this.#spreadRow = spreadRow(this.#mid, this.#spread, this.#basisPoints);
    this.#table.append(
      element('caption', { class: 'visually-hidden' }, this.#caption.node),
      this.#head,
      this.#body,
    );
    this.element = element(
      'div',
      {
        class: 'ladder-scroll',
        tabindex: '0',
        role: 'region',
      },
      this.#table,
    );
    this.element.addEventListener('scroll', () => {
      if (this.#lock.scrolled(this.element.scrollTop)) this.#tellLock();
    });
    this.#body.addEventListener('pointerover', (event) => {
      const row = (event.target as Element).closest('.level');
      this.#point(row === null ? undefined : this.#places.get(row));
    });
    this.#body.addEventListener('pointerleave', () => this.#point(undefined));
    new ResizeObserver(() => this.#keepCentre()).observe(this.element);
  }

  /** Starts over, for another instrument or depth: rows are made here and never while drawing. */
  reset(symbol: string, depth: number): void {
    if (depth !== this.#model.depth) {
      this.#bidRows = Array.from({ length: depth }, () => new LadderRow('bid'));
      this.#askRows = Array.from({ length: depth }, () => new LadderRow('ask'));
      for (const [index, row] of this.#bidRows.entries()) {
        this.#places.set(row.element, { side: 'bid', index });
      }
      for (const [index, row] of this.#askRows.entries()) {
        this.#places.set(row.element, { side: 'ask', index });
      }
      const asksOutermostFirst = [...this.#askRows].reverse();
      this.#body.replaceChildren(
        ...asksOutermostFirst.map((row) => row.element),
        this.#spreadRow,
        ...this.#bidRows.map((row) => row.element),
      );
    }
    this.#model = new LadderModel(depth);
    this.#book = undefined;
    this.#cursor = undefined;
    this.#drawSweep();
    this.#widths = { ...NARROWEST };
    this.#writeWidths();
    this.#caption.write(texts.ladder.caption(symbol));
    this.element.setAttribute('aria-label', texts.ladder.scrollRegion(symbol));
    this.#symbol.write(symbol);
    this.#sequence.write('');
    this.#transaction.write('');
    this.#spread.write('');
    this.#mid.write(texts.noValue);
    this.#basisPoints.write('');
    for (const row of this.#rows()) row.empty();
    this.#keepCentre();
  }

  /**
   * Writes what differs from the last frame. `touch`: the best prices, also where levels are
   * gathered; `oldestEngineTimeUs`: of the changes that this frame shows first; `brighten`: whether
   * changed quantities may light up.
   */
  draw(
    book: Book,
    touch: Touch,
    oldestEngineTimeUs: number,
    nowMs: number,
    brighten: boolean,
  ): void {
    this.#book = book;
    this.#model.read(book);
    const widthsBefore = this.#widths.price + this.#widths.size + this.#widths.total;
    this.#drawSide(this.#model.bids, this.#bidRows, book, nowMs, brighten);
    this.#drawSide(this.#model.asks, this.#askRows, book, nowMs, brighten);
    this.#drawSpread(book, touch);
    this.#drawSweep();
    this.#sequence.write(String(book.sequence));
    this.#transaction.write(String(book.transaction));
    this.#oldestEngineTime.write(String(oldestEngineTimeUs));
    const widths = this.#widths.price + this.#widths.size + this.#widths.total;
    if (widths !== widthsBefore) this.#writeWidths();
  }

  /** Lets brightened rows go dark again; called every frame, does nothing when all are. */
  settle(nowMs: number): void {
    if (!this.#isSettling) return;
    this.#isSettling = false;
    for (const row of this.#rows()) {
      if (row.settle(nowMs)) this.#isSettling = true;
    }
  }

  toggleLock(): void {
    this.#lock.isLocked = !this.#lock.isLocked;
    this.#keepCentre();
    this.#tellLock();
  }

  /** Leads the cursor a row down the page, or up. */
  moveCursor(by: 1 | -1): void {
    const { bids, asks } = this.#model;
    this.#pointed = undefined;
    this.#cursor = moveCursor(this.#cursor, by, bids.length, asks.length);
    this.#drawSweep();
    const row = this.#cursor && this.#rowsOf(this.#cursor.side)[this.#cursor.index];
    if (!this.#lock.isLocked) row?.element.scrollIntoView({ block: 'nearest' });
  }

  clearCursor(): void {
    this.#cursor = undefined;
    this.#drawSweep();
  }

  /** The level pointed at, in ticks. */
  get cursorPrice(): { readonly side: 'bid' | 'ask'; readonly price: number } | undefined {
    const place = this.#pointed ?? this.#cursor;
    if (place === undefined) return undefined;
    const side = place.side === 'bid' ? this.#model.bids : this.#model.asks;
    const price = place.index < side.length ? side.prices[place.index] : undefined;
    return price === undefined ? undefined : { side: place.side, price };
  }

  #point(place: LevelPlace | undefined): void {
    this.#pointed = place;
    this.#drawSweep();
  }

  #drawSweep(): void {
    const place = this.#pointed ?? this.#cursor;
    this.#markSwept('bid', place);
    this.#markSwept('ask', place);
    const book = this.#book;
    if (place === undefined || book === undefined) {
      this.sweep.clear();
      return;
    }
    const side = place.side === 'bid' ? this.#model.bids : this.#model.asks;
    const { tickSize = '1', lotSize = '1' } = book.info ?? {};
    this.sweep.draw(place.side, sweepTo(side, place.index), book, tickSize, lotSize);
  }

  #markSwept(side: 'bid' | 'ask', place: LevelPlace | undefined): void {
    const last = place?.side === side ? place.index : -1;
    for (const [index, row] of this.#rowsOf(side).entries()) {
      row.markSwept(index > last ? 'no' : index === last ? 'last' : 'through');
    }
  }

  #rowsOf(side: 'bid' | 'ask'): readonly LadderRow[] {
    return side === 'bid' ? this.#bidRows : this.#askRows;
  }

  #drawSide(
    side: LadderSide,
    rows: readonly LadderRow[],
    book: Book,
    nowMs: number,
    brighten: boolean,
  ): void {
    for (const [index, row] of rows.entries()) {
      if (index >= side.length) {
        row.empty();
        continue;
      }
      row.write(
        book,
        this.#widths,
        side.prices[index] as number,
        side.quantities[index] as number,
        side.orderCounts[index] as number,
        side.totals[index] as number,
      );
      row.writeBar(this.#model.barLength(side, index));
      if (brighten && side.changed[index] === 1) {
        row.brighten(nowMs);
        this.#isSettling = true;
      }
    }
  }

  #drawSpread(book: Book, { bid, ask }: Touch): void {
    if (bid === undefined || ask === undefined) {
      this.#mid.write(texts.noValue);
      this.#spread.write(texts.ladder.oneSided);
      this.#basisPoints.write('');
      return;
    }
    const tickSize = book.info?.tickSize ?? '1';
    const basisPoints = spreadInBasisPoints(bid, ask);
    this.#mid.write(groupThousands(formatHalf(bid + ask, tickSize)));
    const spread = book.formatPrice(ask - bid);
    const digits = groupThousands(spread.slice(0, significantLength(spread, PRICE_DECIMALS)));
    this.#spread.write(`${texts.ladder.spread} ${digits}`);
    const points = basisPoints === '' ? '' : `${basisPoints} ${texts.ladder.basisPoints}`;
    const isGrouped = book.grouping > 1;
    const step = isGrouped ? groupThousands(book.formatPrice(book.grouping)) : '';
    this.#basisPoints.write(isGrouped ? texts.ladder.grouped(step) : points);
  }

  /** Columns are as wide as the widest figure seen, so that no digit moves sideways. */
  #writeWidths(): void {
    const { style } = this.#table;
    style.setProperty('--price-digits', String(this.#widths.price));
    style.setProperty('--size-digits', String(this.#widths.size));
    style.setProperty('--total-digits', String(this.#widths.total));
  }

  #keepCentre(): void {
    if (!this.#lock.isLocked) return;
    this.element.scrollTop = this.#lock.centre({
      spreadTop: this.#spreadRow.offsetTop,
      spreadHeight: this.#spreadRow.offsetHeight,
      viewportHeight: this.element.clientHeight,
      headHeight: this.#head.offsetHeight,
    });
    this.#lock.settled(this.element.scrollTop);
  }

  #tellLock(): void {
    this.#lockChanged(this.#lock.isLocked);
  }

  #rows(): readonly LadderRow[] {
    return [...this.#askRows, ...this.#bidRows];
  }
}

function headRow(): HTMLTableSectionElement {
  const { total, totalHint, orders, bidSize, price, askSize } = texts.ladder;
  const head = (name: string, text: string, title = '') =>
    element('th', { scope: 'col', class: name, ...(title === '' ? {} : { title }) }, text);
  return element(
    'thead',
    {},
    element(
      'tr',
      {},
      head('total', total, totalHint),
      head('orders', orders),
      head('size', bidSize),
      head('price', price),
      head('size', askSize),
      head('orders', orders),
      head('total', total, totalHint),
    ),
  );
}

function spreadRow(mid: LiveText, spread: LiveText, basisPoints: LiveText): HTMLTableRowElement {
  // The same seven cells as a level: a phone hides the outer ones of every row alike.
  const empty = (name: string) => element('td', { class: name });
  return element(
    'tr',
    { class: 'spread' },
    empty('total'),
    empty('orders'),
    element('td', { class: 'size spread-width' }, element('span', {}, spread.node)),
    element('th', { scope: 'row', class: 'mid', title: texts.ladder.mid }, mid.node),
    element('td', { class: 'size spread-points' }, basisPoints.node),
    empty('orders'),
    empty('total'),
  );
}
