/** Turns one reading of the book into one column of pixels; pure. */

import type { BookHistory } from './book-history.ts';
import { type PriceWindow, rowOf } from './price-window.ts';

/** Colours by side and strength: pixels of 4 bytes, red first, as ImageData has them. */
export interface HeatColours {
  readonly bids: Uint32Array;
  readonly asks: Uint32Array;
}

/** Strengths that are told apart. */
export const STRENGTHS = 256;

/** Quantities of one column, gathered by row. */
export class HeatColumn {
  readonly bids: Float64Array;
  readonly asks: Float64Array;

  constructor(rows: number) {
    this.bids = new Float64Array(rows);
    this.asks = new Float64Array(rows);
  }

  gather(history: BookHistory, column: number, window: PriceWindow): void {
    this.bids.fill(0);
    this.asks.fill(0);
    history.eachBid(column, (price, quantity) => gatherInto(this.bids, window, price, quantity));
    history.eachAsk(column, (price, quantity) => gatherInto(this.asks, window, price, quantity));
  }

  /** The quantity that `fraction` of the filled rows stay within; 0 when all are empty. */
  quantile(fraction: number): number {
    const filled = [...this.bids, ...this.asks].filter((quantity) => quantity > 0);
    if (filled.length === 0) return 0;
    filled.sort((a, b) => a - b);
    return filled[Math.min(filled.length - 1, Math.floor(fraction * filled.length))] as number;
  }

  /** Writes a pixel per row into column `x` of an image `width` wide, the highest price on top. */
  paint(pixels: Uint32Array, width: number, x: number, full: number, colours: HeatColours): void {
    const rows = this.bids.length;
    for (let row = 0; row < rows; row += 1) {
      const bid = this.bids[row] as number;
      const ask = this.asks[row] as number;
      const table = bid >= ask ? colours.bids : colours.asks;
      pixels[(rows - 1 - row) * width + x] = table[strength(Math.max(bid, ask), full)] as number;
    }
  }
}

/** Below 1, so that small quantities are seen beside large ones. */
const GAMMA = 0.7;

/** 0 to 255. */
export function strength(quantity: number, full: number): number {
  if (quantity <= 0 || full <= 0) return 0;
  return Math.min(STRENGTHS - 1, Math.ceil((quantity / full) ** GAMMA * (STRENGTHS - 1)));
}

/** From nothing to the whole of one colour. */
export function colourTable(
  [red, green, blue]: readonly [number, number, number],
  strongest: number,
): Uint32Array {
  const bytes = new Uint8ClampedArray(STRENGTHS * 4);
  for (let index = 0; index < STRENGTHS; index += 1) {
    bytes.set([red, green, blue, (index / (STRENGTHS - 1)) * strongest * 255], index * 4);
  }
  return new Uint32Array(bytes.buffer);
}

function gatherInto(
  rows: Float64Array,
  window: PriceWindow,
  price: number,
  quantity: number,
): void {
  const row = rowOf(window, price);
  if (row >= 0 && row < rows.length) rows[row] = (rows[row] as number) + quantity;
}
