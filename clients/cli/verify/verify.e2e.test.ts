/** `touchline verify` as a user runs it: real processes, real captures, both ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTestData } from '../../../bench/setup/test-data.ts';
import { makeLobsterFiles } from '../../../engine/sources/testing/index.ts';
import { runVerification } from './run-verification.ts';
import { corruptOneLevel } from './testing/corrupted-kraken.ts';
import { damaged } from './testing/damaged.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { walkingCapture } from './testing/walking-capture.ts';

const TOUCHLINE = resolve(import.meta.dirname, '../main.ts');
const KRAKEN = 'venues/kraken-book1000.ws.gz';
const BINANCE = 'venues/binance-spot-btcusdt_20240808.ndjson.gz';
const ENDS = ['feed', 'gateway'] as const;
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
  /** The last line of standard output. */
  readonly verdict: string;
  readonly output: string;
}

function start(options: readonly string[]): ChildProcess {
  return spawn(process.execPath, [TOUCHLINE, 'verify', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function verify(...options: string[]): Promise<Run> {
  const child = start(options);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const verdict = output.trimEnd().split('\n').at(-1) ?? '';
  return { code, verdict, output: `${output}${errors}` };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe.each(ENDS)('through the %s', (through) => {
  test('all 4,269 checksums of the Kraken capture hold', async (context) => {
    const path = requireTestData(context, KRAKEN);
    const run = await verify('--source', `kraken:${path}`, '--through', through);
    expect(run, run.output).toMatchObject({ verdict: '4269 of 4269 checks hold', code: 0 });
    expect(run.output).toContain('4279 of 4279 books equal level by level');
  });

  test('all 3,449 best bids and asks of the Binance capture hold', async (context) => {
    const path = requireTestData(context, BINANCE);
    const run = await verify('--source', `binance:${path}`, '--through', through);
    expect(run, run.output).toMatchObject({ verdict: '3449 of 3449 checks hold', code: 0 });
  });

  test('a book of depth 10 holds while its price walks 50 levels up and down', async () => {
    const lines = walkingCapture({ seed: Number(SEED), depth: 10, walk: 50, saysDepth: true });
    const path = file(`walk-${through}.ndjson`, lines.join('\n'));
    const run = await verify('--source', `capture:${path}`, '--through', through);
    expect(run, `seed ${SEED}: ${run.output}`).toMatchObject({
      verdict: '401 of 401 checks hold',
      code: 0,
    });
  });

  test('the same walk fails where nobody cuts the book to its depth', async () => {
    const lines = walkingCapture({ seed: Number(SEED), depth: 10, walk: 50, saysDepth: false });
    const path = file(`uncut-${through}.ndjson`, lines.join('\n'));
    const run = await verify('--source', `capture:${path}`, '--through', through);
    expect(run.output, `seed ${SEED}`).toMatch(/first failure: line \d+, .* top: expected /);
    expect(run.code).toBe(1);
  });

  test('every row of a LOBSTER day holds on the levels that can be known', async () => {
    const options = { seed: SEED, depth: 5, messages: 1000, allEvents: true, oddEvents: true };
    const { messages, rows } = makeLobsterFiles(options);
    const path = file(`TEST_message_5-${through}.csv`, messages.join('\n'));
    const orderBook = file(`TEST_orderbook_5-${through}.csv`, rows.join('\n'));
    const run = await verify(
      ...['--source', `lobster:${path}`, '--orderbook', orderBook, '--through', through],
    );
    expect(run, `seed ${SEED}: ${run.output}`).toMatchObject({
      verdict: '1000 of 1000 checks hold',
      code: 0,
    });
  });

  test('one lot changed on its way into the engine is named by the checksum that fails', async (context) => {
    const path = requireTestData(context, KRAKEN);
    const { text, line } = await corruptOneLevel(path, 'in the top ten');
    const played = file(`corrupted-${through}.ws`, text);
    const run = await verify(
      ...['--source', `kraken:${path}`, '--play', played, '--through', through],
    );
    expect(run.output).toMatch(
      new RegExp(`first failure: line ${line}, transaction \\d+, [A-Z]+/[A-Z]+, kraken-crc32: `),
    );
    expect(run.code).toBe(1);
  });
});

test('one lot changed where no checksum looks is named by the comparison of levels', async (context) => {
  const path = requireTestData(context, KRAKEN);
  const { text, line } = await corruptOneLevel(path, 'behind the top ten');
  const played = file('corrupted-deep.ws', text);
  const run = await verify('--source', `kraken:${path}`, '--play', played, '--through', 'feed');
  expect(run.output).toMatch(new RegExp(`first failure: line ${line}, .* levels: expected `));
  expect(run.code).toBe(1);
});

test('a damaged recording costs its damaged lines, and no book differs', async () => {
  const random = seededRandom(Number(SEED));
  const lines = walkingCapture({ seed: Number(SEED), depth: 10, walk: 200, saysDepth: true });
  const text = lines.map((line, i) => (i > 1 && random() < 0.05 ? damaged(line, random) : line));
  const path = file('damaged.ndjson', text.join('\n'));
  const run = await verify('--source', `capture:${path}`, '--through', 'feed');
  expect(run.output, `seed ${SEED}`).toMatch(/problems in the capture: \d+/);
  expect(run.output, `seed ${SEED}`).toMatch(/(\d{4}) of \1 books equal level by level/);
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
  [['--source', 'sim:7'], 'BAD_SOURCE'],
  [['--source', 'kraken'], 'BAD_SOURCE'],
  [['--source', 'lobster:messages.csv'], 'NO_ORDERBOOK'],
  [['--source', 'kraken:x', '--through', 'nowhere'], 'nowhere'],
  [['--source', 'kraken:x', '--window', '0'], 'whole number'],
])('%j is refused with what is wrong', async (options, message) => {
  const run = await verify(...options);
  expect(run.output).toContain(message);
  expect(run.output).not.toContain('    at ');
  expect(run.code).toBe(2);
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
