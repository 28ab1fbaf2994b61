/** The depth chart: quantity from the touch outwards, bids to the left and asks to the right. */

import type { LevelsView } from '../../browser/index.ts';
import { CanvasSurface } from '../canvas/canvas-surface.ts';
import type { PageColours } from '../canvas/page-colours.ts';
import { element, LiveText } from '../dom.ts';
import { formatHalf, groupThousands } from '../format.ts';
import { nextScale } from '../ladder/cumulative-scale.ts';
import type { Decimals } from '../ladder/ladder-row.ts';
import { texts } from '../texts.ts';
import { DepthCurve, priceReach } from './depth-curve.ts';

/** Changes faster than this cannot be read off a curve. */
const DRAW_INTERVAL_MS = 100;
/** Levels that are shown: the outermost stand far away, and would make all others one line. */
const SHOWN_SHARE = 0.6;
/** Room above the highest point. */
const HEADROOM = 0.94;

export interface DepthBook extends Decimals {
  readonly bids: LevelsView;
  readonly asks: LevelsView;
}

export class DepthView {
  readonly element: HTMLElement;
  readonly reading = element('output', { class: 'reading' });
  readonly #surface: CanvasSurface;
  readonly #colours: PageColours;
  readonly #bids = new DepthCurve();
  readonly #asks = new DepthCurve();
  readonly #low = new LiveText();
  readonly #mid = new LiveText();
  readonly #high = new LiveText();
  readonly #top = new LiveText();
  readonly #readingText = new LiveText();
  #scale = 0;
  #reach = 0;
  #nextDrawMs = 0;
  #colourVersion = -1;
  #pointerX: number | undefined;
  #isDirty = true;

  constructor(colours: PageColours) {
    this.#colours = colours;
    this.#surface = new CanvasSurface(() => {
      this.#isDirty = true;
    });
    this.reading.append(this.#readingText.node);
    const label = (name: string, text: LiveText) => element('span', { class: name }, text.node);
    this.element = element(
      'div',
      { class: 'depth-chart' },
      this.#surface.element,
      element('div', { class: 'depth-top', 'aria-hidden': 'true' }, label('', this.#top)),
      element(
        'div',
        { class: 'depth-prices', 'aria-hidden': 'true' },
        label('low', this.#low),
        label('mid', this.#mid),
        label('high', this.#high),
      ),
    );
    this.#surface.element.addEventListener('pointermove', (event) => {
      this.#pointerX = event.offsetX;
      this.#isDirty = true;
    });
    this.#surface.element.addEventListener('pointerleave', () => {
      this.#pointerX = undefined;
      this.#isDirty = true;
    });
  }

  reset(symbol: string): void {
    this.#surface.label(texts.depth.label(symbol));
    this.#scale = 0;
    this.#reach = 0;
    this.#isDirty = true;
  }

  /** The book has changed. */
  touch(): void {
    this.#isDirty = true;
  }

  isDue(nowMs: number): boolean {
    if (!this.#surface.isShown || nowMs < this.#nextDrawMs) return false;
    return this.#isDirty || this.#colours.version !== this.#colourVersion;
  }

  /** Takes over what the book shows now; not called while the page is paused. */
  read(book: DepthBook): void {
    this.#bids.read(book.bids);
    this.#asks.read(book.asks);
  }

  draw(book: DepthBook, tickSize: string, nowMs: number): void {
    this.#nextDrawMs = nowMs + DRAW_INTERVAL_MS;
    this.#isDirty = false;
    this.#colourVersion = this.#colours.version;
    const context = this.#surface.begin();
    if (this.#bids.length === 0 || this.#asks.length === 0) return;
    const sum = this.#bids.best + this.#asks.best;
    const lowest = this.#bids.priceAt(SHOWN_SHARE);
    const highest = this.#asks.priceAt(SHOWN_SHARE);
    this.#reach = priceReach(this.#reach, sum / 2, lowest, highest);
    const left = sum / 2 - this.#reach;
    const right = sum / 2 + this.#reach;
    const most = Math.max(this.#bids.totalWithin(left), this.#asks.totalWithin(right));
    this.#scale = nextScale(this.#scale, most);
    const top = Math.round(this.#surface.height * (1 - HEADROOM));
    context.fillStyle = this.#colours.css('line');
    context.fillRect(0, top, this.#surface.width, 1);

    this.#drawCurve(context, this.#bids, 'bid', left);
    this.#drawCurve(context, this.#asks, 'ask', right);
    this.#low.write(groupThousands(book.formatPrice(Math.ceil(left))));
    this.#mid.write(groupThousands(formatHalf(sum, tickSize)));
    this.#high.write(groupThousands(book.formatPrice(Math.floor(right))));
    this.#top.write(groupThousands(book.formatQuantity(Math.round(this.#scale))));
    this.#writeReading(context, book, sum / 2);
  }

  #drawCurve(
    context: CanvasRenderingContext2D,
    curve: DepthCurve,
    side: 'bid' | 'ask',
    edge: number,
  ): void {
    const { height } = this.#surface;
    const yOf = (total: number) => height - (total / this.#scale) * height * HEADROOM;
    context.beginPath();
    context.moveTo(this.#xOf(curve.best), height);
    let total = 0;
    let x = 0;
    for (let index = 0; index < curve.length; index += 1) {
      const price = curve.prices[index] as number;
      if (Math.abs(price - curve.best) > Math.abs(edge - curve.best)) break;
      x = this.#xOf(price);
      context.lineTo(x, yOf(total));
      total = curve.totals[index] as number;
      context.lineTo(x, yOf(total));
    }
    // What lies behind the last level known is not drawn as if it were known to be empty.
    const isWhole = Math.abs(curve.last - curve.best) > Math.abs(edge - curve.best);
    if (isWhole) {
      x = this.#xOf(edge);
      context.lineTo(x, yOf(total));
    }
    context.lineWidth = 1.5;
    context.strokeStyle = this.#colours.css(side);
    context.stroke();
    context.lineTo(x, height);
    context.closePath();
    context.fillStyle = this.#colours.css(`${side}-bar`);
    context.fill();
  }

  #writeReading(context: CanvasRenderingContext2D, book: DepthBook, mid: number): void {
    const x = this.#pointerX;
    if (x === undefined) {
      this.#readingText.write('');
      return;
    }
    const price = mid + (x / this.#surface.width - 0.5) * 2 * this.#reach;
    const curve = price < mid ? this.#bids : this.#asks;
    const ticks = price < mid ? Math.ceil(price) : Math.floor(price);
    context.fillStyle = this.#colours.css('text-3');
    context.fillRect(Math.round(x), 0, 1, this.#surface.height);
    this.#readingText.write(
      texts.depth.reading(
        groupThousands(book.formatPrice(ticks)),
        groupThousands(book.formatQuantity(curve.totalWithin(ticks))),
      ),
    );
  }

  #xOf(price: number): number {
    const mid = (this.#bids.best + this.#asks.best) / 2;
    return ((price - mid) / (2 * this.#reach) + 0.5) * this.#surface.width;
  }
}
