/** The ladder: asks above, bids below, the price in the middle, and bars that grow away from it. */

import type { BookView, LevelView } from './book-view.ts';
import type { Palette } from './palette.ts';
import { bar, barToLeft, grouped, padEnd, padStart } from './text-columns.ts';

export interface LadderOptions {
  /** Columns that there are. */
  readonly width: number;
  /** Levels a side; a shorter side is padded, so that nothing jumps. */
  readonly depth: number;
  readonly palette: Palette;
  /** Levels that changed a moment ago. */
  readonly bright?: ReadonlySet<LevelView>;
}

interface Columns {
  readonly price: number;
  readonly quantity: number;
  /** 0: not shown. */
  readonly orders: number;
  readonly bar: number;
  /** One scale for both sides. */
  readonly mostLots: number;
}

const GAP = '  ';
const LONGEST_BAR = 32;
/** Below this the orders give way. */
const SHORTEST_BAR = 4;

/** `2 x depth + 2` lines: a header, asks, the spread, bids. */
export function ladderLines(view: BookView, options: LadderOptions): string[] {
  const { depth, palette } = options;
  const asks = view.asks.slice(0, depth);
  const bids = view.bids.slice(0, depth);
  const columns = layOut([...asks, ...bids], options.width);
  const missing = (side: readonly LevelView[]): string[] =>
    Array.from({ length: depth - side.length }, () => '');
  const isLive = view.state === 'LIVE';
  const paint = { columns, palette, isLive, bright: options.bright ?? new Set<LevelView>() };
  return [
    palette.faint(header(columns)),
    ...missing(asks),
    ...asks.map((level) => askLine(level, paint)).reverse(),
    spreadLine(view, columns, palette),
    ...bids.map((level) => bidLine(level, paint)),
    ...missing(bids),
  ];
}

/** Columns that a ladder of these levels would like to have. */
export function ladderWidth(view: BookView, depth: number): number {
  const { price, quantity, orders } = figures([
    ...view.asks.slice(0, depth),
    ...view.bids.slice(0, depth),
  ]);
  return price + 2 * (quantity + orders + LONGEST_BAR + 3 * GAP.length);
}

function figures(levels: readonly LevelView[]) {
  const widest = (texts: readonly string[], least: number): number =>
    Math.max(least, ...texts.map((text) => text.length));
  return {
    price: widest(
      levels.map((level) => grouped(level.price)),
      'price'.length,
    ),
    quantity: widest(
      levels.map((level) => grouped(level.quantity)),
      'size'.length,
    ),
    orders: widest(
      levels.map((level) => String(level.orders)),
      'n'.length,
    ),
  };
}

/** Widths from the widest figure, so that digits stand below digits; bars get what is left. */
function layOut(levels: readonly LevelView[], width: number): Columns {
  const { price, quantity, orders } = figures(levels);
  const half = Math.floor((width - price) / 2) - quantity - GAP.length;
  const besideOrders = half - orders - 2 * GAP.length;
  const isWide = besideOrders >= SHORTEST_BAR;
  const left = isWide ? besideOrders : half - GAP.length;
  return {
    price,
    quantity,
    orders: isWide ? orders : 0,
    bar: Math.max(0, Math.min(LONGEST_BAR, left)),
    mostLots: Math.max(1, ...levels.map((level) => level.lots)),
  };
}

/** Columns of one side, without the price. */
function half({ bar: longest, orders, quantity }: Columns): number {
  const withOrders = orders === 0 ? 0 : orders + GAP.length;
  return longest + GAP.length + withOrders + quantity + GAP.length;
}

function header(columns: Columns): string {
  const { orders, quantity, price } = columns;
  const count = orders === 0 ? '' : 'n'.padStart(orders) + GAP;
  const bid = padStart(`${count}${'size'.padStart(quantity)}${GAP}`, half(columns));
  return `${bid}${'price'.padStart(price)}${GAP}${'size'.padStart(quantity)}${GAP}${count}`.trimEnd();
}

interface Paint {
  readonly columns: Columns;
  readonly palette: Palette;
  readonly isLive: boolean;
  readonly bright: ReadonlySet<LevelView>;
}

function bidLine(level: LevelView, { columns, palette, isLive, bright }: Paint): string {
  const { price, quantity, orders } = columns;
  const long = barToLeft(level.lots / columns.mostLots, columns.bar);
  // What is not LIVE must not look alive.
  const [paintPrice, paintBar] = isLive
    ? [palette.bid, palette.bidBar]
    : [palette.faint, palette.faint];
  const count = orders === 0 ? '' : palette.faint(String(level.orders).padStart(orders)) + GAP;
  return [
    padStart(paintBar(long), columns.bar) + GAP + count,
    figure(level, quantity, palette, isLive, bright) + GAP,
    paintPrice(grouped(level.price).padStart(price)),
  ].join('');
}

function askLine(level: LevelView, { columns, palette, isLive, bright }: Paint): string {
  const { price, quantity, orders } = columns;
  const long = bar(level.lots / columns.mostLots, columns.bar);
  const [paintPrice, paintBar] = isLive
    ? [palette.ask, palette.askBar]
    : [palette.faint, palette.faint];
  const count = orders === 0 ? '' : palette.faint(String(level.orders).padStart(orders)) + GAP;
  return [
    ' '.repeat(half(columns)),
    paintPrice(grouped(level.price).padStart(price)) + GAP,
    figure(level, quantity, palette, isLive, bright) + GAP,
    count + paintBar(long),
  ].join('');
}

function figure(
  level: LevelView,
  width: number,
  palette: Palette,
  isLive: boolean,
  bright: ReadonlySet<LevelView>,
): string {
  const text = grouped(level.quantity).padStart(width);
  if (!isLive) return palette.faint(text);
  // Zeros at the end say nothing, but for where the point stands.
  const [, figures = text, zeros = ''] = /^(.*\.\d*?)(0+)$/.exec(text) ?? [];
  const seen = bright.has(level) ? palette.strong(figures) : figures;
  return seen + palette.faint(zeros);
}

/** The spread stands where the price does. */
function spreadLine(view: BookView, columns: Columns, palette: Palette): string {
  const middle = half(columns) + columns.price;
  if (view.bids.length + view.asks.length === 0) return '';
  if (view.spread === '') return palette.faint(padStart('─'.repeat(columns.price), middle));
  const text = `spread ${grouped(view.spread)}   mid ${grouped(view.mid)}`;
  const start = Math.max(0, middle - Math.floor((columns.price + text.length) / 2));
  return palette.faint(padEnd('', start) + text);
}
