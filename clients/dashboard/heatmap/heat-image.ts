/** The heatmap's picture of the book: one pixel a row and column, painted once and then kept. */

import type { BookHistory } from './book-history.ts';
import { type HeatColours, HeatColumn } from './heat-column.ts';
import type { PriceWindow } from './price-window.ts';

/** Every second pixel of a column of which nothing is known: it reads as a hatching. */
const UNKNOWN_EVERY = 2;

export class HeatImage {
  readonly #columns: number;
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData;
  #pixels: Uint32Array;
  #column = new HeatColumn(0);
  #painted = 0;

  constructor(columns: number) {
    this.#columns = columns;
    const context = this.#canvas.getContext('2d');
    if (context === null) throw new Error('This browser draws no canvas.');
    this.#context = context;
    this.#image = context.createImageData(columns, 1);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
  }

  /** The quantity in one column that `fraction` of its filled rows stay within. */
  quantile(history: BookHistory, column: number, window: PriceWindow, fraction: number): number {
    this.#fit(window.rows);
    this.#column.gather(history, column, window);
    return this.#column.quantile(fraction);
  }

  /** Everything is to be painted again: another window, another scale or other colours. */
  forget(): void {
    this.#painted = 0;
  }

  /** Paints what was added before column `until`. `full`: the quantity of the strongest colour. */
  paint(
    history: BookHistory,
    until: number,
    window: PriceWindow,
    full: number,
    colours: HeatColours,
    unknown: number,
  ): void {
    this.#fit(window.rows);
    const first = Math.max(this.#painted, history.first);
    const count = until - first;
    if (count <= 0) return;
    for (let column = first; column < until; column += 1) {
      const x = column % this.#columns;
      if (!history.isKnown(column)) {
        this.#hatch(x, window.rows, unknown);
        continue;
      }
      this.#column.gather(history, column, window);
      this.#column.paint(this.#pixels, this.#columns, x, full, colours);
    }
    // A few columns are copied alone; a rebuilt picture as a whole.
    const x = first % this.#columns;
    const { rows } = window;
    if (x + count <= this.#columns)
      this.#context.putImageData(this.#image, 0, 0, x, 0, count, rows);
    else this.#context.putImageData(this.#image, 0, 0);
    this.#painted = until;
  }

  /** Draws the columns from `first` on in order into a box, `until - 1` at its right edge. */
  draw(
    into: CanvasRenderingContext2D,
    first: number,
    until: number,
    columnWidth: number,
    width: number,
    height: number,
  ): void {
    const known = until - first;
    const split = first % this.#columns;
    const older = Math.min(known, this.#columns - split);
    const left = width - known * columnWidth;
    const rows = this.#canvas.height;
    into.imageSmoothingEnabled = false;
    if (older > 0) {
      into.drawImage(this.#canvas, split, 0, older, rows, left, 0, older * columnWidth, height);
    }
    const newer = known - older;
    if (newer > 0) {
      const x = left + older * columnWidth;
      into.drawImage(this.#canvas, 0, 0, newer, rows, x, 0, newer * columnWidth, height);
    }
  }

  #fit(rows: number): void {
    if (this.#canvas.height === rows && this.#canvas.width === this.#columns) return;
    this.#canvas.width = this.#columns;
    this.#canvas.height = rows;
    this.#image = this.#context.createImageData(this.#columns, rows);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#column = new HeatColumn(rows);
    this.#painted = 0;
  }

  #hatch(x: number, rows: number, colour: number): void {
    for (let row = 0; row < rows; row += 1) {
      const isDrawn = (row + x) % UNKNOWN_EVERY === 0;
      this.#pixels[row * this.#columns + x] = isDrawn ? colour : 0;
    }
  }
}
