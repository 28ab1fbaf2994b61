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
      throw new LineMismatch(line, this.#transaction, expectation?.line);
    }
    const { farEnd } = this.#options;
    const symbol = expectation.symbol ?? '';
    const mustChange = this.#viewChanges(expectation, symbol);
    if (farEnd.hearsEverything) await this.#hear(expectation, symbol);
    else if (mustChange) await this.#see(expectation, symbol);
    this.#evaluate(expectation, symbol);
  }

  /** Order flow: rows of messages that the source did not play hold for the book as it was. */
  async #upTo(line: number, transaction: number): Promise<void> {
    for (;;) {
      const expectation = await this.#peek();
      if (expectation === undefined || expectation.line > line) break;
      this.#next = undefined;
      if (expectation.line === line) this.#transaction = transaction;
      // A capture that names no symbol has one instrument, of which every transaction is heard.
      await this.#hear(expectation, this.#onlySymbol());
      this.#evaluate(expectation, this.#onlySymbol());
    }
    if (Number.isFinite(line)) this.#transaction = transaction;
  }

  /** Waits until the far end has heard of the transaction. */
  #hear(expectation: Expectation, symbol: string): Promise<void> {
    const { log } = this.#options;
    const isReached = () => log.hasHeard(this.#transaction);
    return this.#reach(expectation, symbol, isReached, () => log.newest);
  }

  /** Waits until the far end has shown the book as it was after the transaction. */
  #see(expectation: Expectation, symbol: string): Promise<void> {
    const { log } = this.#options;
    const isReached = () => log.hasState(symbol, this.#transaction);
    return this.#reach(expectation, symbol, isReached, () => log.newestTransactionOf(symbol));
  }

  async #reach(
    expectation: Expectation,
    symbol: string,
    isReached: () => boolean,
    newest: () => number,
  ): Promise<void> {
    const { log, wait } = this.#options;
    const transaction = this.#transaction;
    for (;;) {
      const news = log.news();
      if (isReached()) return;
      if (newest() > transaction) {
        // Merged with later ones, or lost: the book cannot be seen as it was.
        this.#fail(expectation, symbol, 'transaction', {
          expected: `transaction ${transaction} by itself`,
          got: `transaction ${newest()} next`,
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

  #evaluate(expectation: Expectation, symbol: string): void {
    const { tally, farEnd } = this.#options;
    const { units, book, checks } = expectation;
    const far = this.#farBook(expectation, symbol);
    if (units === undefined || far === undefined) return;
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

  #onlySymbol(): string {
    return this.#options.log.instruments.keys().next().value ?? '';
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
  /** The line that the checker reads next; `undefined` at the capture's end. */
  readonly expected: number | undefined;

  constructor(line: number, transaction: number, expected: number | undefined) {
    const next = expected === undefined ? 'ends' : `goes on with line ${expected}`;
    super(`The source played line ${line} (transaction ${transaction}); the capture ${next}.`);
    this.name = 'LineMismatch';
    this.expected = expected;
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
