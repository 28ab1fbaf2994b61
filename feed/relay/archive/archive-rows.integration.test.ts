/** An archive as a table: every record once, its books those of the engine, its holes named. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DecimalScale } from '../../decimal.ts';
import { Side } from '../../market.ts';
import { Random } from '../../testing/random.ts';
import {
  bindAgain,
  cleanUp,
  cleanUps,
  isWhole,
  Market,
  PORTS,
  until,
} from '../../testing/socket-market.ts';
import { StreamLevel } from '../../wire/topic.ts';
import { Relay } from '../relay.ts';
import { newestHistory } from './archive-reader.ts';
import { type ArchiveRow, ArchiveRows, type RowRange } from './archive-rows.ts';

const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 1);
const TOOL = fileURLToPath(new URL('./tool-main.ts', import.meta.url));
const SILENT = { info: () => {}, error: () => {} };
const LIMITS = {
  segmentRecords: 800,
  segmentBytes: 1 << 20,
  maxBytes: Infinity,
  maxAgeMs: Infinity,
};
const ALL: RowRange = { from: 1, to: Infinity };

let directory: string;
let market: Market;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'touchline-rows-'));
  market = new Market(1, 1 << 22);
  await market.start();
});

afterEach(async () => {
  await cleanUp();
  rmSync(directory, { recursive: true, force: true });
});

async function archive(random: Random, times: number): Promise<void> {
  const options = { directory, limits: LIMITS, log: SILENT };
  const { feed, repair } = market;
  const relay = new Relay({ feed: [feed], spine: [repair], archive: options, ...PORTS });
  await bindAgain(() => relay.start('tcp://127.0.0.1:*'));
  cleanUps.push(() => relay.close());
  for (let i = 0; i < times; i += 50) {
    market.act(random, 50);
    await new Promise(setImmediate);
  }
  await until('the relay has it', () => isWhole(relay.subscriber, market.engine));
  await relay.close();
}

function rows(range: RowRange = ALL): ArchiveRow[] {
  const history = newestHistory(directory, StreamLevel.L2, crc32);
  if (history === undefined) throw new Error('nothing was archived');
  return [...new ArchiveRows(history, range, crc32).rows()];
}

function tool(...args: string[]) {
  const done = spawnSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' });
  return { code: done.status, out: done.stdout, error: done.stderr };
}

test('has every record once, in order, with the times of each hop', async () => {
  await archive(new Random(SEED), 1500);
  const all = rows();
  expect(all.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: market.engine.nextSequence - 1 }, (_, i) => i + 1),
  );
  const inside = all.filter(({ transaction }) => transaction !== undefined);
  expect(inside.length).toBeGreaterThan(all.length - 3);
  for (const { engineTime = 0n, publishTime = 0n, receiveTime = 0n } of inside) {
    expect(publishTime).toBeGreaterThanOrEqual(engineTime);
    expect(receiveTime).toBeGreaterThanOrEqual(publishTime);
  }
  const transactions = inside.map(({ transaction }) => transaction ?? 0);
  expect(transactions).toEqual(transactions.toSorted((a, b) => a - b));
});

test('a symbol that is not in it is told, with those that are', async () => {
  await archive(new Random(SEED + 2), 100);
  const { code, out, error } = tool('export', directory, '--symbol', 'NOPE');
  expect([code, out.trim().split('\n')]).toEqual([2, [expect.stringMatching(/^record,epoch,/)]]);
  expect(error).toMatch(/^UNKNOWN_SYMBOL: There is no "NOPE" in it\. There are: \S+/m);
});

test('makes the engine’s books again, out of its level rows alone', async () => {
  await archive(new Random(SEED + 1), 2000);
  const books = new Map<string, Map<string, string>>();
  for (const { record, symbol = '', side, price, quantity = '', orderCount } of rows()) {
    const book = books.get(symbol) ?? new Map<string, string>();
    books.set(symbol, book);
    if (record === 'BOOK_CLEAR') book.clear();
    if (record !== 'LEVEL') continue;
    if (Number(quantity) === 0) book.delete(`${side} ${price}`);
    else book.set(`${side} ${price}`, `${quantity} in ${orderCount}`);
  }
  for (const { symbol, naive, tickSize } of market.engine.instruments) {
    const price = new DecimalScale(tickSize);
    const expected = [Side.Bid, Side.Ask].flatMap((side) =>
      naive
        .levels(side)
        .map((level): [string, string] => [
          `${side === Side.Bid ? 'BID' : 'ASK'} ${price.format(level.price)}`,
          `${level.quantity} in ${level.orderCount}`,
        ]),
    );
    expect(new Map(books.get(symbol))).toEqual(new Map(expected));
  }
});

test('gives a range, and one instrument, as the whole has them', async () => {
  await archive(new Random(SEED + 2), 1500);
  const all = rows();
  const range = all.filter(({ sequence }) => sequence >= 1234 && sequence <= 2345);
  expect(rows({ from: 1234, to: 2345 })).toEqual(range);
  expect(rows({ from: 1, to: Infinity, symbol: 'TOY2' })).toEqual(
    all.filter(({ symbol }) => symbol === 'TOY2'),
  );
});

test('names what is missing as a row of its own', async () => {
  const random = new Random(SEED + 3);
  await archive(random, 1500);
  const { segments = [] } = newestHistory(directory, StreamLevel.L2, crc32) ?? {};
  rmSync(segments[1]?.path ?? '');
  const holes = rows().filter(({ record }) => record === 'HOLE');
  const { firstSequence = 0, nextSequence = 0 } = segments[1] ?? {};
  expect(holes).toMatchObject([{ sequence: firstSequence, lastSequence: nextSequence - 1 }]);
});

test('is written by the tool as CSV and as Parquet, row for row the same', async () => {
  await archive(new Random(SEED + 4), 600);
  const csv = tool('export', directory);
  expect(csv.code).toBe(0);
  const [header = '', ...lines] = csv.out.trimEnd().split('\r\n');
  expect(lines).toHaveLength(market.engine.nextSequence - 1);
  const path = join(directory, 'all.parquet');
  const parquet = tool('export', directory, '--format', 'parquet', '--out', path);
  expect([parquet.code, parquet.error]).toEqual([0, '']);
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const read = await parquetReadObjects({ file });
  const columns = header.split(',');
  const asText = read.map((row) => columns.map((column) => String(row[column] ?? '')).join(','));
  expect(asText).toEqual(lines);
});

test('is looked into by the tool, which says what it lacks', async () => {
  await archive(new Random(SEED + 5), 300);
  const inspected = tool('inspect', directory, '--json');
  const [row = ''] = inspected.out.split('\n');
  expect(JSON.parse(row)).toMatchObject({
    level: 'L2',
    from: 1,
    next: market.engine.nextSequence,
    holes: [],
  });
  expect(tool('inspect', directory).out).toContain('no holes');
  const none = tool('inspect', join(directory, 'nothing'));
  expect([none.code, none.error]).toEqual([2, expect.stringContaining('NO_ARCHIVE')]);
  const other = tool('export', directory, '--level', 'L3');
  expect([other.code, other.error]).toEqual([2, expect.stringContaining('NO_HISTORY')]);
  const wrong = tool('export', directory, '--from', 'x');
  expect(wrong.code).toBe(2);
});
