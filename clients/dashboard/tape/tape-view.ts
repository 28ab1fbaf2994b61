/** The trade tape on the page: newest first, each row written once and then only moved down. */

import { Side } from '../../../feed/index.ts';
import { element, Figure, LiveText } from '../dom.ts';
import { formatTimeOfDay, groupThousands } from '../format.ts';
import { type Decimals, PRICE_DECIMALS } from '../ladder/ladder-row.ts';
import { texts } from '../texts.ts';
import { freshLines, type TapeLine, type TapeRing } from './tape-ring.ts';

/** Trades come in bursts and are read one by one: faster than this would be work for nobody. */
const DRAW_INTERVAL_MS = 100;
/** As the style sheet has them. */
const HEAD_PX = 24;
const ROW_PX = 20;
/** Also where there is no room for them: who hears the page reads back some trades. */
const FEWEST_ROWS = 16;

export class TapeView {
  readonly element: HTMLElement;
  readonly #caption = new LiveText();
  readonly #body = element('tbody');
  readonly #emptyText = new LiveText();
  readonly #empty = element('p', { class: 'empty' }, this.#emptyText.node);
  /** Newest first, in the order of the rows on the page. */
  readonly #rows: TapeRow[] = [];
  readonly #mostRows: number;
  #drawn = 0;
  #nextDrawMs = 0;
  #smallest = 0;
  #noTrade = '';

  /** `mostRows`: as many as a tall screen shows; hardly more are made than the panel has room for. */
  constructor(mostRows: number) {
    this.#mostRows = mostRows;
    const { time, price, size, side } = texts.tape;
    const head = (name: string, text: string) => element('th', { scope: 'col', class: name }, text);
    const table = element(
      'table',
      { class: 'tape-table' },
      element('caption', { class: 'visually-hidden' }, this.#caption.node),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          head('time', time),
          head('side', side),
          head('price', price),
          head('size', size),
        ),
      ),
      this.#body,
    );
    this.element = element('div', { class: 'tape-scroll' }, table, this.#empty);
    this.#fit(0);
    new ResizeObserver(([entry]) => this.#fit(entry?.contentRect.height ?? 0)).observe(
      this.element,
    );
  }

  /** `emptyText`: what stands there until the first trade. */
  reset(symbol: string, emptyText = texts.tape.empty): void {
    this.#caption.write(texts.tape.caption(symbol));
    this.#noTrade = emptyText;
    this.#clear();
  }

  /** Only trades of `lots` or more from now on, of those known already too. */
  setSmallest(lots: number): void {
    if (lots === this.#smallest) return;
    this.#smallest = lots;
    this.#clear();
  }

  isDue(ring: TapeRing, nowMs: number): boolean {
    return ring.added !== this.#drawn && nowMs >= this.#nextDrawMs;
  }

  /** What is new is due at once. */
  hurry(): void {
    this.#nextDrawMs = 0;
  }

  /**
   * Moves the oldest rows to the top, one for each line that is new and large enough. `slowness`: how
   * many times as long as usual the next ones wait.
   */
  draw(ring: TapeRing, decimals: Decimals, nowMs: number, slowness: number): void {
    this.#nextDrawMs = nowMs + DRAW_INTERVAL_MS * slowness;
    const fresh = freshLines(ring, this.#drawn, this.#smallest, this.#rows.length);
    this.#drawn = ring.added;
    if (fresh.length === 0) return;
    if (!this.#empty.hidden) this.#empty.hidden = true;
    for (const line of fresh.reverse()) {
      const row = this.#rows.pop() as TapeRow;
      this.#rows.unshift(row);
      row.write(line, decimals);
      this.#body.prepend(row.element);
    }
  }

  /** As many rows as the panel has room for; further ones are filled when the tape is drawn next. */
  #fit(height: number): void {
    const room = Math.ceil((height - HEAD_PX) / ROW_PX);
    const count = Math.min(this.#mostRows, Math.max(FEWEST_ROWS, room));
    if (count === this.#rows.length) return;
    for (const row of this.#rows.splice(count)) row.element.remove();
    while (this.#rows.length < count) {
      const row = new TapeRow();
      this.#rows.push(row);
      this.#body.append(row.element);
      // All lines are written again, each into its row.
      this.#drawn = 0;
    }
  }

  #clear(): void {
    this.#drawn = 0;
    this.#nextDrawMs = 0;
    for (const row of this.#rows) row.empty();
    const isFiltered = this.#smallest > 0 && this.#noTrade === texts.tape.empty;
    this.#emptyText.write(isFiltered ? texts.tape.emptyFiltered : this.#noTrade);
    this.#empty.hidden = false;
  }
}

class TapeRow {
  readonly element: HTMLTableRowElement;
  readonly #time = new LiveText();
  readonly #sign = new LiveText();
  readonly #word = new LiveText();
  readonly #price: Figure;
  readonly #size: Figure;

  constructor() {
    const price = element('td', { class: 'price' });
    const size = element('td', { class: 'size' });
    this.element = element(
      'tr',
      { class: 'trade' },
      element('td', { class: 'time' }, this.#time.node),
      element(
        'td',
        { class: 'side' },
        element('span', { 'aria-hidden': 'true' }, this.#sign.node),
        element('span', { class: 'visually-hidden' }, this.#word.node),
      ),
      price,
      size,
    );
    this.#price = new Figure(price);
    this.#size = new Figure(size);
    this.element.hidden = true;
  }

  write(line: TapeLine, decimals: Decimals): void {
    this.element.hidden = false;
    if (line.kind === 'missed') {
      this.#fill('missed', '', texts.tape.missed(line.count), '');
      this.#price.write('', 0);
      this.#size.write('', 0);
      return;
    }
    const { aggressor, timeUs, price, quantity } = line.trade;
    const time = formatTimeOfDay(timeUs);
    if (aggressor === Side.Bid) this.#fill('bid', '▲', texts.tape.bid, time);
    else if (aggressor === Side.Ask) this.#fill('ask', '▼', texts.tape.ask, time);
    else this.#fill('none', '•', texts.tape.none, time);
    this.#price.write(groupThousands(decimals.formatPrice(price)), PRICE_DECIMALS);
    this.#size.write(groupThousands(decimals.formatQuantity(quantity)), 0);
  }

  empty(): void {
    this.element.hidden = true;
  }

  #fill(kind: string, sign: string, word: string, time: string): void {
    this.element.className = `trade ${kind}`;
    this.#sign.write(sign);
    this.#word.write(word);
    // A notice of missed trades is read in the place of the time.
    this.#time.write(kind === 'missed' ? word : time);
    if (kind === 'missed') this.#word.write('');
  }
}
