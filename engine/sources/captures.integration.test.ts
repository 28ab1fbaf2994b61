/**
 * The real captures, read by the sources, applied to plain maps, and checked by code that reads the
 * same lines by itself: Kraken's checksums, Binance's book ticker.
 */

import { readFileSync } from 'node:fs';
import { crc32, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { requireTestData } from '../../bench/setup/test-data.ts';
import { DecimalScale } from '../../feed/decimal.ts';
import { Side } from '../../feed/index.ts';
import { BinanceParser } from './binance.ts';
import { FileSource } from './file-source.ts';
import { KrakenParser } from './kraken.ts';
import type { LineParser, SourceItem, SourceStep } from './source.ts';
import { StandInEngine, type VenueLevels } from './testing/stand-in-engine.ts';

const KRAKEN = 'venues/kraken-book1000.ws.gz';
const BINANCE = 'venues/binance-spot-btcusdt_20240808.ndjson.gz';

interface Played {
  readonly problems: string[];
  readonly source: FileSource;
  readonly steps: number;
}

/** `after` is called when a step has been applied, with the raw text of its line. */
async function play(
  path: string,
  parser: LineParser,
  after: (step: SourceStep, text: string, engine: StandInEngine) => void,
): Promise<Played> {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  const source = new FileSource('capture', path, parser);
  const engine = new StandInEngine(() => undefined);
  const problems: string[] = [];
  let steps = 0;
  for await (const item of source.items()) {
    if (isProblem(item)) {
      problems.push(`${item.line} ${item.code}`);
      continue;
    }
    steps++;
    for (const command of item.commands) engine.apply(command);
    after(item, lines[item.line - 1] ?? '', engine);
  }
  expect(source.bytesRead).toBe(source.totalBytes);
  return { problems, source, steps };
}

function isProblem(item: SourceItem): item is Extract<SourceItem, { type: 'problem' }> {
  return item.type === 'problem';
}

test('all 4,269 checksums of the Kraken capture hold', { timeout: 60_000 }, async (context) => {
  let held = 0;
  const failed: number[] = [];
  const path = requireTestData(context, KRAKEN);
  const { problems, source, steps } = await play(path, new KrakenParser(), (step, text, engine) => {
    const message = JSON.parse(text.slice(text.indexOf(': ') + 2)) as unknown[];
    const pair = message.at(-1) as string;
    const checksum = message.flatMap((part) =>
      typeof part === 'object' && part !== null && 'c' in part ? [part.c] : [],
    )[0];
    if (checksum === undefined) return;
    const levels = engine.venue(pair);
    const top = [...side(levels, Side.Ask), ...side(levels, Side.Bid)];
    // Ticks are counted in the decimals of the venue's strings, so the digits are the same.
    const digits = top.map(([price, quantity]) => `${price}${quantity}`).join('');
    if (crc32(digits) === Number(checksum)) held++;
    else failed.push(step.line);
  });
  expect({ held, failed }).toEqual({ held: 4269, failed: [] });
  // An ask at 99,999,997.00000000 is more than 2^53 steps of its pair's tick.
  expect(problems).toEqual(['23 LEVEL_OUT_OF_RANGE']);
  expect(steps).toBe(4279);
  expect(source.summary()).toMatchObject({
    lines: 4325,
    snapshots: 10,
    deltas: 4269,
    malformed: 0,
  });
});

test('the best bid and ask after all 3,449 Binance diffs are the ticker’s', {
  timeout: 60_000,
}, async (context) => {
  const path = requireTestData(context, BINANCE);
  const tickers = readTickers(path);
  const scale = new DecimalScale('0.00000001');
  let held = 0;
  const failed: number[] = [];
  let trades = 0;
  const { problems, source } = await play(path, new BinanceParser(), (step, text, engine) => {
    const message = JSON.parse(text.slice(text.indexOf(' ') + 1));
    if (message.data?.e === 'trade') {
      trades++;
      const trade = engine.trades.at(-1);
      expect(trade?.price).toBe(scale.parse(message.data.p));
      expect(trade?.aggressor).toBe(message.data.m === true ? Side.Ask : Side.Bid);
    }
    if (message.data?.e !== 'depthUpdate') return;
    const ticker = tickers.findLast(({ id }) => id <= message.data.u);
    if (ticker === undefined) throw new Error(`no ticker before line ${step.line}`);
    const levels = engine.venue('BTCUSDT');
    const best = [side(levels, Side.Bid)[0], side(levels, Side.Ask)[0]];
    const wanted = [
      [scale.parse(ticker.bid), scale.parse(ticker.bidQuantity)],
      [scale.parse(ticker.ask), scale.parse(ticker.askQuantity)],
    ];
    if (JSON.stringify(best) === JSON.stringify(wanted)) held++;
    else failed.push(step.line);
  });
  expect({ held, failed }).toEqual({ held: 3449, failed: [] });
  expect(problems).toEqual([]);
  expect(trades).toBe(9757);
  expect(source.summary()).toMatchObject({
    lines: 41249,
    diffs: 3451,
    diffsApplied: 3449,
    diffsCoveredBySnapshot: 2,
    otherMessages: 28040,
    gaps: 0,
  });
});

test('a line lost from either capture is noticed', { timeout: 60_000 }, async (context) => {
  const text = gunzipSync(readFileSync(requireTestData(context, BINANCE))).toString('utf8');
  const lines = text.split('\n');
  const lost = lines.findIndex((line, index) => index > 5000 && line.includes('"depthUpdate"'));
  const parser = new BinanceParser();
  const items = lines
    .toSpliced(lost, 1)
    .slice(0, 8000)
    .flatMap((line, index) => parser.line(line, index + 1));
  const gap = items.findIndex((item) => item.type === 'problem' && item.code === 'SEQUENCE_GAP');
  expect(gap).toBeGreaterThan(0);
  // The book is emptied at once, and no diff is applied to it any more.
  expect(items[gap + 1]).toMatchObject({ type: 'step', commands: [{ clear: true, levels: [] }] });
  const later = items.slice(gap + 2).filter((item) => item.type === 'step');
  expect(later.flatMap((step) => step.commands).every((command) => command.type === 33)).toBe(true);
});

interface Ticker {
  readonly id: number;
  readonly bid: string;
  readonly bidQuantity: string;
  readonly ask: string;
  readonly askQuantity: string;
}

function readTickers(path: string): Ticker[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n');
  return lines
    .filter((line) => line.includes('@bookTicker'))
    .map((line) => JSON.parse(line.slice(line.indexOf(' ') + 1)).data)
    .map(({ u, b, B, a, A }) => ({ id: u, bid: b, bidQuantity: B, ask: a, askQuantity: A }));
}

/** The top ten of a side, best first; picked one by one, since sorting thousands takes its time. */
function side(levels: VenueLevels, of: Side): [price: number, quantity: number][] {
  const top: [price: number, quantity: number][] = [];
  const direction = of === Side.Bid ? -1 : 1;
  for (const level of levels.sides[of]) {
    const worst = top[9];
    if (worst !== undefined && direction * (level[0] - worst[0]) > 0) continue;
    const place = top.findIndex(([price]) => direction * (price - level[0]) > 0);
    top.splice(place < 0 ? top.length : place, 0, level);
    top.length = Math.min(10, top.length);
  }
  return top;
}
