/** The heatmap: time to the right, price upwards, quantity as strength of colour, trades as dots. */

import { Side } from '../../../feed/index.ts';
import { CanvasSurface } from '../canvas/canvas-surface.ts';
import type { PageColours } from '../canvas/page-colours.ts';
import { PriceLabels } from '../canvas/price-labels.ts';
import { element, LiveText } from '../dom.ts';
import { formatAge, groupThousands } from '../format.ts';
import type { Decimals } from '../ladder/ladder-row.ts';
import { texts } from '../texts.ts';
import { colourTable, type HeatColours, HeatColumn } from './heat-column.ts';
import { HeatImage } from './heat-image.ts';
import { COLUMN_MS, COLUMNS, type HeatRecorder, SHOWN_COLUMNS } from './heat-recorder.ts';
import { type PriceWindow, priceWindow, rowOf } from './price-window.ts';
import { TimeLabels } from './time-labels.ts';

/** Rows of the picture: fewer than pixels, so that a level is a line and not a scratch. */
const ROWS = 128;
/** Levels away from the touch that should be seen. */
const REACH_LEVELS = 20;
/** The strongest colour is for what only few rows exceed. */
const FULL_FRACTION = 0.98;
const STRONGEST = 0.92;
/** The scale follows only when it is this far off: a scale that moved would change every colour. */
const SCALE_SLACK = 2;
/** Dots drawn: the largest, so that they can be told apart. */
const MOST_DOTS = 250;
const LARGEST_DOT_PX = 5;
const SMALLEST_DOT_PX = 1;
const LABELS = 7;

export class HeatmapView {
  readonly element: HTMLElement;
  /** What lies under the pointer, for the panel's head. */
  readonly reading = element('output', { class: 'reading' });
  readonly #surface: CanvasSurface;
  readonly #labels = new PriceLabels(LABELS);
  readonly #times = new TimeLabels();
  readonly #colours: PageColours;
  readonly #image = new HeatImage(COLUMNS);
  readonly #probe = new HeatColumn(ROWS);
  readonly #readingText = new LiveText();
  #window: PriceWindow | undefined;
  #full = 0;
  #tables: HeatColours = { bids: new Uint32Array(0), asks: new Uint32Array(0) };
  #unknown = 0;
  #colourVersion = -1;
  #until = -1;
  #smallestDot = 0;
  #pointer: { readonly x: number; readonly y: number } | undefined;
  #isDirty = true;

