/** One book to be shown, wherever it comes from: what the terminal needs of a source of books. */

import type { FeedState } from '../../../feed/index.ts';
import type { BookView, TradeView } from './book-view.ts';

export interface WatchedBook {
  /** What can be said now; without levels while nothing is known. */
  view(depth: number): BookView;
  readonly state: FeedState;
  /** The symbols there are, once that is known and the wanted one is not among them. */
  readonly otherSymbols: readonly string[] | undefined;
  /** Called after every change; cheap, for it may be often. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

const KEPT_TRADES = 200;

/** The newest trades, newest first. */
export class TradeTail {
  readonly #trades: TradeView[] = [];
  /** Trades seen in all. */
  seen = 0;

  get newestFirst(): readonly TradeView[] {
    return this.#trades;
  }

  add(trade: TradeView): void {
    this.seen++;
    this.#trades.unshift(trade);
    if (this.#trades.length > KEPT_TRADES) this.#trades.pop();
  }
}

/** "14:03:22.123" in local time; `micros` since 1970. */
export function clockTime(micros: number): string {
  const date = new Date(micros / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** "There is no "X". There are: A, B." with the likeliest first when one is nearly right. */
export function unknownSymbolText(wanted: string, symbols: readonly string[]): string {
  if (symbols.length === 0) return `There is no "${wanted}": the market has no instruments.`;
  const sorted = [...symbols].sort();
  return `There is no "${wanted}". There are: ${sorted.join(', ')}.`;
}

/** The symbol as it is written in the market: exactly, or else but for upper and lower case. */
export function matchSymbol(wanted: string, symbols: readonly string[]): string | undefined {
  if (symbols.includes(wanted)) return wanted;
  const alike = symbols.filter((symbol) => symbol.toLowerCase() === wanted.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}
