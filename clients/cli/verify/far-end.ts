/** What the far end of the pipeline has shown so far, by instrument and transaction. */

import type { BookLevels } from './levels.ts';

/** An instrument as the far end names it. */
export interface FarInstrument {
  readonly symbol: string;
  readonly tickSize: string;
  readonly lotSize: string;
}

/** A client of the public libraries at the far end; it tells a `FarEndLog` what it receives. */
export interface FarEnd {
  /** "the subscriber library" or "the browser library", for messages. */
  readonly name: string;
  /** Levels a side that it can show. */
  readonly depth: number;
  /** Whether it hears of every transaction, or only of those that change what it shows. */
  readonly hearsEverything: boolean;
  /** Resolves when it is connected, so that nothing played from now on is missed. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** State and reason, in words, for the message when nothing comes any more. */
  describe(): string;
}

interface FarState {
  readonly transaction: number;
  readonly levels: BookLevels;
}

export class FarEndLog {
  readonly instruments = new Map<string, FarInstrument>();
  /** The newest transaction heard of. */
  newest = 0;
  /** Told of each transaction as it is heard of. */
  onHeard: (transaction: number) => void = () => undefined;
  readonly #states = new Map<string, FarState[]>();
  /** Transactions heard of that the checker has not passed. */
  readonly #heard = new Set<number>();
  #passed = 0;
  #wake: () => void = () => undefined;

  instrument(instrument: FarInstrument): void {
    this.instruments.set(instrument.symbol, instrument);
    this.#wake();
  }

  /** The book of `symbol` is this after `transaction`; the arrays are handed over. */
  book(symbol: string, transaction: number, levels: BookLevels): void {
    let states = this.#states.get(symbol);
    if (states === undefined) {
      states = [];
      this.#states.set(symbol, states);
    }
    // Several changes of one transaction count once, as it ends.
    if (states.at(-1)?.transaction === transaction) states.pop();
    states.push({ transaction, levels });
    this.heard(transaction);
  }

  heard(transaction: number): void {
    this.#heard.add(transaction);
    if (transaction > this.newest) this.newest = transaction;
    this.onHeard(transaction);
    this.#wake();
  }

  hasHeard(transaction: number): boolean {
    return transaction <= this.#passed || this.#heard.has(transaction);
  }

  /** Whether the book has been shown exactly as it was after this transaction. */
  hasState(symbol: string, transaction: number): boolean {
    return this.#states.get(symbol)?.some((state) => state.transaction === transaction) === true;
  }

  /** The newest state of a book. */
  newestTransactionOf(symbol: string): number {
    return this.#states.get(symbol)?.at(-1)?.transaction ?? 0;
  }

  /** The book as it was after `transaction`; what is older is forgotten. */
  bookAt(symbol: string, transaction: number): BookLevels | undefined {
    const states = this.#states.get(symbol) ?? [];
    while ((states[1]?.transaction ?? Number.POSITIVE_INFINITY) <= transaction) states.shift();
    const [oldest] = states;
    return oldest !== undefined && oldest.transaction <= transaction ? oldest.levels : undefined;
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
