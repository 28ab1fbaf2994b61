/** Reading JSON that may hold anything, for the checker's own readers of captures. */

import type { LevelText } from '../captured-book.ts';

/** A line that the checker cannot read; the source must have refused it as well. */
export class UnreadableLine extends Error {}

export type JsonRecord = Readonly<Record<string, unknown>>;

export function parseRecordOrArray(text: string): JsonRecord | readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableLine('not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new UnreadableLine('not an object');
  return value as JsonRecord | readonly unknown[];
}

export function asRecord(value: unknown): JsonRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonRecord;
  }
  throw new UnreadableLine('not an object');
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UnreadableLine('not a string');
}

export function asWhole(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new UnreadableLine('not a whole number');
}

/** `[["price", "quantity", ...], ...]`; nothing at all is no levels. */
export function asLevels(value: unknown): readonly LevelText[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new UnreadableLine('not a list of levels');
  return value.map((level: unknown) => {
    if (!Array.isArray(level)) throw new UnreadableLine('not a level');
    return [asText(level[0]), asText(level[1])];
  });
}

/** The step that a decimal as written is a multiple of: "0.0250" has "0.0001". */
export function stepOf(decimal: string): string {
  const point = decimal.indexOf('.');
  const decimals = point < 0 ? 0 : decimal.length - point - 1;
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
