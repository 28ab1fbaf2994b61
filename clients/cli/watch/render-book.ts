/** Draws a book as lines of text, once: its state, the ladder, the newest trades, the facts. */

import { STATE_REASON_TEXT } from '../../../feed/index.ts';
import type { BookView } from './book-view.ts';
import { ladderLines } from './ladder-lines.ts';
import type { Palette } from './palette.ts';
import { tapeLines } from './tape-lines.ts';
import { grouped } from './text-columns.ts';

export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Levels a side; a shorter side is padded, so that nothing jumps. */
  readonly depth: number;
  readonly trades: number;
  readonly palette: Palette;
}

/** Lines without ends; none is wider than `width` unless the figures themselves are. */
export function renderBook(view: BookView, options: RenderOptions): string[] {
  const { palette, trades, width } = options;
  return [
    ...stateLines(view, palette),
    '',
    ...ladderLines(view, options),
    '',
    ...tapeLines(view.trades, trades, width, palette, view.state === 'LIVE'),
    factsOf(view)
      .map(([name, value]) => palette.faint(`${name} ${value}`))
      .join('   '),
  ];
}

/** LIVE is one word; anything else says why, and that the figures below are not to be trusted. */
function stateLines(view: BookView, palette: Palette): string[] {
  const name = palette.strong(view.symbol);
  const from = palette.faint(view.from);
  if (view.state === 'LIVE') return [`${name}  ${palette.good('LIVE')}  ${from}`, ''];
  const text = STATE_REASON_TEXT[view.reason];
  return [`${name}  ${palette.warning(view.state)}  ${from}`, palette.warning(text)];
}

/** Name and value of all that can be said of how the book came here. */
export function factsOf(view: BookView): [name: string, value: string][] {
  const all = { sequence: view.sequence, transaction: view.transaction, ...view.facts };
  return Object.entries(all).map(([name, value]) => [
    name,
    typeof value === 'number' ? grouped(String(value)) : value,
  ]);
}
