/** The source process beside a real engine process. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { requireTestData } from '../../bench/setup/test-data.ts';
import { makeLobsterFiles } from './testing/lobster-files.ts';

const ENGINE = join(import.meta.dirname, '..', 'main.ts');
const SOURCE = join(import.meta.dirname, 'main.ts');
const ANY = 'tcp://127.0.0.1:*';
const directory = mkdtempSync(join(tmpdir(), 'touchline-source-'));
const children: ChildProcess[] = [];

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Message {
  readonly type: string;
  readonly [field: string]: unknown;
}

class Child {
  readonly process: ChildProcess;
  readonly messages: Message[] = [];
  readonly exited: Promise<number | null>;
  output = '';

  constructor(path: string, options: readonly string[]) {
    this.process = fork(path, options, { silent: true });
    children.push(this.process);
    this.process.on('message', (message) => this.messages.push(message as Message));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.output += data.toString();
      });
    }
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
  }

  /** The first message that fits, now or later; fails when the process ends before. */
  async message(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      const ended = this.exited.then((code) => {
        throw new Error(`ended with ${code}: ${this.output}`);
      });
      await Promise.race([once(this.process, 'message'), ended]);
    }
  }

  ofType(type: string): Message[] {
    return this.messages.filter((message) => message.type === type);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function startEngine(
  entry = ANY,
  ...more: string[]
): Promise<{ engine: Child; entry: string }> {
  const options = ['--publish', ANY, '--spine', ANY, '--entry', entry, '--no-market', ...more];
  const engine = new Child(ENGINE, options);
  const ready = await engine.message(({ type }) => type === 'ready');
  return { engine, entry: (ready['endpoints'] as { entry: string }).entry };
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('plays the Kraken capture, tells each step, and ends by itself', async (context) => {
  const path = requireTestData(context, 'venues/kraken-book1000.ws.gz');
  const { entry } = await startEngine();
  const options = ['--source', `kraken:${path}`, '--entry', entry, '--speed', 'max'];
  const source = new Child(SOURCE, options);
  expect(await source.exited, source.output).toBe(0);
  expect(source.messages[0]).toMatchObject({ type: 'ready' });
  const steps = source.ofType('step');
  expect(steps).toHaveLength(4279);
  const transactions = steps.map(({ transaction }) => transaction as number);
  expect(new Set(transactions).size).toBe(4279);
  expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
  expect(source.messages.at(-1)).toMatchObject({
    type: 'end',
    summary: { deltas: 4269, refused: 0 },
  });
});

test('plays a LOBSTER file and its first row through the matcher', async () => {
  const { messages, rows } = makeLobsterFiles({ seed: 'e2e', depth: 40, messages: 400 });
  const { entry } = await startEngine();
  const source = new Child(SOURCE, [
    ...['--source', `lobster:${file('AAPL_2012-06-21_message_5.csv', messages.join('\n'))}`],
    ...['--orderbook', file('rows.csv', rows.join('\n'))],
    ...['--entry', entry, '--speed', 'max'],
  ]);
  expect(await source.exited, source.output).toBe(0);
  const summary = source.messages.at(-1)?.['summary'] as Record<string, number>;
  expect(summary).toMatchObject({ messages: 400, malformed: 0, fillsOfOtherOrder: 0, refused: 0 });
  expect(summary['lotsNotFilled']).toBe(0);
  expect(source.ofType('step').at(-1)).toMatchObject({ line: 400 });
});

test('waits at its window until told what has been applied', async () => {
  const lines = [
    { ts: '1', type: 'instrument', symbol: 'X', tickSize: '1', lotSize: '1' },
    ...[1, 2, 3, 4, 5].map((price) => ({
      ts: '2',
      type: 'delta',
      symbol: 'X',
      bids: [[String(price), '1']],
      asks: [],
    })),
  ].map((line) => JSON.stringify(line));
  const { entry } = await startEngine();
  const path = file('window.ndjson', lines.join('\n'));
  const options = [
    '--source',
    `capture:${path}`,
    '--entry',
    entry,
    '--speed',
    'max',
    '--window',
    '2',
  ];
  const source = new Child(SOURCE, options);
  let line = 3;
  for (;;) {
    const step = await source.message(
      (message) => message.type === 'step' && message['line'] === line,
    );
    // Nothing further comes before the far end has spoken.
    expect(source.ofType('step').every((message) => (message['line'] as number) <= line)).toBe(
      true,
    );
    if (line === 6) break;
    source.process.send({ type: 'applied', transaction: (step['transaction'] as number) - 1 });
    line++;
  }
  expect(await source.exited, source.output).toBe(0);
});

test('a malformed line is passed over or fatal, as asked', async () => {
  const instrument = JSON.stringify({
    ts: '1',
    type: 'instrument',
    symbol: 'X',
    tickSize: '1',
    lotSize: '1',
  });
  const path = file('malformed.ndjson', `${instrument}\nnonsense\n${instrument}\n`);
  const { entry } = await startEngine();
  const options = ['--source', `capture:${path}`, '--entry', entry, '--speed', 'max'];
  const skipping = new Child(SOURCE, options);
  expect(await skipping.exited).toBe(0);
  expect(skipping.ofType('problem')).toMatchObject([{ line: 2, code: 'NOT_JSON' }]);
  expect(skipping.ofType('step').map((step) => step['line'])).toEqual([1, 3]);
  const fatal = new Child(SOURCE, [...options, '--on-error', 'fatal']);
  expect(await fatal.exited).toBe(2);
  expect(fatal.output).toContain('NOT_JSON: line 2:');
});

test('says that the engine is gone, and what is not known then', async () => {
  const instrument = JSON.stringify({
    ts: '1',
    type: 'instrument',
    symbol: 'X',
    tickSize: '1',
    lotSize: '1',
  });
  const later = JSON.stringify({ ts: '99000000000', type: 'clear', symbol: 'X' });
  const { engine, entry } = await startEngine();
  const path = file('lost.ndjson', `${instrument}\n${later}\n`);
  const impatient = ['--patience', '0.5'];
  const source = new Child(SOURCE, ['--source', `capture:${path}`, '--entry', entry, ...impatient]);
  await source.message(({ type }) => type === 'step');
  await end(engine.process, 'SIGTERM');
  expect(await source.exited).toBe(2);
  expect(source.output).toContain('ENGINE_LOST');
});

test('goes on where it was when a killed engine comes back from its journal', async () => {
  const journal = ['--journal', join(directory, 'journal')];
  const first = await startEngine(ANY, ...journal);
  const window = ['--window', '100000'];
  const options = ['--source', 'sim:e2e', '--entry', first.entry, '--rate', '2000', ...window];
  const source = new Child(SOURCE, options);
  await source.message(() => source.ofType('step').length > 200);
  await end(first.engine.process, 'SIGKILL');
  const stepsBefore = source.ofType('step').length;
  await startEngine(first.entry, ...journal);
  await source.message(() => source.ofType('step').length > stepsBefore + 500);
  source.process.kill('SIGINT');
  expect(await source.exited, source.output).toBe(0);
  expect(source.output).not.toContain('begins anew');
  // Each transaction is told once: nothing was done twice, and nothing left out.
  const transactions = source.ofType('step').map(({ transaction }) => transaction as number);
  expect(transactions.toSorted((a, b) => a - b)).toEqual(transactions);
});

test('the simulation begins anew in the engine that comes after, and ends when asked', async () => {
  const first = await startEngine();
  const source = new Child(SOURCE, [
    '--source',
    'sim:e2e',
    '--entry',
    first.entry,
    '--rate',
    '2000',
    // Steps of a simulation are told only where a window needs them.
    '--window',
    '100000',
  ]);
  await source.message(({ type }) => type === 'step');
  await end(first.engine.process, 'SIGTERM');
  const stepsBefore = source.ofType('step').length;
  await startEngine(first.entry);
  await source.message(() => source.ofType('step').length > stepsBefore + 500);
  source.process.kill('SIGINT');
  expect(await source.exited, source.output).toBe(0);
});
