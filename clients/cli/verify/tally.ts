/** What held and what did not, counted; the first failure is kept. */

import type { CheckKind } from './expectation.ts';

export interface Failure {
  readonly line: number;
  readonly transaction: number;
  readonly symbol: string;
  /** Which check, or what else was wrong: levels, a transaction that did not come by itself. */
  readonly kind: CheckKind | 'levels' | 'transaction' | 'units' | 'line';
  readonly expected: string;
  readonly got: string;
}

export class Tally {
  /** Checks that the capture carries. */
  checks = 0;
  checksHeld = 0;
  /** Books compared level by level. */
  books = 0;
  booksEqual = 0;
  steps = 0;
  problems = 0;
  firstFailure: Failure | undefined;

  check(failure: Failure | undefined): void {
    this.checks++;
    if (failure === undefined) this.checksHeld++;
    else this.fail(failure);
  }

  book(failure: Failure | undefined): void {
    this.books++;
    if (failure === undefined) this.booksEqual++;
    else this.fail(failure);
  }

  fail(failure: Failure): void {
    this.firstFailure ??= failure;
  }

  get holds(): boolean {
    return this.firstFailure === undefined;
  }

  /** The last line of the report. */
  get verdict(): string {
    const checks = `${this.checksHeld} of ${this.checks} checks hold`;
    const isBookFailure = this.checks === this.checksHeld && !this.holds;
    return isBookFailure ? `${checks}, but the books differ` : checks;
  }
}

export function describeFailure(failure: Failure): string {
  const { line, transaction, symbol, kind, expected, got } = failure;
  return `first failure: line ${line}, transaction ${transaction}, ${symbol}, ${kind}: expected ${expected}, got ${got}`;
}
