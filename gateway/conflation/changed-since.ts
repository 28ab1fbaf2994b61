/** Where the book of a client that comes back may differ from what is shown now. */

import { type LevelView, Side } from '../../feed/index.ts';
import type { BookHistory } from './book-history.ts';
import { groupPrice } from './grouped-view.ts';
import type { ViewWindow } from './view-window.ts';

/** What is shown, and the book behind it, which may have moved on already. */
export interface Shown {
  readonly window: ViewWindow;
  readonly anchor: number;
  readonly grouping: number;
  readonly book: LevelView;
  readonly history: BookHistory;
}

/**
 * The prices (minus anchor) where a client's best levels at `sequence`, down to `edge`, may differ
 * from those shown; `undefined` when the history does not reach back so far. Three kinds of them:
 * touched since, come into the window from behind the edge, and pushed out of the window untouched.
 * A price too many does no harm, because quantities are absolute; so the history and the book may
 * be ahead of the window.
 */
export function changedSince(
  side: Side,
  sequence: number,
  edge: number | null,
  { window, anchor, grouping, book, history }: Shown,
): Set<number> | undefined {
  const touched = history.since(side, sequence);
  if (touched === undefined) return undefined;
  const prices = new Set<number>();
  for (const price of touched) {
    const group = groupPrice(side, price, grouping);
    // What the client never had and the window does not show is none of its business.
    if (!isBehind(side, group, edge) || window.indexOf(side, group) >= 0) {
      prices.add(group - anchor);
    }
  }
  const count = window.levelCount(side);
  for (let i = count - 1; i >= 0 && isBehind(side, window.priceAt(side, i), edge); i -= 1) {
    prices.add(window.priceAt(side, i) - anchor);
  }
  if (count < window.depth) return prices;
  const worst = window.priceAt(side, count - 1);
  for (let i = book.levelCount(side) - 1; i >= 0; i -= 1) {
    const group = groupPrice(side, book.priceAt(side, i), grouping);
    if (!isBehind(side, group, worst)) break;
    if (!isBehind(side, group, edge)) prices.add(group - anchor);
  }
  return prices;
}

/** Whether `price` lies behind an edge; nothing does where the client has the whole side. */
function isBehind(side: Side, price: number, edge: number | null): boolean {
  if (edge === null) return false;
  return side === Side.Bid ? price < edge : price > edge;
}
