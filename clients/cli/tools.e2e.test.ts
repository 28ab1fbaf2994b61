import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../bench/harness/stack.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line; `stopAfter` interrupts it when its output holds that text. */
function touchline(args: readonly string[], stopAfter?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (stopAfter !== undefined && stdout.includes(stopAfter)) child.kill('SIGINT');
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

let stack: Stack;
let fromFeed: string[] = [];
let throughGateway: string[] = [];

beforeAll(async () => {
  stack = await startStack({ source: 'sim:3' });
  fromFeed = ['--feed', stack.endpoints.publish, '--repair', stack.endpoints.relay];
  throughGateway = ['--gateway', stack.endpoints.gateway];
});

afterAll(async () => {
  await stack.stop();
});

test('watch --once draws one live book, from the feed and through the gateway', async () => {
  for (const from of [fromFeed, throughGateway]) {
    const { code, stdout, stderr } = await touchline(['watch', 'AAPL', ...from, '--once']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^AAPL {2}LIVE {2}/);
    expect(stdout).toMatch(/spread \d+\.\d+ {3}mid \d+\.\d+/);
    expect(stdout).toMatch(/^ +\d+\.\d\d +[\d,]+ +\d+ {2}[█▏▎▍▌▋▊▉]+$/m);
    expect(stdout).toMatch(/^[ ▐█]* {2}\d+ +[\d,]+ +\d+\.\d\d$/m);
  }
});

test('watch --json prints books whose best bid is below their best ask', async () => {
  for (const from of [fromFeed, throughGateway]) {
    const { code, stdout, stderr } = await touchline(
      ['watch', 'AAPL', ...from, '--json', '--depth', '3'],
      '"state":"LIVE"',
    );
    expect(code, stderr).toBe(0);
    const books = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((book) => book.state === 'LIVE');
    expect(books.length).toBeGreaterThan(0);
    for (const { symbol, bids, asks } of books) {
      expect(symbol).toBe('AAPL');
      expect(bids).toHaveLength(3);
      expect(asks).toHaveLength(3);
      expect(Number(bids[0].price)).toBeLessThan(Number(asks[0].price));
    }
  }
});

test('a program behind the command line ends with it, however it ends', async () => {
  const free = ['--publish', '--entry', '--spine'].flatMap((name) => [name, 'tcp://127.0.0.1:*']);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
    const wrapper = spawn(process.execPath, [MAIN, 'engine', ...free], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, TOUCHLINE_LOG: 'info' },
    });
    let stderr = '';
    // The pipe ends when its last holder has: the engine.
    const ended = new Promise((resolve) => wrapper.stderr.on('end', resolve));
    const exit = new Promise((resolve) => wrapper.on('exit', (code) => resolve(code)));
    wrapper.stderr.on('data', (chunk) => {
      if (stderr.includes('"ready"')) return;
      stderr += chunk;
      if (stderr.includes('"ready"')) wrapper.kill(signal);
    });
    expect(await exit, stderr).toBe(signal === 'SIGKILL' ? null : 0);
    await ended;
  }
});

test('watch finds a symbol whatever its case, and lists what there is otherwise', async () => {
  const found = await touchline(['watch', 'aapl', ...fromFeed, '--once']);
  expect(found.stdout).toContain('AAPL  LIVE');
  for (const from of [fromFeed, throughGateway]) {
    const { code, stderr } = await touchline(['watch', 'NOPE', ...from, '--once']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^UNKNOWN_SYMBOL: There is no "NOPE"\. There are: .*AAPL/m);
  }
});

test('watch and tail say so when nothing is heard', async () => {
  const nowhere = ['--feed', 'tcp://127.0.0.1:9', '--repair', 'tcp://127.0.0.1:9'];
  const commands = [
    ['watch', 'AAPL', ...nowhere, '--once'],
    ['watch', 'AAPL', '--gateway', 'http://127.0.0.1:9/', '--json'],
    ['tail', ...nowhere],
  ];
  for (const command of commands) {
    const { code, stderr } = await touchline([...command, '--timeout', '0.5']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^NOTHING_HEARD: /m);
    expect(stderr).toContain('touchline up');
  }
});

test('tail prints as many records as asked for, one after the other', async () => {
  const { code, stdout, stderr } = await touchline([
    'tail',
    ...fromFeed,
    '--json',
    '--count',
    '200',
  ]);
  expect(code, stderr).toBe(0);
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records).toHaveLength(200);
  const [epoch, first, ...rest] = records;
  expect(epoch.type).toBe('epoch');
  for (const [i, record] of rest.entries()) expect(record.sequence).toBe(first.sequence + 1 + i);
  expect(records.filter((one) => one.type === 'level').every((one) => 'price' in one)).toBe(true);
});

test('tail --instrument shows one instrument only', async () => {
  const { code, stdout, stderr } = await touchline([
    ...['tail', ...fromFeed, '--json', '--instrument', 'AAPL', '--count', '20'],
  ]);
  expect(code, stderr).toBe(0);
  const symbols = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).symbol);
  expect(new Set(symbols)).toEqual(new Set(['AAPL', undefined]));
});

test('a reader that leaves ends the command without a complaint', async () => {
  const child = spawn(process.execPath, [MAIN, 'tail', ...fromFeed], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code, stderr).toBe(0);
});

test('the programs take their own options and exit codes', async () => {
  const answers = ['engine', 'relay', 'gateway', 'source'].map(async (role) => {
    const help = await touchline([role, '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage:');
    expect(help.stdout).toContain('--log-level');
    const wrong = await touchline([role, '--no-such-option']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--no-such-option');
  });
  await Promise.all(answers);
});

test('a command or an option that is nearly right is answered with the right one', async () => {
  const command = await touchline(['wach']);
  expect(command.code).toBe(2);
  expect(command.stderr).toContain('Did you mean watch?');
  const option = await touchline(['up', '--prt', '1']);
  expect(option.code).toBe(2);
  expect(option.stderr).toContain('Did you mean --port?');
});

test('every command has help with examples', async () => {
  for (const command of ['up', 'watch', 'tail']) {
    const { code, stdout } = await touchline([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  }
});
