/** The examples of README.md, run against real processes. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';

const PACKAGE = new URL('./index.ts', import.meta.url);
const FAKE = new URL('./fake/index.ts', import.meta.url);
let stack: Stack;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'touchline-readme-'));
  const relayOptions = ['--archive', join(directory, 'archive')];
  stack = await startStack({ source: 'sim:3', gateway: false, relayOptions });
});

afterAll(async () => {
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The example as it stands, but for where it finds the package and the processes. */
async function example(name: string, page = './README.md'): Promise<string> {
  const readme = await readFile(new URL(page, import.meta.url), 'utf8');
  const code = readme.match(new RegExp(`\`\`\`ts ${name}\n([\\s\\S]*?)\`\`\``))?.[1];
  if (code === undefined) throw new Error(`README.md has no example "${name}"`);
  const file = join(directory, `${name}.mts`);
  const { publish, relay, instruments } = stack.endpoints;
  await writeFile(
    file,
    code
      .replaceAll('touchline/subscriber/fake', FAKE.href)
      .replaceAll("'touchline/subscriber'", `'${PACKAGE.href}'`)
      .replaceAll('tcp://127.0.0.1:7101', publish)
      .replaceAll('tcp://127.0.0.1:7104', relay)
      .replaceAll('tcp://127.0.0.1:7105', instruments),
  );
  return file;
}

async function run(name: string, page?: string): Promise<string> {
  const child = spawn(process.execPath, [await example(name, page)]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(errors).toBe('');
  expect(code).toBe(0);
  return output;
}

test('a live book is printed, best level first, and the process ends by itself', async () => {
  const lines = (await run('live-book')).trim().split('\n');
  const bids = lines.filter((line) => line.startsWith('bid')).map((line) => line.split(' ')[1]);
  expect(bids.length).toBeGreaterThan(0);
  expect(bids).toEqual([...bids].sort((a, b) => Number(b) - Number(a)));
  for (const line of lines) expect(line).toMatch(/^(bid|ask) \d+\.\d{2} \d+$/);
});

test('the first page’s example prints the best bid', async () => {
  expect(await run('best-bid', '../../README.md')).toMatch(/^\d+\.\d{2} \d+\n$/);
});

test('the iterator tells states and trades, and leaving it closes the feed', async () => {
  const output = await run('events');
  expect(output).toMatch(/^\S+ LIVE NONE$/m);
  expect(output.match(/^trade \S+ \d+ at \d+$/gm)?.length).toBeGreaterThanOrEqual(3);
});

test('the queue of the best bid is printed, each order behind those before it', async () => {
  const lines = (await run('order-queue')).trim().split('\n');
  let ahead = 0;
  for (const line of lines) {
    const [, shown, behind] = line.match(/^order \d+ shows (\d+) behind (\d+) lots$/) ?? [];
    expect(Number(behind), line).toBe(ahead);
    ahead += Number(shown);
  }
  expect(ahead).toBeGreaterThan(0);
});

test('the listener hears every delta', async () => {
  expect(await run('listener')).toMatch(/^100 deltas applied by transaction \d+\n$/);
});

test('a position is gone on from, without a transaction told twice', async () => {
  expect(await run('from-position')).toMatch(/^again from \d+ to \d+\n$/);
});

test('two lines bring packets, and one of them alone is enough', async () => {
  expect(await run('two-lines')).toMatch(/^(line with \d+ packets, \d+ holes\n){2}$/);
});

test('the hops have been measured', async () => {
  const lines = (await run('latency')).trim().split('\n');
  expect(lines).toHaveLength(5);
  for (const line of lines.slice(0, 4)) {
    const [, count, ...us] = line.match(/^(\d+) packets: (\S+) (\S+) (\S+)$/) ?? [];
    expect(Number(count)).toBeGreaterThan(0);
    expect(us.map(Number)).toEqual(us.map(Number).sort((a, b) => a - b));
  }
});

test('the fake feed says what its comments say', async () => {
  expect(await run('fake-feed')).toBe('LIVE 5\nGAPPED MISSED_RECORDS\nLIVE 6\n');
});

test('records are read without books', async () => {
  const lines = (await run('records')).trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^\d+ trade of \d+ \d+ at \d+$/);
});

test('the best bid and offer of one instrument is told, beside its conflated book', async () => {
  const lines = (await run('instruments')).trim().split('\n');
  const best = lines.filter((line) => line.startsWith('best'));
  expect(best).toHaveLength(3);
  for (const line of best) {
    const [, bid, ask, levels] = line.match(/^best (\d+) (\d+) of (\d+) bid levels$/) ?? [];
    expect(Number(bid), line).toBeLessThan(Number(ask));
    expect(Number(levels), line).toBeGreaterThan(0);
  }
});

test('the past is shown, played forward and refused by name', async () => {
  const output = await run('history');
  expect(output).toMatch(/^then AAPL [1-9]\d* bid levels$/m);
  expect(output).toMatch(/^at 1 0 instruments$/m);
  expect(output).toMatch(/^forward \d+ transactions$/m);
  expect(output).toMatch(/^candles \d+$/m);
  expect(output).toMatch(/^refused AHEAD_OF_ME$/m);
});
