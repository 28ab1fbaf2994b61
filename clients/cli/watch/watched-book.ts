/** The books to be shown, wherever they come from: what the terminal needs of a source of books. */

import type { FeedState } from '../../../feed/index.ts';
import type { BookView, TradeView } from './book-view.ts';

export interface WatchedBook {
  /** What can be said now of the chosen book; without levels while nothing is known. */
  view(depth: number): BookView;
  readonly state: FeedState;
  /** The symbols there are, as far as they are known, in the market's order. */
  readonly symbols: readonly string[];
  /** Those, once that is known and the wanted one is not among them. */
  readonly otherSymbols: readonly string[] | undefined;
  /** Another instrument from now on. */
  select(symbol: string): void;
  /** At least so many levels a side, each of so many ticks, from now on. */
  want(depth: number, grouping: number): void;
  /** Called after every change; cheap, for it may be often. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

const KEPT_TRADES = 200;

/** A trade as it came, to be written when it is shown. */
export interface RawTrade {
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: TradeView['aggressor'];
  /** Microseconds since 1970. */
  readonly timeUs: number;
}

/** The newest trades of one instrument. */
export class TradeTail {
  /** Oldest first. */
  readonly #trades: RawTrade[] = [];
  /** Trades seen in all. */
  seen = 0;

  add(trade: RawTrade): void {
    this.seen += 1;
    this.#trades.push(trade);
    if (this.#trades.length > KEPT_TRADES) this.#trades.shift();
  }

  /** Newest first, as text. */
  view(price: (ticks: number) => string, quantity: (lots: number) => string): TradeView[] {
    return this.#trades
      .map((trade) => ({
        price: price(trade.price),
        quantity: quantity(trade.quantity),
        aggressor: trade.aggressor,
        time: clockTime(trade.timeUs),
      }))
      .reverse();
  }
}

/** The tail of each instrument, made when it is first asked for. */
export class TradeTails {
  readonly #bySymbol = new Map<string, TradeTail>();

  of(symbol: string): TradeTail {
    const known = this.#bySymbol.get(symbol);
    if (known !== undefined) return known;
    const made = new TradeTail();
    this.#bySymbol.set(symbol, made);
    return made;
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

/** Those that a search finds: what begins with it first, then what has it anywhere. */
export function findSymbols(text: string, symbols: readonly string[]): string[] {
  const wanted = text.toLowerCase();
  const has = (symbol: string): number => symbol.toLowerCase().indexOf(wanted);
  const begin = symbols.filter((symbol) => has(symbol) === 0);
  return [...begin, ...symbols.filter((symbol) => has(symbol) > 0)];
}