  constructor(colours: PageColours) {
    this.#colours = colours;
    this.#surface = new CanvasSurface(() => {
      this.#isDirty = true;
    });
    this.reading.append(this.#readingText.node);
    this.element = element(
      'div',
      { class: 'heatmap' },
      this.#surface.element,
      this.#labels.element,
      this.#times.element,
    );
    this.#surface.element.addEventListener('pointermove', (event) => {
      this.#pointer = { x: event.offsetX, y: event.offsetY };
      this.#isDirty = true;
    });
    this.#surface.element.addEventListener('pointerleave', () => {
      this.#pointer = undefined;
      this.#isDirty = true;
    });
  }

  reset(symbol: string): void {
    this.#surface.label(texts.heatmap.label(symbol));
    this.#window = undefined;
    this.#full = 0;
    this.#until = -1;
    this.#image.forget();
    this.#isDirty = true;
  }

  /** Whether there is anything new to draw, and a place to draw it. */
  isDue(until: number): boolean {
    if (!this.#surface.isShown) return false;
    return this.#isDirty || until !== this.#until || this.#colours.version !== this.#colourVersion;
  }

  /** Draws the columns before `until`, which stands still while the page is paused. */
  draw(recorder: HeatRecorder, until: number, decimals: Decimals): void {
    this.#isDirty = false;
    this.#until = until;
    const context = this.#surface.begin();
    this.#readColours();
    this.#choose(recorder);
    const window = this.#window;
    if (window === undefined) return;
    const { history } = recorder;
    const { width, height } = this.#surface;
    this.#image.paint(history, until, window, this.#full, this.#tables, this.#unknown);
    this.#image.draw(context, this.#first, until, this.#columnWidth, width, height);
    this.#times.show((this.#shown * COLUMN_MS) / 1000);
    this.#drawTouch(context, recorder, window);
    this.#drawTrades(context, recorder, window);
    const high = window.low + window.step * window.rows;
    this.#labels.write(window.low, high, height, (ticks) => decimals.formatPrice(ticks));
    this.#read(context, recorder, window, decimals);
  }

  /** Window and scale for what is known now; both stay as long as they serve. */
  #choose({ history }: HeatRecorder): void {
    const newest = this.#until - 1;
    const bid = history.bestBid(newest);
    const ask = history.bestAsk(newest);
    if (Number.isNaN(bid) || Number.isNaN(ask)) return;
    let lowest = reach(history.eachBid.bind(history), newest);
    let highest = reach(history.eachAsk.bind(history), newest);
    for (let column = this.#first; column < newest; column += 1) {
      // Where the price has been is seen, too; comparisons with NaN are false.
      if (history.bestBid(column) < lowest) lowest = history.bestBid(column);
      if (history.bestAsk(column) > highest) highest = history.bestAsk(column);
    }
    const window = priceWindow(this.#window, { bid, ask, lowest, highest }, ROWS);
    const wanted = this.#image.quantile(history, newest, window, FULL_FRACTION);
    const isOff = wanted > this.#full * SCALE_SLACK || wanted * SCALE_SLACK < this.#full;
    if (window !== this.#window || isOff) this.#image.forget();
    if (isOff) this.#full = wanted;
    this.#window = window;
  }

  #readColours(): void {
    if (this.#colours.version === this.#colourVersion) return;
    this.#colourVersion = this.#colours.version;
    this.#tables = {
      bids: colourTable(this.#colours.channels('bid'), STRONGEST),
      asks: colourTable(this.#colours.channels('ask'), STRONGEST),
    };
    this.#unknown = colourTable(this.#colours.channels('line'), 1).at(-1) ?? 0;
    this.#image.forget();
  }

  /** The best prices as two lines: where they part, the spread was wide. */
  #drawTouch(
    context: CanvasRenderingContext2D,
    { history }: HeatRecorder,
    window: PriceWindow,
  ): void {
    context.lineWidth = 1;
    context.strokeStyle = this.#colours.css('text');
    for (const best of [history.bestBid, history.bestAsk]) {
      context.beginPath();
      let isDrawing = false;
      for (let column = this.#first; column < this.#until; column += 1) {
        const price = best.call(history, column);
        if (Number.isNaN(price)) {
          isDrawing = false;
          continue;
        }
        const y = Math.round(this.#yOf(window, price)) + 0.5;
        const x = this.#xOf(column);
        if (isDrawing) context.lineTo(x, y);
        else context.moveTo(x, y);
        context.lineTo(x + this.#columnWidth, y);
        isDrawing = true;
      }
      context.globalAlpha = 0.65;
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  #drawTrades(
    context: CanvasRenderingContext2D,
    { marks }: HeatRecorder,
    window: PriceWindow,
  ): void {
    this.#smallestDot = marks.threshold(this.#first, MOST_DOTS);
    const largest = marks.all.reduce((most, mark) => Math.max(most, mark.quantity), 1);
    context.lineWidth = 1;
    context.strokeStyle = this.#colours.css('panel');
    for (const mark of marks.all) {
      if (mark.column < this.#first || mark.column >= this.#until) continue;
      if (mark.quantity < this.#smallestDot) continue;
      const size = Math.sqrt(mark.quantity / largest) * LARGEST_DOT_PX;
      const x = this.#xOf(mark.column) + this.#columnWidth / 2;
      context.fillStyle = this.#colours.css(sideColour(mark.side));
      context.beginPath();
      context.arc(x, this.#yOf(window, mark.price), Math.max(SMALLEST_DOT_PX, size), 0, 7);
      context.fill();
      context.stroke();
    }
  }

  /** A cross at the pointer, and what lies there in the panel's head. */
  #read(
    context: CanvasRenderingContext2D,
    { history }: HeatRecorder,
    window: PriceWindow,
    decimals: Decimals,
  ): void {
    const pointer = this.#pointer;
    const { width, height } = this.#surface;
    const column = pointer && this.#until - 1 - Math.floor((width - pointer.x) / this.#columnWidth);
    if (pointer === undefined || column === undefined || !history.isKnown(column)) {
      const size = groupThousands(decimals.formatQuantity(this.#smallestDot));
      this.#readingText.write(this.#smallestDot > 0 ? texts.heatmap.tradesFrom(size) : '');
      return;
    }
    context.fillStyle = this.#colours.css('text-3');
    context.fillRect(Math.round(pointer.x), 0, 1, height);
    context.fillRect(0, Math.round(pointer.y), width, 1);
    const row = Math.floor((1 - pointer.y / height) * window.rows);
    this.#probe.gather(history, column, window);
    const quantity = Math.max(this.#probe.bids[row] ?? 0, this.#probe.asks[row] ?? 0);
    this.#readingText.write(
      texts.heatmap.reading(
        groupThousands(decimals.formatPrice(window.low + row * window.step)),
        groupThousands(decimals.formatQuantity(quantity)),
        formatAge((this.#until - 1 - column) * COLUMN_MS),
      ),
    );
  }

  get #columnWidth(): number {
    return this.#surface.width / this.#shown;
  }

  /** Columns that the width stands for. */
  get #shown(): number {
    return SHOWN_COLUMNS.find((columns) => columns >= this.#until) ?? COLUMNS;
  }

  /** The oldest column that is shown. */
  get #first(): number {
    return Math.max(0, this.#until - this.#shown);
  }

  #xOf(column: number): number {
    return this.#surface.width - (this.#until - column) * this.#columnWidth;
  }

  #yOf(window: PriceWindow, price: number): number {
    const part = (rowOf(window, price) + 0.5) / window.rows;
    return this.#surface.height * (1 - part);
  }
}

type EachLevel = (column: number, visit: (price: number, quantity: number) => void) => void;

/** The price of the level that should still be seen, or of the last one. */
function reach(each: EachLevel, column: number): number {
  let count = 0;
  let reached = Number.NaN;
  each(column, (price) => {
    if (count < REACH_LEVELS) reached = price;
    count += 1;
  });
  return reached;
}

function sideColour(side: Side | undefined): 'bid' | 'ask' | 'text-2' {
  if (side === undefined) return 'text-2';
  return side === Side.Bid ? 'bid' : 'ask';
}
