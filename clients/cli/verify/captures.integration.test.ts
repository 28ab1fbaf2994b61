/**
 * The checker's readers over the real captures, held against the checker's own book: every check of
 * a capture holds for the capture itself, and for nothing less.
 */

import { expect, test } from 'vitest';
import { requireTestData, type SkippableTest } from '../../../bench/setup/test-data.ts';
import { BinanceCapture } from './captures/binance-capture.ts';
import { KrakenCapture } from './captures/kraken-capture.ts';
import { evaluateCheck } from './evaluate.ts';
import type { CaptureReader } from './expectation.ts';
import type { BookLevels } from './levels.ts';

interface Counts {
  lines: number;
  checks: number;
  held: number;
}

/** `see` is what the far end would show of the book as captured. */
async function countChecks(
  capture: CaptureReader,
  see: (levels: BookLevels) => BookLevels,
): Promise<Counts> {
  const counts = { lines: 0, checks: 0, held: 0 };
  for await (const { checks, book, units } of capture.expectations()) {
    counts.lines++;
    if (book === undefined || units === undefined) continue;
    for (const check of checks) {
      counts.checks++;
      if (evaluateCheck(check, see(book.levels), units, book) === undefined) counts.held++;
    }
  }
  return counts;
}

const asIs = (levels: BookLevels) => levels;

function krakenOf(context: SkippableTest): KrakenCapture {
  return new KrakenCapture(requireTestData(context, 'venues/kraken-book1000.ws.gz'));
}

test('all 4,269 checksums of the Kraken capture hold', async (context) => {
  const capture = krakenOf(context);
  expect(await countChecks(capture, asIs)).toMatchObject({ checks: 4269, held: 4269 });
  expect(capture.unreadable).toBe(0);
});

test('no Kraken checksum holds once the best ask is one lot more', async (context) => {
  const oneLotMore = ({ bids, asks }: BookLevels): BookLevels => {
    const [first = 0, ...rest] = asks.quantities;
    return { bids, asks: { prices: asks.prices, quantities: [first + 1, ...rest] } };
  };
  expect(await countChecks(krakenOf(context), oneLotMore)).toMatchObject({ checks: 4269, held: 0 });
});

test('all 3,449 best bids and asks of the Binance capture hold', async (context) => {
  const path = requireTestData(context, 'venues/binance-spot-btcusdt_20240808.ndjson.gz');
  const capture = new BinanceCapture(path);
  expect(await countChecks(capture, asIs)).toMatchObject({ checks: 3449, held: 3449 });
  expect(capture.unreadable).toBe(0);
});
