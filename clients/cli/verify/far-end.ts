/** What the far end of the pipeline has shown so far, by instrument and transaction. */

import type { BookLevels } from './levels.ts';

/** An instrument as the far end names it. */
export interface FarInstrument {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
}

/** A book as the far end shows it. */
export interface FarBook {
  readonly levels: BookLevels;
  /** "LIVE", or what else it is and why: "GAPPED (HASH_MISMATCH)". */
  readonly state: string;
}

export interface FarTrade {
  readonly id: number;
  /** Ticks and lots. */
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: 'bid' | 'ask' | 'nobody';
}

/** Trades that the far end says it will not get. */
export interface MissedTrades {
  readonly missed: string;
}

/** A client of the public libraries at the far end; it tells a `FarEndLog` what it receives. */
export interface FarEnd {
  /** "the subscriber library" or "the browser library", for messages. */
  readonly name: string;
  /** Levels a side that it can show. */
  readonly depth: number;
  /** Whether trades are gathered on their way, and so come later than their transaction. */
  readonly gathersTrades: boolean;
  /** Resolves when it is connected, so that nothing played from now on is missed. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** The book as it is now; `undefined` when there is none. */
  book(symbol: string): FarBook | undefined;
  /** State and reason, in words, for the message when nothing comes any more. */
  describe(): string;
  /** What it has checked by itself, in words, for the report. */
  ownChecks(): string;
}

interface ShownBook extends FarBook {
  readonly transaction: number;
}

export class FarEndLog {
  readonly instruments = new Map<string, FarInstrument>();
  /** Trades that nobody has looked at yet, by symbol, in the order of their arrival. */
  readonly trades = new Map<string, (FarTrade | MissedTrades)[]>();
  /** The newest transaction heard of. */
  newest = 0;
  /** Told of each transaction as it is heard of. */
  onHeard: (transaction: number) => void = () => undefined;
  readonly #books = new Map<string, ShownBook[]>();
  /** Transactions heard of that the checker has not passed. */
  readonly #heard = new Set<number>();
  #passed = 0;
  #wake: () => void = () => undefined;

  instrument(instrument: FarInstrument): void {
    this.instruments.set(instrument.symbol, instrument);
    this.#wake();
  }

  /** The book of `symbol` is this after `transaction`; the arrays are handed over. */
  book(symbol: string, transaction: number, book: FarBook): void {
    const books = listOf(this.#books, symbol);
    // Several changes of one transaction count once, as it ends.
    if (books.at(-1)?.transaction === transaction) books.pop();
    books.push({ transaction, ...book });
    this.heard(transaction);
  }

  heard(transaction: number): void {
    this.#heard.add(transaction);
    if (transaction > this.newest) this.newest = transaction;
    this.onHeard(transaction);
    this.#wake();
  }

  trade(symbol: string, trade: FarTrade | MissedTrades): void {
    listOf(this.trades, symbol).push(trade);
    this.#wake();
  }

  hasHeard(transaction: number): boolean {
    return transaction <= this.#passed || this.#heard.has(transaction);
  }

  /** The book as it was after `transaction`; what is older is forgotten. */
  bookAt(symbol: string, transaction: number): FarBook | undefined {
    const books = this.#books.get(symbol) ?? [];
    while ((books[1]?.transaction ?? Number.POSITIVE_INFINITY) <= transaction) books.shift();
    const [oldest] = books;
    return oldest !== undefined && oldest.transaction <= transaction ? oldest : undefined;
  }

  /** The checker has done with everything up to this transaction. */
  passed(transaction: number): void {
    if (transaction <= this.#passed) return;
    this.#passed = transaction;
    for (const one of this.#heard) if (one <= transaction) this.#heard.delete(one);
  }

  /** Resolves at the next news. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function listOf<Item>(lists: Map<string, Item[]>, symbol: string): Item[] {
  let list = lists.get(symbol);
  if (list === undefined) {
    list = [];
    lists.set(symbol, list);
  }
  return list;
}
