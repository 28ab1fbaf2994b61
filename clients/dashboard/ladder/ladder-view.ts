/** The ladder on the page: a table with asks above the spread and bids below it. */

import type { Book } from '../../browser/index.ts';
import { element, LiveAttribute, LiveText } from '../dom.ts';
import { texts } from '../texts.ts';
import { CentreLock } from './centre-lock.ts';
import { LadderBars } from './ladder-bars.ts';
import { COLUMNS, headRow } from './ladder-head.ts';
import { LadderModel, type LadderSide } from './ladder-model.ts';
import { LadderRow, type Widths } from './ladder-row.ts';
import { type LevelPlace, moveCursor, placeOf } from './level-cursor.ts';
import { SpreadRow, type Touch } from './spread-row.ts';
import { sweepTo } from './sweep.ts';
import { SweepLine } from './sweep-line.ts';

/** What a ladder shows: a live book, or one of the past. */
export type LadderBook = Pick<
  Book,
  | 'bids'
  | 'asks'
  | 'info'
  | 'sequence'
  | 'transaction'
  | 'grouping'
  | 'formatPrice'
  | 'formatQuantity'
>;

const NARROWEST: Widths = { price: 6, size: 5, total: 6 };

/** A level by its price, in ticks. */
export interface LevelPrice {
  readonly side: 'bid' | 'ask';
  readonly price: number;
}

