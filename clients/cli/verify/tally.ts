/** What held and what did not, counted; the first failure is kept. */

import type { CheckKind } from './expectation.ts';

/** Which check failed, or what else was wrong. */
export type FailureKind =
  | CheckKind
  | 'levels'
  | 'last levels'
  | 'state'
  | 'trade'
  | 'transaction'
  | 'units'
  | 'line';

export interface Failure {
  readonly line: number;
  readonly transaction: number;
  readonly symbol: string;
  readonly kind: FailureKind;
  readonly expected: string;
  readonly got: string;
}

export class Tally {
  /** Checks that the capture carries. */
  readonly checks = new Count();
  /** Books that were LIVE and equal level by level after a line. */
  readonly books = new Count();
  /** The same of the books as they are at the end. */
  readonly lastBooks = new Count();
  /** Trades that arrived as the capture reports them. */
  readonly trades = new Count();
  steps = 0;
  /** The last line that was played. */
  lastLine = 0;
  firstFailure: Failure | undefined;

  check(failure: Failure | undefined): void {
    this.#add(this.checks, failure);
  }

  book(failure: Failure | undefined): void {
    this.#add(this.books, failure);
  }

  lastBook(failure: Failure | undefined): void {
    this.#add(this.lastBooks, failure);
  }

  trade(failure: Failure | undefined): void {
    this.#add(this.trades, failure);
  }

  fail(failure: Failure): void {
    this.firstFailure ??= failure;
  }

  get holds(): boolean {
    return this.firstFailure === undefined;
  }

  /** The last line of the report. */
  get verdict(): string {
    const checks = `${this.checks} checks hold`;
    if (this.firstFailure === undefined || !this.checks.isWhole) return checks;
    return `${checks}, but ${WRONG[this.firstFailure.kind] ?? 'the books differ'}`;
  }

  #add(count: Count, failure: Failure | undefined): void {
    count.all++;
    if (failure === undefined) count.held++;
    else this.fail(failure);
  }
}

/** "4,268 of 4,269" as text. */
class Count {
  all = 0;
  held = 0;

  get isWhole(): boolean {
    return this.held === this.all;
  }

  toString(): string {
    return `${this.held.toLocaleString('en')} of ${this.all.toLocaleString('en')}`;
  }
}

const WRONG: Readonly<Partial<Record<FailureKind, string>>> = {
  state: 'a book was not LIVE',
  trade: 'the trades differ',
  transaction: 'a transaction did not come by itself',
  units: 'the instruments differ',
  line: 'not every line was played',
};

export function describeFailure(failure: Failure): string {
  const { line, transaction, symbol, kind, expected, got } = failure;
  return `first failure: line ${line}, transaction ${transaction}, ${symbol}, ${kind}: expected ${expected}, got ${got}`;
}
