/** The checksums that venues put over the top of a book, from the levels as the venue writes them. */

import { crc32 } from '../../../feed/process/index.ts';
import type { LevelText } from './captured-book.ts';

/** Levels a side under the checksum. */
export const KRAKEN_LEVELS = 10;
export const OKX_LEVELS = 25;

const encoder = new TextEncoder();

/**
 * Kraken (docs.kraken.com, "book checksum"): ten asks from the lowest, then ten bids from the
 * highest; price and quantity each without the point and without leading zeros. Unsigned.
 */
export function krakenChecksum(bids: readonly LevelText[], asks: readonly LevelText[]): number {
  const levels = [...asks.slice(0, KRAKEN_LEVELS), ...bids.slice(0, KRAKEN_LEVELS)];
  const text = levels.map(([price, quantity]) => digitsOf(price) + digitsOf(quantity)).join('');
  return crc32(encoder.encode(text)) >>> 0;
}

/**
 * OKX (okx.com/docs-v5, "checksum"): up to 25 levels a side as `price:quantity`, bid and ask in
 * turn, what one side lacks left out, joined by colons. Signed.
 */
export function okxChecksum(bids: readonly LevelText[], asks: readonly LevelText[]): number {
  const parts: string[] = [];
  for (let i = 0; i < OKX_LEVELS; i++) {
    const bid = bids[i];
    const ask = asks[i];
    if (bid !== undefined) parts.push(`${bid[0]}:${bid[1]}`);
    if (ask !== undefined) parts.push(`${ask[0]}:${ask[1]}`);
  }
  return crc32(encoder.encode(parts.join(':'))) | 0;
}

function digitsOf(decimal: string): string {
  return decimal.replace('.', '').replace(/^0+/, '');
}
