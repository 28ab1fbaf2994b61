/** `touchline verify` as a user runs it: real processes, real captures, both ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requireTestData } from '../../../bench/setup/test-data.ts';
import { makeLobsterFiles } from '../../../engine/sources/testing/index.ts';
import { runVerification } from './run-verification.ts';
import { corruptOneLevel } from './testing/corrupted-kraken.ts';
import { damaged } from './testing/damaged.ts';
import { FeedForger } from './testing/feed-forger.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { walkingCapture } from './testing/walking-capture.ts';

const TOUCHLINE = resolve(import.meta.dirname, '../main.ts');
const KRAKEN = 'venues/kraken-book1000.ws.gz';
const BINANCE = 'venues/binance-spot-btcusdt_20240808.ndjson.gz';
const WITHOUT_TRUNCATION = resolve(import.meta.dirname, 'testing/without-truncation.fixture.ts');
const STALL_MS = 30_000;
const SEED = process.env['TOUCHLINE_SEED'] ?? '7';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchline-verify-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  readonly output: string;
}

function start(options: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [TOUCHLINE, 'verify', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

function verify(...options: string[]): Promise<Run> {
  return verifyIn({}, ...options);
}

async function verifyIn(env: NodeJS.ProcessEnv, ...options: string[]): Promise<Run> {
  const child = start(options, env);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, output: `${output}${errors}` };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A book of depth 10 whose price walks 50 levels up and down again. */
function walk(name: string): string {
  const options = { seed: Number(SEED), depth: 10, walk: 50, saysDepth: true };
  return file(name, walkingCapture(options).join('\n'));
}

/** What one line of the report says of both ends. */
function atBothEnds(run: Run, line: string): void {
  expect(
    run.output.split('\n').filter((text) => text === line),
    run.output,
  ).toHaveLength(2);
}

test('all 4,269 checksums of the Kraken capture hold at both ends', async (context) => {
  const path = requireTestData(context, KRAKEN);
  const run = await verify('--source', `kraken:${path}`, '--through', 'both');
  atBothEnds(run, '4,269 of 4,269 checks hold');
  atBothEnds(run, '4,279 of 4,279 books LIVE and equal level by level');
  atBothEnds(run, '10 of 10 books LIVE and equal at the end');
  expect(run.output).toMatch(/1 line of the capture used in part:\n {2}line 23: .* 1 level lies/);
  expect(run.code).toBe(0);
});

test('all 3,449 best bids and asks and all 9,757 trades of the Binance capture hold', async (context) => {
  const path = requireTestData(context, BINANCE);
  const run = await verify('--source', `binance:${path}`, '--through', 'both');
  atBothEnds(run, '3,449 of 3,449 checks hold');
  atBothEnds(run, '9,757 of 9,757 trades arrive');
  atBothEnds(run, '13,206 of 13,206 books LIVE and equal level by level');
  expect(run.code).toBe(0);
});

test('a book of depth 10 holds while its price walks 50 levels up and down', async () => {
  const path = walk('walk.ndjson');
  const run = await verify('--source', `capture:${path}`, '--through', 'both');
  atBothEnds(run, '401 of 401 checks hold');
  expect(run.code, `seed ${SEED}: ${run.output}`).toBe(0);
});

test('the same walk fails in an engine that does not cut the book to its depth', async () => {
  const path = walk('uncut.ndjson');
  const run = await verifyIn(
    { NODE_OPTIONS: `--import ${WITHOUT_TRUNCATION}` },
    ...['--source', `capture:${path}`, '--through', 'feed'],
  );
  expect(run.output, `seed ${SEED}`).toMatch(/first failure: line \d+, .* (top|levels): expected /);
  expect(run.output, `seed ${SEED}`).not.toContain('401 of 401 checks hold');
  expect(run.code).toBe(1);
});

test('every row of a LOBSTER day holds on the levels that can be known', async () => {
  const options = { seed: SEED, depth: 5, messages: 1000, allEvents: true, oddEvents: true };
  const { messages, rows } = makeLobsterFiles(options);
  const path = file('TEST_message_5.csv', messages.join('\n'));
  const orderBook = file('TEST_orderbook_5.csv', rows.join('\n'));
  const run = await verify(
    ...['--source', `lobster:${path}`, '--orderbook', orderBook, '--through', 'both'],
  );
  atBothEnds(run, '1,000 of 1,000 checks hold');
  expect(run.code, `seed ${SEED}: ${run.output}`).toBe(0);
});

test('one lot changed on its way into the engine is named by the checksum that fails', async (context) => {
  const path = requireTestData(context, KRAKEN);
  const { text, original, line } = await corruptOneLevel(path, 'in the top ten');
  const [source, played] = [file('top.ws', original), file('top-corrupted.ws', text)];
  const run = await verify(
    ...['--source', `kraken:${source}`, '--play', played, '--through', 'both'],
  );
  const named = new RegExp(
    `first failure: line ${line}, transaction \\d+, [A-Z]+/[A-Z]+, kraken-crc32: `,
    'g',
  );
  expect(run.output.match(named), run.output).toHaveLength(2);
  expect(run.code).toBe(1);
});

