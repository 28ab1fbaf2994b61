/**
 * The checker: takes the steps that the source reports, in order, waits until the far end shows the
 * book as it was after each step's transaction, and holds it against the capture.
 */

import { DecimalError } from '../../../feed/decimal.ts';
import { MAX_INTEGER } from '../../../feed/index.ts';
import type { Difference } from './evaluate.ts';
import { compareLevels, evaluateCheck } from './evaluate.ts';
import type { CaptureReader, CaptureUnits, Expectation } from './expectation.ts';
import type { FarEnd, FarEndLog, FarInstrument } from './far-end.ts';
import {
  type BookLevels,
  EMPTY_LEVELS,
  type SideLevels,
  sameLevels,
  topOf,
  withinPrice,
} from './levels.ts';
import type { Failure, Tally } from './tally.ts';

export interface VerifierOptions {
  readonly capture: CaptureReader;
  readonly farEnd: Pick<FarEnd, 'depth' | 'hearsEverything'>;
  readonly log: FarEndLog;
  readonly tally: Tally;
  /** Resolves with the news; rejects when none comes for too long, or something has failed. */
  readonly wait: (news: Promise<void>, forWhat: string) => Promise<void>;
}

export class Verifier {
  readonly #options: VerifierOptions;
  readonly #expectations: AsyncGenerator<Expectation>;
  /** The view that each book should show now, to know whether the next step changes it. */
  readonly #views = new Map<string, BookLevels>();
  /** Read from the capture, not yet played. */
  #next: Expectation | undefined;
  #transaction = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#expectations = options.capture.expectations();
  }

  /** The source has played this line; `transaction` is the last one of it. */
  async step(line: number, transaction: number): Promise<void> {
    const { tally, log, capture } = this.#options;
    tally.steps++;
    // Instruments that a source lists before its first line are no line of the capture.
    if (line === 0) {
      this.#transaction = transaction;
    } else if (capture.isLockstep) {
      this.#transaction = transaction;
      await this.#lockstep(line);
    } else {
      await this.#upTo(line, transaction);
    }
    log.passed(this.#transaction);
  }

  /** The source has ended: nothing of the capture may be left over. */
  async end(): Promise<void> {
    if (!this.#options.capture.isLockstep) {
      await this.#upTo(Number.POSITIVE_INFINITY, this.#transaction);
      return;
    }
    const left = await this.#peek();
    if (left === undefined) return;
    const symbol = left.symbol ?? '';
    this.#fail(left, symbol, 'line', {
      expected: `line ${left.line} to be played`,
      got: 'the end of the source',
    });
  }

  async close(): Promise<void> {
    await this.#expectations.return(undefined);
  }

  async #lockstep(line: number): Promise<void> {
    const expectation = await this.#take();
    if (expectation === undefined || expectation.line !== line) {
      const expected = expectation === undefined ? 'the end' : `line ${expectation.line}`;
      throw new LineMismatch(line, this.#transaction, expected);
    }
    const symbol = expectation.symbol ?? '';
    await this.#reach(expectation, symbol);
    const far = this.#farBook(expectation, symbol);
    if (far !== undefined) this.#evaluate(expectation, symbol, far);
  }

  /** Order flow: rows of messages that the source did not play hold for the book as it was. */
  async #upTo(line: number, transaction: number): Promise<void> {
    for (;;) {
      const expectation = await this.#peek();
      if (expectation === undefined || expectation.line > line) break;
      this.#next = undefined;
      if (expectation.line === line) this.#transaction = transaction;
      await this.#settledRow(expectation);
    }
    if (Number.isFinite(line)) this.#transaction = transaction;
  }

  /**
   * A transaction of order flow that shows nothing is not published, so that the far end need not
   * hear of it: the row must hold, if not at once then when the far end has passed the transaction.
   */
  async #settledRow(expectation: Expectation): Promise<void> {
    const { log, wait } = this.#options;
    for (;;) {
      const news = log.news();
      const symbol = this.#symbolOf(expectation);
      const far = symbol === undefined ? undefined : this.#farBook(expectation, symbol);
      const holds = far !== undefined && this.#firstDifference(expectation, far) === undefined;
      const isPassed = log.newest >= this.#transaction && symbol !== undefined;
      if (holds || isPassed) {
        if (symbol !== undefined) this.#evaluate(expectation, symbol, far ?? EMPTY_LEVELS);
        break;
      }
      await wait(news, `transaction ${this.#transaction} of line ${expectation.line}`);
    }
  }

  #firstDifference({ checks, units, book }: Expectation, far: BookLevels): Difference | undefined {
    if (units === undefined) return undefined;
    for (const check of checks) {
      const difference = evaluateCheck(check, far, units, book);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  /** Waits until the far end must show the book as it was after this transaction. */
  async #reach(expectation: Expectation, symbol: string): Promise<void> {
    const { farEnd, log, wait } = this.#options;
    const transaction = this.#transaction;
    const mustChange = this.#viewChanges(expectation, symbol);
    const isReached = farEnd.hearsEverything
      ? () => log.hasHeard(transaction)
      : () => !mustChange || log.hasState(symbol, transaction);
    const isPast = farEnd.hearsEverything
      ? () => log.newest > transaction
      : () => log.newestTransactionOf(symbol) > transaction;
    for (;;) {
      const news = log.news();
      if (isReached()) return;
      if (isPast()) {
        // Merged with later ones, or lost: the book cannot be seen as it was.
        this.#fail(expectation, symbol, 'transaction', {
          expected: `transaction ${transaction} by itself`,
          got: `transaction ${log.newestTransactionOf(symbol)} next`,
        });
        return;
      }
      await wait(news, `transaction ${transaction} of line ${expectation.line}, ${symbol}`);
    }
  }

  /** Whether the levels that the far end serves change with this line. */
  #viewChanges({ book }: Expectation, symbol: string): boolean {
    if (book === undefined) return false;
    const { depth } = this.#options.farEnd;
    const before = this.#views.get(symbol) ?? EMPTY_LEVELS;
    if (sameLevels(before, book.levels, depth)) return false;
    const copy = ({ prices, quantities }: SideLevels): SideLevels =>
      topOf({ prices: [...prices], quantities: [...quantities] }, depth);
    this.#views.set(symbol, { bids: copy(book.bids), asks: copy(book.asks) });
    return true;
  }

  #evaluate(expectation: Expectation, symbol: string, far: BookLevels): void {
    const { tally, farEnd } = this.#options;
    const { units, book, checks } = expectation;
    if (units === undefined) return;
    for (const check of checks) {
      const difference = evaluateCheck(check, far, units, book);
      tally.check(difference && this.#failure(expectation, symbol, check.kind, difference));
      if (check.kind === 'order-book-row') check.knowledge.settle(check.row, far);
    }
    if (book === undefined) return;
    // Prices of more than 2^53 - 1 steps are in the capture, but cannot be in a feed of integers.
    const expected = withinPrice(book.levels, MAX_INTEGER);
    const difference = compareLevels(expected, far, farEnd.depth, units);
    tally.book(difference && this.#failure(expectation, symbol, 'levels', difference));
  }

  /** The far end's book after the transaction, in the capture's units. */
  #farBook(expectation: Expectation, symbol: string): BookLevels | undefined {
    const { log } = this.#options;
    const { units } = expectation;
    if (units === undefined) return undefined;
    const levels = log.bookAt(symbol, this.#transaction);
    const instrument = log.instruments.get(symbol);
    if (levels === undefined || instrument === undefined) return EMPTY_LEVELS;
    try {
      return inCaptureUnits(levels, instrument, units);
    } catch (error) {
      if (!(error instanceof DecimalError)) throw error;
      this.#fail(expectation, symbol, 'units', {
        expected: `multiples of ${units.price.step} and ${units.quantity.step}`,
        got: `tick ${instrument.tickSize}, lot ${instrument.lotSize}`,
      });
      return undefined;
    }
  }

  /** A capture that names no symbol has one instrument. */
  #symbolOf({ symbol }: Expectation): string | undefined {
    return symbol ?? this.#options.log.instruments.keys().next().value;
  }

  async #peek(): Promise<Expectation | undefined> {
    if (this.#next === undefined) {
      const { value, done } = await this.#expectations.next();
      this.#next = done === true ? undefined : value;
    }
    return this.#next;
  }

  async #take(): Promise<Expectation | undefined> {
    const taken = await this.#peek();
    this.#next = undefined;
    return taken;
  }

  #fail(
    expectation: Expectation,
    symbol: string,
    kind: Failure['kind'],
    difference: Difference,
  ): void {
    this.#options.tally.fail(this.#failure(expectation, symbol, kind, difference));
  }

  #failure(
    { line }: Expectation,
    symbol: string,
    kind: Failure['kind'],
    difference: Difference,
  ): Failure {
    return { line, transaction: this.#transaction, symbol, kind, ...difference };
  }
}

/** The source and the checker read the capture differently: nothing after this can be compared. */
export class LineMismatch extends Error {
  constructor(line: number, transaction: number, expected: string) {
    super(
      `The source played line ${line} (transaction ${transaction}) where the capture has ${expected}.`,
    );
    this.name = 'LineMismatch';
  }
}

/** Throws `DecimalError` when the instrument's steps are no multiples of the capture's. */
function inCaptureUnits(
  levels: BookLevels,
  { tickSize, lotSize }: FarInstrument,
  units: CaptureUnits,
): BookLevels {
  const tick = units.price.parse(tickSize);
  const lot = units.quantity.parse(lotSize);
  if (tick === 1 && lot === 1) return levels;
  const scaled = ({ prices, quantities }: SideLevels): SideLevels => ({
    prices: prices.map((price) => price * tick),
    quantities: quantities.map((quantity) => quantity * lot),
  });
  return { bids: scaled(levels.bids), asks: scaled(levels.asks) };
}
