/** The venues' checksums against published and recorded vectors. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requireTestData } from '../../../bench/setup/test-data.ts';
import type { LevelText } from './captured-book.ts';
import { krakenChecksum, okxChecksum } from './checksums.ts';

interface Vector {
  readonly format: string;
  readonly bids: readonly LevelText[];
  readonly asks: readonly LevelText[];
  readonly crc32_unsigned: number;
  readonly crc32_signed: number;
}

function vectorsOf(path: string, formats: readonly string[]): readonly Vector[] {
  const { vectors } = JSON.parse(readFileSync(path, 'utf8'));
  return vectors.filter((vector: Vector) => formats.includes(vector.format));
}

test('every Kraken vector has its checksum, and another one when any digit changes', (context) => {
  const path = requireTestData(context, 'vectors/checksums.json');
  const vectors = vectorsOf(path, ['KRAKEN', 'KRAKEN-v2']);
  expect(vectors).toHaveLength(5);
  for (const { bids, asks, crc32_unsigned } of vectors) {
    expect(krakenChecksum(bids, asks)).toBe(crc32_unsigned);
    const [[price, quantity], ...rest] = asks as [LevelText, ...LevelText[]];
    expect(krakenChecksum(bids, [[price, `${quantity}1`], ...rest])).not.toBe(crc32_unsigned);
    expect(krakenChecksum(asks, bids)).not.toBe(crc32_unsigned);
  }
});

test('every OKX vector has its checksum, with sides of different lengths too', (context) => {
  const path = requireTestData(context, 'vectors/checksums.json');
  const vectors = vectorsOf(path, ['OKX']);
  expect(vectors).toHaveLength(2);
  for (const { bids, asks, crc32_signed } of vectors) {
    expect(okxChecksum(bids, asks)).toBe(crc32_signed);
    expect(okxChecksum(bids.slice(1), asks)).not.toBe(crc32_signed);
  }
});

test('levels behind the ones under the checksum do not count', () => {
  const levels = Array.from({ length: 30 }, (_, i): LevelText => [`1${i}.5`, '1.0']);
  expect(krakenChecksum(levels, levels)).toBe(
    krakenChecksum(levels.slice(0, 10), levels.slice(0, 10)),
  );
  expect(okxChecksum(levels, levels)).toBe(okxChecksum(levels.slice(0, 25), levels.slice(0, 25)));
});
