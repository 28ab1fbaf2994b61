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

/** Whether an item says that its line was refused. */
export function isMalformed(item: SourceItem): boolean {
  return item.type === 'problem' && item.isWarning !== true;
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

/** Levels of one line, and how many could not be carried. */
export class LevelList {
  readonly levels: PriceLevel[] = [];
  /**
   * Venues take orders at prices that no one means, such as 99,999,997 with eight decimals, which
   * is more than 2^53 ticks. Such a level is left out; a quantity like that removes its level.
   */
  outOfRange = 0;

  add(
    side: Side,
    price: DecimalScale,
    priceText: string,
    quantity: DecimalScale,
    quantityText: string,
  ): void {
    const ticks = inRange(() => price.parse(priceText));
    const lots = inRange(() => readQuantity(quantity, quantityText));
    if (ticks === undefined || lots === undefined) this.outOfRange++;
    if (ticks !== undefined) this.levels.push({ side, price: ticks, quantity: lots ?? 0 });
  }

  /** What to tell of a line whose levels did not all fit. */
  problems(line: number): readonly SourceProblem[] {
    if (this.outOfRange === 0) return [];
    const count = this.outOfRange === 1 ? '1 level lies' : `${this.outOfRange} levels lie`;
    const message = `${count} beyond 2^53 - 1 ticks or lots, left out; the rest of the line is used.`;
    return [{ ...problem(line, 'LEVEL_OUT_OF_RANGE', message), isWarning: true }];
  }
}

function inRange(read: () => number): number | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecimalError && error.code === 'OUT_OF_RANGE') return undefined;
    throw error;
  }
}

/** Appends the levels of `[[price, quantity, ...], ...]`; returns the entries as they were. */
export function readLevels(
  value: unknown,
  side: Side,
  price: DecimalScale,
  quantity: DecimalScale,
  what: string,
  out: LevelList,
): readonly (readonly unknown[])[] {
  const entries = asArray(value, what).map((entry) => asArray(entry, `a level of ${what}`));
  if (out.levels.length + entries.length > MAX_BOOK_UPDATE_LEVELS) {
    const most = MAX_BOOK_UPDATE_LEVELS.toLocaleString('en');
    throw new LineError('TOO_MANY_LEVELS', `One line may change at most ${most} levels.`);
  }
  for (const entry of entries) {
    const priceText = asString(entry[0], `a price of ${what}`);
    out.add(side, price, priceText, quantity, asString(entry[1], `a quantity of ${what}`));
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
