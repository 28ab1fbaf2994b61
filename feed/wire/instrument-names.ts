/**
 * The instruments that a request names, by id and by symbol.
 *
 * ```
 *  counts     u16 ids, u16 symbols
 *  names      the ids (u32 each, padded together to a multiple of 8), the symbols (32 bytes each)
 * ```
 * Each message says where its counts and its names begin.
 */

import { MAX_SNAPSHOT_NAMES, MAX_SYMBOL_BYTES } from '../limits.ts';
import { DecodeError } from './decode-error.ts';
import { readSymbol, viewOf, writeSymbol } from './repair-layout.ts';

/** Both empty: all instruments. */
export interface InstrumentNames {
  readonly ids: readonly number[];
  readonly symbols: readonly string[];
}

/** How long the names are. */
export function nameBytes({ ids, symbols }: InstrumentNames): number {
  return idBytes(ids.length) + symbols.length * MAX_SYMBOL_BYTES;
}

export function writeNames(
  bytes: Uint8Array,
  countsAt: number,
  namesAt: number,
  { ids, symbols }: InstrumentNames,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(countsAt, ids.length, true);
  view.setUint16(countsAt + 2, symbols.length, true);
  for (const [i, id] of ids.entries()) view.setUint32(namesAt + i * 4, id, true);
  const symbolsAt = namesAt + idBytes(ids.length);
  for (const [i, symbol] of symbols.entries()) {
    writeSymbol(bytes, symbolsAt + i * MAX_SYMBOL_BYTES, symbol);
  }
}

/** Throws `DecodeError` for more than may be named, and for names that are cut off. */
export function readNames(bytes: Uint8Array, countsAt: number, namesAt: number): InstrumentNames {
  const counts = viewOf(bytes, countsAt + 4);
  const idCount = counts.getUint16(countsAt, true);
  const symbolCount = counts.getUint16(countsAt + 2, true);
  if (idCount > MAX_SNAPSHOT_NAMES || symbolCount > MAX_SNAPSHOT_NAMES) {
    throw new DecodeError('BAD_VALUE', countsAt, `It names more than ${MAX_SNAPSHOT_NAMES}.`);
  }
  const symbolsAt = namesAt + idBytes(idCount);
  const view = viewOf(bytes, symbolsAt + symbolCount * MAX_SYMBOL_BYTES);
  const ids: number[] = [];
  for (let i = 0; i < idCount; i++) ids.push(view.getUint32(namesAt + i * 4, true));
  const symbols: string[] = [];
  for (let i = 0; i < symbolCount; i++) {
    symbols.push(readSymbol(bytes, symbolsAt + i * MAX_SYMBOL_BYTES));
  }
  return { ids, symbols };
}

function idBytes(count: number): number {
  return Math.ceil(count / 2) * 8;
}
