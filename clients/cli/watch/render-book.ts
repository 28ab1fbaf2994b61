/** Draws a book as lines of text: asks above, spread in the middle, bids below, trades at the end. */

import { STATE_REASON_TEXT } from '../../../feed/index.ts';
import type { Colours } from '../colours.ts';
import type { BookView, LevelView, TradeView } from './book-view.ts';

export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Levels a side; a shorter side is padded, so that nothing jumps. */
  readonly depth: number;
  readonly trades: number;
  readonly colours: Colours;
}

const LONGEST_BAR = 40;
const SHORTEST_BAR = 4;
const GAP = '  ';
/** Eighths of a column, so that bars grow smoothly. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const GROUP_SEPARATOR = ',';

/** Lines without ends; none is wider than `width` unless the figures themselves are. */
export function renderBook(view: BookView, options: RenderOptions): string[] {
  return [
    ...renderState(view, options.colours),
    '',
    ...renderLadder(view, options),
    '',
    ...renderTrades(view.trades.slice(0, options.trades), options),
    renderFacts(view, options.colours),
  ];
}

/** LIVE is one word; anything else says why, and that the figures below are not to be trusted. */
function renderState(view: BookView, colours: Colours): string[] {
  const name = colours.strong(view.symbol);
  const from = colours.faint(view.from);
  if (view.state === 'LIVE') return [`${name}  ${colours.good('LIVE')}  ${from}`, ''];
  const text = STATE_REASON_TEXT[view.reason];
  return [`${name}  ${colours.warning(view.state)}  ${from}`, colours.warning(text)];
}

interface Columns {
  readonly orders: number;
  readonly quantity: number;
  readonly price: number;
  readonly bar: number;
  readonly mostLots: number;
}

function renderLadder(view: BookView, options: RenderOptions): string[] {
  const { colours, depth } = options;
  const asks = view.asks.slice(0, depth);
  const bids = view.bids.slice(0, depth);
  const columns = layOut([...asks, ...bids], options.width);
  const missing = (side: readonly LevelView[]): string[] =>
    Array.from({ length: depth - side.length }, () => '');
  // What is not LIVE must not look alive.
  const live = view.state === 'LIVE';
  const paintAsk = live ? colours.ask : colours.faint;
  const paintBid = live ? colours.bid : colours.faint;
  return [
    colours.faint(header(columns)),
    ...missing(asks),
    ...asks.map((level) => row(level, columns, paintAsk, colours)).reverse(),
    renderSpread(view, columns, colours),
    ...bids.map((level) => row(level, columns, paintBid, colours)),
    ...missing(bids),
  ];
}

/** Widths from the widest figure, so that digits stand below digits; bars get what is left. */
function layOut(levels: readonly LevelView[], width: number): Columns {
  const widest = (texts: readonly string[], least: number): number =>
    Math.max(least, ...texts.map((text) => text.length));
  const orders = widest(
    levels.map((level) => String(level.orders)),
    'orders'.length,
  );
  const quantity = widest(
    levels.map((level) => grouped(level.quantity)),
    'quantity'.length,
  );
  const price = widest(
    levels.map((level) => grouped(level.price)),
    'price'.length,
  );
  const left = width - orders - quantity - price - 3 * GAP.length;
  return {
    orders,
    quantity,
    price,
    bar: Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, left)),
    // One scale for both sides.
    mostLots: Math.max(1, ...levels.map((level) => level.lots)),
  };
}

function header(columns: Columns): string {
  return [
    'orders'.padStart(columns.orders),
    'quantity'.padStart(columns.quantity),
    'price'.padStart(columns.price),
  ].join(GAP);
}

function row(
  level: LevelView,
  columns: Columns,
  paint: (text: string) => string,
  colours: Colours,
): string {
  return [
    colours.faint(String(level.orders).padStart(columns.orders)),
    grouped(level.quantity).padStart(columns.quantity),
    paint(grouped(level.price).padStart(columns.price)),
    paint(bar(level.lots / columns.mostLots, columns.bar)),
  ].join(GAP);
}

function renderSpread(view: BookView, columns: Columns, colours: Colours): string {
  const indent = ' '.repeat(columns.orders + GAP.length);
  if (view.spread === '') return colours.faint(`${indent}${'─'.repeat(columns.quantity)}`);
  return colours.faint(`${indent}spread ${grouped(view.spread)}   mid ${grouped(view.mid)}`);
}

function renderTrades(trades: readonly TradeView[], options: RenderOptions): string[] {
  const { colours } = options;
  const price = Math.max(0, ...trades.map((trade) => grouped(trade.price).length));
  const quantity = Math.max(0, ...trades.map((trade) => grouped(trade.quantity).length));
  const lines = trades.map((trade) => {
    const what = `${grouped(trade.price).padStart(price)}${GAP}${grouped(trade.quantity).padStart(quantity)}`;
    return `${colours.faint(trade.time)}${GAP}${aggressor(trade, what, colours)}`;
  });
  while (lines.length < options.trades) lines.push('');
  return lines;
}

/** The side is said by a sign as well as by a colour. */
function aggressor(trade: TradeView, text: string, colours: Colours): string {
  if (trade.aggressor === 'bid') return colours.bid(`${text} ▲ buy`);
  if (trade.aggressor === 'ask') return colours.ask(`${text} ▼ sell`);
  return `${text}   auction`;
}

function renderFacts(view: BookView, colours: Colours): string {
  const facts = {
    sequence: view.sequence,
    transaction: view.transaction,
    ...view.facts,
  };
  const parts = Object.entries(facts).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? grouped(String(value)) : value}`,
  );
  return colours.faint(parts.join('   '));
}

/** `share` of `width` columns, 0 to 1; anything above nothing shows. */
export function bar(share: number, width: number): string {
  if (!(share > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** A plain decimal with its whole digits in groups of three. */
export function grouped(decimal: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, GROUP_SEPARATOR) + fraction;
}
