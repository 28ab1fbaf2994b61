/** Holds one check of the capture against the book that the far end shows. */

import { DecimalError } from '../../../feed/decimal.ts';
import type { CapturedBook, CapturedSide, LevelText } from './captured-book.ts';
import { KRAKEN_LEVELS, krakenChecksum, OKX_LEVELS, okxChecksum } from './checksums.ts';
import type { CaptureUnits, Check } from './expectation.ts';
import { type BookLevels, firstDifference, type SideLevels } from './levels.ts';

/** What did not hold, in words for people. */
export interface Difference {
  readonly expected: string;
  readonly got: string;
}

/** `undefined` when the check holds. `far` counts in the capture's units. */
export function evaluateCheck(
  check: Check,
  far: BookLevels,
  units: CaptureUnits,
  book: CapturedBook | undefined,
): Difference | undefined {
  switch (check.kind) {
    case 'kraken-crc32': {
      const got = krakenChecksum(...textsOf(far, KRAKEN_LEVELS, units, book));
      return got === check.value ? undefined : numbers(check.value, got);
    }
    case 'okx-crc32': {
      const got = okxChecksum(...textsOf(far, OKX_LEVELS, units, book));
      return got === check.value ? undefined : numbers(check.value, got);
    }
    case 'top':
      return compareTop(check.bids, check.asks, far, units);
    case 'book-ticker': {
      const list = (level: LevelText | undefined) => (level === undefined ? [] : [level]);
      return compareTop(list(check.bid), list(check.ask), far, units);
    }
    case 'order-book-row': {
      const mismatch = check.knowledge.compare(check.row, far);
      if (mismatch === undefined) return undefined;
      const where = `${mismatch.side} at ${units.price.format(mismatch.price)}`;
      return {
        expected: `${mismatch.expected} shares in the ${where}`,
        got: String(mismatch.got),
      };
    }
  }
}

/** Compares level by level, as far as the far end serves; `undefined` when all are equal. */
export function compareLevels(
  expected: BookLevels,
  far: BookLevels,
  depth: number,
  units: CaptureUnits,
): Difference | undefined {
  for (const side of ['bids', 'asks'] as const) {
    const at = firstDifference(expected[side], far[side], depth);
    if (at < 0) continue;
    const where = `${side}[${at}]`;
    return {
      expected: `${where} ${levelText(expected[side], at, units)}`,
      got: `${where} ${levelText(far[side], at, units)}`,
    };
  }
  return undefined;
}

/**
 * The best levels must be these; where one side has fewer than the other, it must have no more. Two
 * empty lists say that the book is empty.
 */
function compareTop(
  bids: readonly LevelText[],
  asks: readonly LevelText[],
  far: BookLevels,
  units: CaptureUnits,
): Difference | undefined {
  try {
    const expected = { bids: sideOf(bids, units), asks: sideOf(asks, units) };
    return compareLevels(expected, far, Math.max(bids.length, asks.length, 1), units);
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    return { expected: 'levels in whole ticks and lots', got: error.message };
  }
}

function sideOf(levels: readonly LevelText[], units: CaptureUnits): SideLevels {
  return {
    prices: levels.map(([price]) => units.price.parse(price)),
    quantities: levels.map(([, quantity]) => units.quantity.parse(quantity)),
  };
}

/**
 * The far end's best levels as the venue would write them. A venue's own text is used where the
 * numbers are the same, because checksums are taken over texts ("0.5" or "0.50").
 */
function textsOf(
  far: BookLevels,
  depth: number,
  units: CaptureUnits,
  book: CapturedBook | undefined,
): [bids: LevelText[], asks: LevelText[]] {
  const write = (side: SideLevels, captured: CapturedSide | undefined): LevelText[] =>
    side.prices.slice(0, depth).map((price, i) => {
      const quantity = side.quantities[i] ?? 0;
      const written = captured?.textOf(price, quantity);
      return written ?? [units.price.format(price), units.quantity.format(quantity)];
    });
  return [write(far.bids, book?.bids), write(far.asks, book?.asks)];
}

function levelText(side: SideLevels, at: number, units: CaptureUnits): string {
  const price = side.prices[at];
  const quantity = side.quantities[at];
  if (price === undefined || quantity === undefined) return 'no level';
  return `${units.quantity.format(quantity)} @ ${units.price.format(price)}`;
}

function numbers(expected: number, got: number): Difference {
  return { expected: String(expected), got: String(got) };
}
