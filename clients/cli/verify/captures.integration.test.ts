/**
 * The checker's readers over the real captures, held against the checker's own book: every check of
 * a capture holds for the capture itself, and for nothing less.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireTestData, type SkippableTest, testData } from '../../../bench/setup/test-data.ts';
import { captureLines } from './capture-lines.ts';
import { BinanceCapture } from './captures/binance-capture.ts';
import { KrakenCapture } from './captures/kraken-capture.ts';
import { NeutralCapture } from './captures/neutral-capture.ts';
import { evaluateCheck } from './evaluate.ts';
import type { CaptureReader } from './expectation.ts';
import type { BookLevels } from './levels.ts';
import { damaged } from './testing/damaged.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { walkingCapture } from './testing/walking-capture.ts';

const KRAKEN = 'venues/kraken-book1000.ws.gz';
const BINANCE = 'venues/binance-spot-btcusdt_20240808.ndjson.gz';

interface Counts {
  lines: number;
  checks: number;
  held: number;
  trades: number;
}

/** `see` is what the far end would show of the book as captured. */
async function countChecks(
  capture: CaptureReader,
  see: (levels: BookLevels) => BookLevels,
): Promise<Counts> {
  const counts = { lines: 0, checks: 0, held: 0, trades: 0 };
  for await (const { checks, book, units, trades } of capture.expectations()) {
    counts.lines++;
    counts.trades += trades.length;
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
  return new KrakenCapture(requireTestData(context, KRAKEN));
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
  const path = requireTestData(context, BINANCE);
  const capture = new BinanceCapture(path);
  const counts = await countChecks(capture, asIs);
  expect(counts).toMatchObject({ checks: 3449, held: 3449, trades: 9757 });
  expect(capture.unreadable).toBe(0);
});

test('trades of a Kraken capture are read with their side, and before a book there are none', async () => {
  const trade =
    '1.5: [0,[["5.10","2.5","1.2","b","m",""],["5.20","1.0","1.3","s","l",""]],"trade","A/B"]';
  const snapshot =
    '1.0: [0,{"as":[["5.20","9.0","1.0"]],"bs":[["5.10","9.0","1.0"]]},"book-10","A/B"]';
  const nothing = '1.6: [0,[],"trade","A/B"]';
  const nobody = '1.7: [0,[["5.10","2.5","1.2","x","m",""]],"trade","A/B"]';
  const folder = mkdtempSync(join(tmpdir(), 'touchline-trades-'));
  try {
    const path = join(folder, 'kraken');
    writeFileSync(path, [trade, snapshot, trade, nothing, nobody].join('\n'));
    const capture = new KrakenCapture(path);
    const read: unknown[] = [];
    for await (const { line, trades } of capture.expectations()) read.push([line, trades]);
    expect(read).toEqual([
      [2, []],
      [
        3,
        [
          { price: '5.10', quantity: '2.5', aggressor: 'bid' },
          { price: '5.20', quantity: '1.0', aggressor: 'ask' },
        ],
      ],
    ]);
    expect(capture.unreadable).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 11);
const LINES = 3000;

test.each([
  ['kraken', (path: string) => new KrakenCapture(path)],
  ['binance', (path: string) => new BinanceCapture(path)],
  ['neutral', (path: string) => new NeutralCapture(path)],
] as const)(
  'damaged lines of a %s capture are counted, and the rest is read',
  async (kind, open) => {
    const random = seededRandom(SEED);
    const folder = mkdtempSync(join(tmpdir(), 'touchline-damaged-'));
    try {
      const path = join(folder, kind);
      // The first two describe the book: without them there is nothing left to read.
      const lines = (await sampleLines(kind)).map((line, i) =>
        i > 1 && random() < 0.3 ? damaged(line, random) : line,
      );
      writeFileSync(path, lines.join('\n'));
      const capture = open(path);
      const counts = await countChecks(capture, asIs);
      expect(capture.unreadable, `seed ${SEED}`).toBeGreaterThan(lines.length / 100);
      expect(counts.lines, `seed ${SEED}`).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** Real lines where the data is there, made-up ones else: damage is damage. */
async function sampleLines(kind: 'kraken' | 'binance' | 'neutral'): Promise<string[]> {
  const path = testData(kind === 'kraken' ? KRAKEN : BINANCE);
  if (kind === 'neutral' || path === undefined) {
    return [...walkingCapture({ seed: SEED, depth: 10, walk: 300, saysDepth: true })];
  }
  const lines: string[] = [];
  for await (const { text } of captureLines(path)) if (lines.push(text) === LINES) break;
  return lines;
}