test('one lot changed where no checksum looks is named by the comparison of levels', async (context) => {
  const path = requireTestData(context, KRAKEN);
  const { text, original, line } = await corruptOneLevel(path, 'behind the top ten');
  const [source, played] = [file('deep.ws', original), file('deep-corrupted.ws', text)];
  const run = await verify('--source', `kraken:${source}`, '--play', played, '--through', 'feed');
  expect(run.output).toMatch(new RegExp(`first failure: line ${line}, .* levels: expected `));
  expect(run.code).toBe(1);
});

test.each([
  ['the first of the book', 1],
  ['one in the middle', 150],
])('a level forged on the wire under a good checksum is named: %s', async (_, transaction) => {
  const forger = new FeedForger(transaction);
  try {
    const { ends } = await runVerification({
      source: `capture:${walk(`forged-${transaction}.ndjson`)}`,
      through: 'feed',
      stallMs: STALL_MS,
      feedThrough: (publish) => forger.start(publish),
    });
    expect(forger.forged).toBeGreaterThanOrEqual(transaction);
    const [end] = ends;
    expect(end?.tally.firstFailure, `seed ${SEED}`).toMatchObject({
      transaction: forger.forged,
      kind: 'top',
    });
    // The first change of a book is followed by its hash, whose mismatch the library reports.
    if (transaction === 1) expect(end?.farEnd).toContain(', 1 not equal');
  } finally {
    forger.close();
  }
});

test('a damaged recording costs its damaged lines, and no book differs', async () => {
  const random = seededRandom(Number(SEED));
  const lines = walkingCapture({ seed: Number(SEED), depth: 10, walk: 200, saysDepth: true });
  const text = lines.map((line, i) => (i > 1 && random() < 0.05 ? damaged(line, random) : line));
  const path = file('damaged.ndjson', text.join('\n'));
  const run = await verify('--source', `capture:${path}`, '--through', 'feed');
  expect(run.output, `seed ${SEED}`).toMatch(/\d+ lines of the capture left out:\n {2}line \d+: /);
  expect(run.output, `seed ${SEED}`).toMatch(
    /(\d,\d{3}) of \1 books LIVE and equal level by level/,
  );
});

test('a LOBSTER row that is not the book is named', async () => {
  const options = { seed: SEED, depth: 5, messages: 300, allEvents: true };
  const { messages, rows } = makeLobsterFiles(options);
  const lie = rows.map((row, i) =>
    i < 200 ? row : row.replace(/^(\d+),(\d+)/, (_, price, size) => `${price},${Number(size) + 1}`),
  );
  const path = file('LIE_message_5.csv', messages.join('\n'));
  const orderBook = file('LIE_orderbook_5.csv', lie.join('\n'));
  const run = await verify('--source', `lobster:${path}`, '--orderbook', orderBook);
  expect(run.output).toMatch(/first failure: line 2\d\d, .* order-book-row: expected /);
  expect(run.code).toBe(1);
});

test.each([
  [['--source', 'kraken:/no/such/file'], '/no/such/file'],
  [['--source', 'kraken:x', '--window', '0'], 'whole number'],
])('%j is refused with what is wrong, and no stack', async (options, message) => {
  const run = await verify(...options);
  expect(run.output).toContain(message);
  expect(run.output).not.toContain('    at ');
  expect(run.code).toBe(2);
});

test.each([
  ['sim:7', 'BAD_SOURCE'],
  ['kraken', 'BAD_SOURCE'],
  ['lobster:messages.csv', 'NO_ORDERBOOK'],
])('%s is refused as %s', async (source, code) => {
  const verification = runVerification({ source, through: 'feed', stallMs: STALL_MS });
  await expect(verification).rejects.toMatchObject({ code });
});

test('an engine that stops is told after the time-out, with what the far end says of it', async (context) => {
  const path = requireTestData(context, BINANCE);
  let engine: number | undefined;
  const verification = runVerification({
    source: `binance:${path}`,
    through: 'feed',
    stallMs: 3000,
    onProgress: () => {
      if (engine !== undefined) return;
      engine = childrenOf(process.pid).find(isEngine);
      process.kill(engine ?? 0, 'SIGSTOP');
    },
  });
  await expect(verification).rejects.toMatchObject({
    code: 'STALLED',
    message: expect.stringMatching(/^Nothing has happened for 3 s while .* STALE \(/),
  });
  expect(isAlive(engine ?? 0)).toBe(false);
});

test('an interruption ends every process', async (context) => {
  const path = requireTestData(context, BINANCE);
  const child = start(['--source', `binance:${path}`, '--through', 'gateway']);
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const pid = child.pid ?? 0;
  await found(() => childrenOf(pid)[3]);
  const children = childrenOf(pid);
  child.kill('SIGINT');
  expect(await ended).not.toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
});

async function found<Value>(look: () => Value | undefined): Promise<Value> {
  for (;;) {
    const value = look();
    if (value !== undefined) return value;
    await new Promise((done) => setTimeout(done, 20));
  }
}

function isEngine(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine/main');
}

/** Engine, relay, gateway and source are children of the command itself. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}
