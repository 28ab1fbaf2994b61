/** The tape: the newest trades, newest first, the side said by a sign as well as by a colour. */

import type { TradeView } from './book-view.ts';
import type { Palette } from './palette.ts';
import { grouped } from './text-columns.ts';

const GAP = '  ';
/** "14:03:22", and with milliseconds "14:03:22.123". */
const SECONDS = 8;
const MILLISECONDS = 12;

/** Columns of the widest line, with the time to the second. */
export function tapeWidth(trades: readonly TradeView[]): number {
  const { price, quantity } = widths(trades);
  return SECONDS + price + quantity + 2 * GAP.length + ' ▲'.length;
}

/** `count` lines of at most `width` columns. */
export function tapeLines(
  trades: readonly TradeView[],
  count: number,
  width: number,
  palette: Palette,
  isLive: boolean,
): string[] {
  const shown = trades.slice(0, count);
  const { price, quantity } = widths(trades);
  const hasRoom = width >= tapeWidth(trades) + MILLISECONDS - SECONDS;
  const lines = shown.map((trade) => {
    const time = hasRoom ? trade.time : trade.time.slice(0, SECONDS);
    const what = `${grouped(trade.price).padStart(price)}${GAP}${grouped(trade.quantity).padStart(quantity)}`;
    return `${palette.faint(time)}${GAP}${signed(trade, what, palette, isLive)}`;
  });
  while (lines.length < count) lines.push('');
  return lines;
}

function widths(trades: readonly TradeView[]) {
  return {
    price: Math.max('price'.length, ...trades.map((trade) => grouped(trade.price).length)),
    quantity: Math.max('size'.length, ...trades.map((trade) => grouped(trade.quantity).length)),
  };
}

function signed(trade: TradeView, text: string, palette: Palette, isLive: boolean): string {
  const sign = trade.aggressor === 'bid' ? '▲' : trade.aggressor === 'ask' ? '▼' : '=';
  const whole = `${text} ${sign}`;
  if (!isLive) return palette.faint(whole);
  if (trade.aggressor === undefined) return whole;
  return trade.aggressor === 'bid' ? palette.bid(whole) : palette.ask(whole);
}