export class LadderView {
  /** The scrolled region, to be placed in a panel of a definite size. */
  readonly element: HTMLElement;
  readonly sweep = new SweepLine();
  // What it is, is said in words too: not every browser sees a table whose rows the style sheet lays out.
  readonly #table = element('table', {
    class: 'ladder-table',
    role: 'table',
    'aria-colcount': String(COLUMNS.all),
  });
  readonly #bidBars = new LadderBars('bid');
  readonly #askBars = new LadderBars('ask');
  readonly #sheet: HTMLElement;
  readonly #caption = new LiveText();
  readonly #head: HTMLTableSectionElement;
  readonly #body = element('tbody', { role: 'rowgroup' });
  readonly #spread = new SpreadRow();
  readonly #sequence = new LiveAttribute(this.#table, 'data-sequence');
  readonly #transaction = new LiveAttribute(this.#table, 'data-transaction');
  readonly #symbol = new LiveAttribute(this.#table, 'data-symbol');
  readonly #oldestEngineTime = new LiveAttribute(this.#table, 'data-oldest-engine-time');
  readonly #lock = new CentreLock();
  readonly #places = new WeakMap<Element, LevelPlace>();
  readonly #lockChanged: (isLocked: boolean) => void;
  readonly #chosen: () => void;
  #model = new LadderModel(0);
  #bidRows: readonly LadderRow[] = [];
  #askRows: readonly LadderRow[] = [];
  #allRows: readonly LadderRow[] = [];
  /** As the rows are marked: no row is asked again while this stays. */
  #marked: LevelPlace | undefined;
  #widths: Widths = { ...NARROWEST };
  #isSettling = false;
  #book: LadderBook | undefined;
  /** Where the pointer is wins over where the keys have led, which stays at its price. */
  #pointed: LevelPlace | undefined;
  #cursor: LevelPrice | undefined;

  /** `chosen` is called when a level was clicked; `cursorPrice` then says which. */
  constructor(lockChanged: (isLocked: boolean) => void, chosen: () => void = () => {}) {
    this.#lockChanged = lockChanged;
    this.#chosen = chosen;
    this.#head = headRow();
    this.#table.append(
      element('caption', { class: 'visually-hidden' }, this.#caption.node),
      this.#head,
      this.#body,
    );
    this.#sheet = element(
      'div',
      { class: 'ladder-sheet' },
      this.#bidBars.element,
      this.#askBars.element,
      this.#table,
    );
    this.element = element(
      'div',
      { class: 'ladder-scroll', tabindex: '0', role: 'region' },
      this.#sheet,
    );
    this.element.addEventListener('scroll', () => {
      if (this.#lock.scrolled(this.element.scrollTop)) this.#tellLock();
    });
    this.#body.addEventListener('pointerover', (event) => {
      const row = (event.target as Element).closest('.level');
      this.#point(row === null ? undefined : this.#places.get(row));
    });
    this.#body.addEventListener('pointerleave', () => this.#point(undefined));
    this.#body.addEventListener('click', () => {
      // The level stays pointed at when the pointer has gone.
      this.#cursor = this.cursorPrice;
      this.#chosen();
    });
    new ResizeObserver(() => this.#keepCentre()).observe(this.element);
  }

  /** Starts over, for another instrument or depth: rows are made here and never while drawing. */
  reset(symbol: string, depth: number): void {
    if (depth !== this.#model.depth) {
      this.#bidRows = Array.from({ length: depth }, () => new LadderRow('bid'));
      this.#askRows = Array.from({ length: depth }, () => new LadderRow('ask'));
      this.#allRows = [...this.#askRows, ...this.#bidRows];
      for (const row of this.#allRows) row.markSwept('no');
      this.#marked = undefined;
      for (const [index, row] of this.#bidRows.entries()) {
        this.#places.set(row.element, { side: 'bid', index });
      }
      for (const [index, row] of this.#askRows.entries()) {
        this.#places.set(row.element, { side: 'ask', index });
      }
      for (const [best] of [this.#bidRows, this.#askRows])
        best?.element.toggleAttribute('data-touch');
      const asksOutermostFirst = [...this.#askRows].reverse();
      this.#body.replaceChildren(
        ...asksOutermostFirst.map((row) => row.element),
        this.#spread.element,
        ...this.#bidRows.map((row) => row.element),
      );
    }
    this.#model = new LadderModel(depth);
    this.#bidBars.reset(depth);
    this.#askBars.reset(depth);
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
    this.#spread.clear();
    for (const row of this.#allRows) row.empty();
    this.#keepCentre();
  }

  /**
   * Writes what differs from the last frame. `touch`: the best prices, also where levels are
   * gathered, undefined where nobody tells them; `oldestEngineTimeUs`: of the changes that this frame shows first; `brighten`: whether
   * changed quantities may light up.
   */
  draw(
    book: LadderBook,
    touch: Touch | undefined,
    oldestEngineTimeUs: number,
    nowMs: number,
    brighten: boolean,
  ): void {
    this.#book = book;
    this.#model.read(book);
    const widthsBefore = this.#widths.price + this.#widths.size + this.#widths.total;
    this.#drawSide(this.#model.bids, this.#bidRows, book, nowMs, brighten);
    this.#drawSide(this.#model.asks, this.#askRows, book, nowMs, brighten);
    this.#bidBars.draw(this.#model, this.#model.bids);
    this.#askBars.draw(this.#model, this.#model.asks);
    this.#spread.draw(book, touch);
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
    for (const row of this.#allRows) {
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
    const place = moveCursor(this.#place, by, bids.length, asks.length);
    this.#pointed = undefined;
    this.#cursor = place && this.#priceAt(place);
    this.#drawSweep();
    const row = place && this.#rowsOf(place.side)[place.index];
    if (!this.#lock.isLocked) row?.element.scrollIntoView({ block: 'nearest' });
  }

  clearCursor(): void {
    this.#cursor = undefined;
    this.#drawSweep();
  }

  /** The level pointed at, in ticks. */
  get cursorPrice(): LevelPrice | undefined {
    const place = this.#place;
    return place && this.#priceAt(place);
  }

  get #place(): LevelPlace | undefined {
    if (this.#pointed !== undefined || this.#cursor === undefined) return this.#pointed;
    const { side, price } = this.#cursor;
    return placeOf(side, price, this.#sideOf(side));
  }

  #priceAt({ side, index }: LevelPlace): LevelPrice | undefined {
    const levels = this.#sideOf(side);
    return index < levels.length ? { side, price: levels.prices[index] as number } : undefined;
  }

  #sideOf(side: 'bid' | 'ask'): LadderSide {
    return side === 'bid' ? this.#model.bids : this.#model.asks;
  }

  #point(place: LevelPlace | undefined): void {
    this.#pointed = place;
    this.#drawSweep();
  }

  #drawSweep(): void {
    const place = this.#place;
    if (place?.side !== this.#marked?.side || place?.index !== this.#marked?.index) {
      this.#marked = place;
      this.#markSwept('bid', place);
      this.#markSwept('ask', place);
    }
    const book = this.#book;
    if (place === undefined || book === undefined) {
      this.sweep.clear();
      return;
    }
    const side = this.#sideOf(place.side);
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
    book: LadderBook,
    nowMs: number,
    brighten: boolean,
  ): void {
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as LadderRow;
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
      if (brighten && side.changed[index] === 1) {
        row.brighten(nowMs);
        this.#isSettling = true;
      }
    }
  }

  /** Columns are as wide as the widest figure seen, so that no digit moves sideways. */
  #writeWidths(): void {
    const { style } = this.#sheet;
    style.setProperty('--price-digits', String(this.#widths.price));
    style.setProperty('--size-digits', String(this.#widths.size));
    style.setProperty('--total-digits', String(this.#widths.total));
  }

  #keepCentre(): void {
    if (!this.#lock.isLocked) return;
    this.element.scrollTop = this.#lock.centre({
      spreadTop: this.#spread.element.offsetTop,
      spreadHeight: this.#spread.element.offsetHeight,
      viewportHeight: this.element.clientHeight,
      headHeight: this.#head.offsetHeight,
    });
    this.#lock.settled(this.element.scrollTop);
  }

  #tellLock(): void {
    this.#lockChanged(this.#lock.isLocked);
  }
}
