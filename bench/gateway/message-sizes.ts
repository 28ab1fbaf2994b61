/** Recorded diffs as this gateway and as two venues write them: bytes, and nanoseconds to encode. */

import { pack } from 'msgpackr';
import { Bench } from 'tinybench';
import { createCodecs, type GatewayEvent, StepFormat } from '../../gateway/protocol/index.ts';
import type { Diff, RecordedBook } from './recorded-diffs.ts';

const SIX_LEVELS = 6;
const WIDTH = 3;

export interface Sizes {
  /** Means over the recorded diffs, per changed level, framing included. */
  readonly perLevel: Record<Writing, number>;
  /** Means over diffs of six levels; NaN where none was recorded. */
  readonly ofSixLevels: Record<Writing, number>;
}
export type Writing = 'ours' | 'oursAsJson' | 'binance' | 'coinbase';

const { msgpack, json } = createCodecs();

export function sizesOf(books: readonly RecordedBook[]): Sizes {
  const rows = books.flatMap((book) => book.diffs.map((diff) => sizesOfDiff(book, diff)));
  const full = rows.filter(({ levels }) => levels > 0);
  const six = rows.filter(({ levels }) => levels === SIX_LEVELS);
  const levels = full.reduce((sum, row) => sum + row.levels, 0);
  return {
    perLevel: eachWriting((name) => full.reduce((sum, row) => sum + row[name], 0) / levels),
    ofSixLevels: eachWriting((name) => six.reduce((sum, row) => sum + row[name], 0) / six.length),
  };
}

function eachWriting(of: (name: Writing) => number): Record<Writing, number> {
  return {
    ours: of('ours'),
    oursAsJson: of('oursAsJson'),
    binance: of('binance'),
    coinbase: of('coinbase'),
  };
}

function sizesOfDiff(book: RecordedBook, diff: Diff): Record<Writing | 'levels', number> {
  return {
    levels: (diff[8].length + diff[9].length) / WIDTH,
    ours: framed(msgpack.encode(diff).length),
    oursAsJson: framed(json.encode(diff).length),
    binance: framed(JSON.stringify(binanceUpdate(book, diff)).length),
    coinbase: framed(JSON.stringify(coinbaseUpdate(book, diff)).length),
  };
}

/** With the WebSocket's header. */
function framed(bytes: number): number {
  return bytes + (bytes < 126 ? 2 : 4);
}

interface TextLevel {
  readonly price: string;
  readonly quantity: string;
}

function levelsOf(book: RecordedBook, flat: readonly number[]): TextLevel[] {
  const [, , , , , , tickSize, lotSize, , , anchor] = book.subscribed;
  const prices = new StepFormat(tickSize);
  const quantities = new StepFormat(lotSize);
  return Array.from({ length: flat.length / WIDTH }, (_, i) => ({
    price: prices.format(anchor + (flat[i * WIDTH] as number)),
    quantity: quantities.format(flat[i * WIDTH + 1] as number),
  }));
}

/** A diff. depth stream's event: developers.binance.com, spot, "Diff. Depth Stream". */
export function binanceUpdate(book: RecordedBook, diff: Diff): object {
  const [, , sequence, advance, , engineTimeUs, , , bids, asks] = diff;
  const pairs = (flat: readonly number[]) =>
    levelsOf(book, flat).map(({ price, quantity }) => [price, quantity]);
  return {
    e: 'depthUpdate',
    E: Math.floor(engineTimeUs / 1000),
    s: book.subscribed[4],
    U: sequence - advance + 1,
    u: sequence,
    b: pairs(bids),
    a: pairs(asks),
  };
}

/** An event of the channel level2: docs.cdp.coinbase.com, Advanced Trade WebSocket. */
export function coinbaseUpdate(book: RecordedBook, diff: Diff): object {
  const [, , sequence, , , engineTimeUs, , , bids, asks] = diff;
  const time = new Date(Math.floor(engineTimeUs / 1000)).toISOString();
  const rows = (side: string, flat: readonly number[]) =>
    levelsOf(book, flat).map(({ price, quantity }) => ({
      side,
      event_time: time,
      price_level: price,
      new_quantity: quantity,
    }));
  return {
    channel: 'l2_data',
    client_id: '',
    timestamp: time,
    sequence_num: sequence,
    events: [
      {
        type: 'update',
        product_id: book.subscribed[4],
        updates: [...rows('bid', bids), ...rows('offer', asks)],
      },
    ],
  };
}

export type EncodeTimes = Record<string, number>;

/** Median nanoseconds per message. */
export async function encodeTimes(
  books: readonly RecordedBook[],
  ms: number,
): Promise<EncodeTimes> {
  const [book] = [...books].sort((a, b) => b.diffs.length - a.diffs.length);
  const [diff] = [...(book?.diffs ?? [])].sort((a, b) => gapToSix(a) - gapToSix(b));
  if (book === undefined || diff === undefined) return {};
  const bench = new Bench({ time: ms, warmupTime: ms / 4 });
  for (const [name, message] of [
    ['diff', diff],
    ['snapshot', book.snapshot],
  ] as const) {
    const plain: GatewayEvent = message;
    bench.add(`${name}, touchline`, () => {
      msgpack.encode(plain);
    });
    bench.add(`${name}, msgpackr`, () => {
      pack(plain);
    });
    bench.add(`${name}, JSON`, () => {
      json.encode(plain);
    });
  }
  await bench.run();
  return Object.fromEntries(
    bench.tasks.map(({ name, result }) => [
      name,
      'latency' in result ? result.latency.p50 * 1e6 : Number.NaN,
    ]),
  );
}

/** A diff of about six levels is what one usually sends. */
function gapToSix(diff: Diff): number {
  return Math.abs((diff[8].length + diff[9].length) / WIDTH - SIX_LEVELS);
}
