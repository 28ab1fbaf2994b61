/**
 * The checker: takes the steps that the source reports, in order, waits until the far end shows the
 * book as it was after each step's transaction, and holds it against the capture.
 */

import { DecimalError } from '../../../feed/decimal.ts';
import { FeedState, MAX_INTEGER } from '../../../feed/index.ts';
import type { Difference } from './evaluate.ts';
import { compareLevels, evaluateCheck } from './evaluate.ts';
import type { CaptureReader, CaptureUnits, Expectation } from './expectation.ts';
import type { FarBook, FarEnd, FarEndLog, FarInstrument } from './far-end.ts';
import { type BookLevels, EMPTY_LEVELS, type SideLevels, withinPrice } from './levels.ts';
import type { Failure, FailureKind, Tally } from './tally.ts';
import { TradeLedger } from './trade-ledger.ts';

/** A gateway keeps 1,024 trades of an instrument for those that are behind; this many are no risk. */
const MOST_TRADES_ON_THEIR_WAY = 512;

export interface VerifierOptions {
  readonly capture: CaptureReader;
  readonly farEnd: Pick<FarEnd, 'depth' | 'gathersTrades' | 'book'>;
  readonly log: FarEndLog;
  readonly tally: Tally;
  /** Resolves with the news; rejects when none comes for too long, or something has failed. */
  readonly wait: (news: Promise<void>, forWhat: string) => Promise<void>;
}

export class Verifier {
  readonly #options: VerifierOptions;
  readonly #expectations: AsyncGenerator<Expectation>;
  readonly #trades: TradeLedger;
  /** The last line of each instrument whose book the capture tells. */
  readonly #lastLines = new Map<string, Expectation>();
  /** Read from the capture, not yet played. */
  #next: Expectation | undefined;
  #transaction = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#expectations = options.capture.expectations();
    this.#trades = new TradeLedger(options.log, options.tally);
  }

  /** The source has played this line; `transaction` is the last one of it. */
  async step(line: number, transaction: number): Promise<void> {
    const { tally, log, capture } = this.#options;
    tally.steps++;
    tally.lastLine = line;
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

  /** The source has ended: nothing may be left over, and every book must be what it was last. */
  async end(): Promise<void> {
    if (!this.#options.capture.isLockstep) {
      await this.#upTo(Number.POSITIVE_INFINITY, this.#transaction);
    }
    await this.#endTrades();
    for (const [symbol, expectation] of this.#lastLines) this.#compareLast(symbol, expectation);
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
    const symbol = expectation.symbol ?? '';
    await this.#hear(expectation, symbol);
    this.#evaluate(expectation, symbol);
    await this.#compareTrades(expectation, symbol);
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

  /** Waits until the far end has heard of the transaction, also of one that changes nothing there. */
  async #hear(expectation: Expectation, symbol: string): Promise<void> {
    const { log, wait } = this.#options;
    const transaction = this.#transaction;
    for (;;) {
      const news = log.news();
      if (log.hasHeard(transaction)) return;
      if (log.newest > transaction) {
        // Merged with later ones, or lost: the book cannot be seen as it was.
        this.#fail(expectation, symbol, 'transaction', {
          expected: `transaction ${transaction} by itself`,
          got: `transaction ${log.newest} (if the gateway merges, try a smaller --window)`,
        });
        return;
      }
      await wait(news, `transaction ${transaction} of line ${expectation.line}, ${symbol}`);
    }
  }

  async #compareTrades(expectation: Expectation, symbol: string): Promise<void> {
    if (!this.#options.capture.tellsTrades) return;
    this.#trades.expect(expectation, symbol, this.#transaction);
    this.#trades.settle();
    if (this.#options.farEnd.gathersTrades) await this.#awaitTrades(MOST_TRADES_ON_THEIR_WAY);
  }

  async #endTrades(): Promise<void> {
    const { capture, farEnd, tally } = this.#options;
    if (!capture.tellsTrades) return;
    if (farEnd.gathersTrades) await this.#awaitTrades(0);
    this.#trades.end(tally.lastLine, this.#transaction);
  }

  /** Waits until no more than so many are on their way; once one was wrong, some may never come. */
  async #awaitTrades(most: number): Promise<void> {
    const { log, tally, wait } = this.#options;
    while (this.#trades.outstanding > most && tally.trades.isWhole) {
      const news = log.news();
      this.#trades.settle();
      if (this.#trades.outstanding <= most || !tally.trades.isWhole) return;
      await wait(news, this.#trades.awaited);
    }
  }

  #evaluate(expectation: Expectation, symbol: string): void {
    const { tally, log } = this.#options;
    const { units, book, checks } = expectation;
    const shown = log.bookAt(symbol, this.#transaction);
    const far = this.#inCaptureUnits(expectation, symbol, shown);
    if (units === undefined || far === undefined) return;
    for (const check of checks) {
      const difference = evaluateCheck(check, far, units, book);
      tally.check(difference && this.#failure(expectation, symbol, check.kind, difference));
      if (check.kind === 'order-book-row') check.knowledge.settle(check.row, far);
    }
    if (book === undefined) return;
    this.#lastLines.set(symbol, expectation);
    tally.book(this.#compareBook(expectation, symbol, 'levels', shown, far));
  }

  /** The book as it is now, after everything: nothing may have changed it behind the last line. */
  #compareLast(symbol: string, expectation: Expectation): void {
    const shown = this.#options.farEnd.book(symbol);
    const far = this.#inCaptureUnits(expectation, symbol, shown);
    if (far === undefined) return;
    const failure = this.#compareBook(expectation, symbol, 'last levels', shown, far);
    this.#options.tally.lastBook(failure);
  }

  #compareBook(
    expectation: Expectation,
    symbol: string,
    kind: FailureKind,
    shown: FarBook | undefined,
    far: BookLevels,
  ): Failure | undefined {
    const { units, book } = expectation;
    if (units === undefined || book === undefined) return undefined;
    // Prices of more than 2^53 - 1 steps are in the capture, but cannot be in a feed of integers.
    const expected = withinPrice(book.levels, MAX_INTEGER);
    const difference = compareLevels(expected, far, this.#options.farEnd.depth, units);
    if (difference !== undefined) return this.#failure(expectation, symbol, kind, difference);
    if (shown === undefined || shown.state === FeedState.Live) return undefined;
    const state = { expected: FeedState.Live, got: shown.state };
    return this.#failure(expectation, symbol, 'state', state);
  }

  /** The far end's book in the capture's units; empty when there is none. */
  #inCaptureUnits(
    expectation: Expectation,
    symbol: string,
    shown: FarBook | undefined,
  ): BookLevels | undefined {
    const { units } = expectation;
    if (units === undefined) return undefined;
    const instrument = this.#options.log.instruments.get(symbol);
    if (shown === undefined || instrument === undefined) return EMPTY_LEVELS;
    try {
      return inCaptureUnits(shown.levels, instrument, units);
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

  #fail(expectation: Expectation, symbol: string, kind: FailureKind, difference: Difference): void {
    this.#options.tally.fail(this.#failure(expectation, symbol, kind, difference));
  }

  #failure(
    { line }: Expectation,
    symbol: string,
    kind: FailureKind,
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
