/** What can be wrong with a line of a recording, and how parsers say it. */

import { DecimalError, type DecimalScale } from '../../feed/decimal.ts';
import type { Side } from '../../feed/index.ts';
import { MAX_BOOK_UPDATE_LEVELS, type PriceLevel } from '../protocol/index.ts';
import type { SourceItem, SourceProblem } from './source.ts';

/** Thrown inside a parser for a line that cannot be used; leaves it as a `SourceProblem`. */
export class LineError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'LineError';
    this.code = code;
  }
}

/** The items of one line, or the one problem that makes it unusable. */
export function parseOrProblem(
  line: number,
  parse: () => readonly SourceItem[],
): readonly SourceItem[] {
  try {
    return parse();
  } catch (error) {
    if (error instanceof LineError) return [problem(line, error.code, error.message)];
    if (error instanceof DecimalError) {
      return [problem(line, error.code, error.message.slice(error.code.length + 2))];
    }
    throw error;
  }
}

export function problem(line: number, code: string, message: string): SourceProblem {
  return { type: 'problem', line, code, message };
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Also a RangeError, for nesting so deep that the parser gives up.
    const why = error instanceof Error ? error.message : String(error);
    throw new LineError('NOT_JSON', `This is not JSON: ${why.slice(0, 120)}.`);
  }
}

export function asObject(value: unknown, what: string): JsonObject {
  if (isObject(value)) return value;
  throw new LineError('WRONG_TYPE', `${what} must be an object, not ${describe(value)}.`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new LineError('WRONG_TYPE', `${what} must be an array, not ${describe(value)}.`);
}

export function asString(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new LineError('WRONG_TYPE', `${what} must be a string, not ${describe(value)}.`);
}

/** A whole number within +-(2^53 - 1). */
export function asInteger(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new LineError('WRONG_TYPE', `${what} must be a whole number, not ${describe(value)}.`);
}

/** Appends the levels of `[[price, quantity, ...], ...]`; returns the entries as they were. */
export function readLevels(
  value: unknown,
  side: Side,
  price: DecimalScale,
  quantity: DecimalScale,
  what: string,
  out: PriceLevel[],
): readonly (readonly unknown[])[] {
  const entries = asArray(value, what).map((entry) => asArray(entry, `a level of ${what}`));
  if (out.length + entries.length > MAX_BOOK_UPDATE_LEVELS) {
    const most = MAX_BOOK_UPDATE_LEVELS.toLocaleString('en');
    throw new LineError('TOO_MANY_LEVELS', `One line may change at most ${most} levels.`);
  }
  for (const entry of entries) {
    out.push({
      side,
      price: price.parse(asString(entry[0], `a price of ${what}`)),
      quantity: readQuantity(quantity, asString(entry[1], `a quantity of ${what}`)),
    });
  }
  return entries;
}

/** Lots, 0 or more. */
export function readQuantity(scale: DecimalScale, text: string): number {
  const lots = scale.parse(text);
  if (lots < 0) throw new LineError('NEGATIVE_QUANTITY', `A quantity of "${text}" is below zero.`);
  // A quantity of "-0" is zero, and must look like it on the wire.
  return lots === 0 ? 0 : lots;
}

/** Lots, 1 or more. */
export function readTradeQuantity(scale: DecimalScale, text: string): number {
  const lots = readQuantity(scale, text);
  if (lots === 0) throw new LineError('ZERO_QUANTITY', 'A trade needs a quantity above zero.');
  return lots;
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
