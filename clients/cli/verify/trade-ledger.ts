/**
 * The n-th trade that the capture reports of an instrument must be the n-th that arrives of it, with
 * price, quantity and aggressor: so each arrives exactly once and in order.
 */

import { DecimalError, DecimalScale } from '../../../feed/decimal.ts';
import type { CapturedTrade, Expectation } from './expectation.ts';
import type { FarEndLog, FarInstrument, FarTrade } from './far-end.ts';
import type { Failure, Tally } from './tally.ts';

interface ExpectedTrade {
  readonly line: number;
  readonly transaction: number;
  readonly trade: CapturedTrade;
}

const NOTHING = 'no trade';

export class TradeLedger {
  readonly #log: FarEndLog;
  readonly #tally: Tally;
  /** By symbol, in the order of the capture. */
  readonly #expected = new Map<string, ExpectedTrade[]>();
  readonly #lastIds = new Map<string, number>();

  constructor(log: FarEndLog, tally: Tally) {
    this.#log = log;
    this.#tally = tally;
  }

  /** Trades of the capture that have not arrived. */
  get outstanding(): number {
    let count = 0;
    for (const waiting of this.#expected.values()) count += waiting.length;
    return count;
  }

  /** The line of the first of them, in words. */
  get awaited(): string {
    for (const [symbol, [first]] of this.#expected) {
      if (first !== undefined) return `the trade of line ${first.line}, ${symbol}`;
    }
    return NOTHING;
  }

  expect({ line, trades }: Expectation, symbol: string, transaction: number): void {
    if (trades.length === 0) return;
    const waiting = this.#expected.get(symbol) ?? [];
    this.#expected.set(symbol, waiting);
    for (const trade of trades) waiting.push({ line, transaction, trade });
  }

  /** Compares what has arrived with what was expected, as far as both are there. */
  settle(): void {
    for (const [symbol, waiting] of this.#expected) {
      const arrived = this.#log.trades.get(symbol) ?? [];
      while (waiting.length > 0 && arrived.length > 0) {
        const got = arrived.shift();
        const [first] = waiting;
        if (got === undefined || first === undefined) break;
        waiting.shift();
        this.#tally.trade(
          'missed' in got ? failure(symbol, first, got.missed) : this.#compare(symbol, first, got),
        );
      }
    }
  }

  /** Everything has been played: what is left over on either side is wrong. */
  end(line: number, transaction: number): void {
    this.settle();
    for (const [symbol, waiting] of this.#expected) {
      for (const one of waiting) this.#tally.trade(failure(symbol, one, NOTHING));
    }
    for (const [symbol, [extra]] of this.#log.trades) {
      if (extra === undefined) continue;
      const got = 'missed' in extra ? extra.missed : this.#text(symbol, extra);
      const expected = 'no further trade';
      this.#tally.fail({ line, transaction, symbol, kind: 'trade', expected, got });
    }
  }

  #compare(symbol: string, expected: ExpectedTrade, got: FarTrade): Failure | undefined {
    const lastId = this.#lastIds.get(symbol) ?? 0;
    this.#lastIds.set(symbol, got.id);
    if (got.id <= lastId) {
      return failure(symbol, expected, `trade id ${got.id} after ${lastId}`);
    }
    if (isSame(expected.trade, got, this.#log.instruments.get(symbol))) return undefined;
    return failure(symbol, expected, this.#text(symbol, got));
  }

  #text(symbol: string, { aggressor, price, quantity }: FarTrade): string {
    const { tickSize = '1', lotSize = '1' } = this.#log.instruments.get(symbol) ?? {};
    const size = new DecimalScale(lotSize).format(quantity);
    return `${aggressor} ${size} @ ${new DecimalScale(tickSize).format(price)}`;
  }
}

function isSame(
  { price, quantity, aggressor }: CapturedTrade,
  got: FarTrade,
  instrument: FarInstrument | undefined,
): boolean {
  if (instrument === undefined) return false;
  try {
    return (
      new DecimalScale(instrument.tickSize).parse(price) === got.price &&
      new DecimalScale(instrument.lotSize).parse(quantity) === got.quantity &&
      aggressor === got.aggressor
    );
  } catch (error) {
    if (error instanceof DecimalError) return false;
    throw error;
  }
}

function failure(
  symbol: string,
  { line, transaction, trade }: ExpectedTrade,
  got: string,
): Failure {
  const expected = `${trade.aggressor} ${trade.quantity} @ ${trade.price}`;
  return { line, transaction, symbol, kind: 'trade', expected, got };
}
