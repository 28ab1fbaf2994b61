/** What the journal costs, and how fast a restart does it again: fresh processes, by turns. */

import '../setup/compiled.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandStream } from './command-stream.ts';
import { JournaledEngine, processorMs, readJournal } from './journaled-engine.ts';

const SEED = 1;

const KINDS = ['none', 'write', 'fsync', 'restart', 'reading'] as const;
type Kind = (typeof KINDS)[number];

const command = new Command('journal')
  .description('Measures the engine with and without its journal, and a restart.')
  .option('--pairs <n>', 'runs of each kind', wholeNumber, 10)
  .option('--commands <n>', 'timed in each run', wholeNumber, 1_000_000)
  .option('--warm-up <n>', 'commands before, in the same process', wholeNumber, 500_000)
  .option('--batch <n>', 'commands per commit', wholeNumber, 1000)
  .option('--fsync', 'measure the durability fsync as well')
  .option('--json <file>', 'write the results there as JSON')
  .addOption(new Option('--once <kind>').choices(KINDS).hideHelp())
  .addOption(new Option('--directory <directory>').hideHelp())
  .addHelpText('after', '\nExample:\n  $ npm run bench:journal -- --pairs 20')
  .parse();

const options = command.opts<{
  pairs: number;
  commands: number;
  warmUp: number;
  batch: number;
  fsync?: boolean;
  json?: string;
  once?: Kind;
  directory?: string;
}>();

if (options.once === undefined) measureAll();
else process.stdout.write(String(runOnce(options.once, options.directory ?? '')));

/** Commands per second of processor time. */
function runOnce(kind: Kind, directory: string): number {
  const { warmUp, commands, batch } = options;
  if (kind === 'reading') {
    const start = processorMs();
    const read = readJournal(directory);
    return (read * 1000) / (processorMs() - start);
  }
  if (kind === 'restart') {
    const start = processorMs();
    const run = new JournaledEngine(directory);
    run.restart();
    const elapsedMs = processorMs() - start;
    return (run.engine.sequencer.transaction * 1000) / elapsedMs;
  }
  const stream = new CommandStream(warmUp + commands, SEED);
  const run = new JournaledEngine(kind === 'none' ? undefined : directory, kind === 'fsync');
  run.list();
  run.play(stream, 0, warmUp, batch);
  const elapsedMs = run.play(stream, warmUp, warmUp + commands, batch);
  run.journal?.close();
  return (commands * 1000) / elapsedMs;
}

function measureAll(): void {
  const kinds = KINDS.filter((kind) => kind !== 'fsync' || options.fsync === true);
  const rates = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  for (let pair = 0; pair < options.pairs; pair += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'touchline-bench-'));
    try {
      // The restart does again what `write` has just written; `reading` is the journal's own part of it.
      for (const kind of kinds) {
        const directory = join(folder, kind === 'fsync' ? 'fsync' : 'write');
        rates.get(kind)?.push(inProcess(kind, directory));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const ratios = ratiosOf(rates.get('write') ?? [], rates.get('none') ?? []);
  const medians = Object.fromEntries([...rates].map(([kind, values]) => [kind, median(values)]));
  const { batch, pairs } = options;
  process.stdout.write(
    `per second of processor time; commits of ${batch}, ${pairs} runs of each, medians\n`,
  );
  for (const [kind, rate] of Object.entries(medians)) {
    process.stdout.write(`${kind.padEnd(8)} ${(rate / 1e6).toFixed(2)} M commands/s\n`);
  }
  const [low, middle, high] = [0.025, 0.5, 0.975].map((at) => 100 * (1 - quantile(ratios, 1 - at)));
  const interval = `(${low?.toFixed(1)} to ${high?.toFixed(1)} %, 95 % of pairs)`;
  process.stdout.write(`the journal costs ${middle?.toFixed(1)} % ${interval}\n`);
  if (options.json !== undefined) {
    const result = {
      commandsPerSecond: medians,
      costPercent: { low, median: middle, high },
      batch,
    };
    writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
}

function inProcess(kind: Kind, directory: string): number {
  const { commands, warmUp, batch } = options;
  const args = ['--commands', commands, '--warm-up', warmUp, '--batch', batch].map(String);
  const once = ['--once', kind, '--directory', directory];
  const path = import.meta.filename;
  return Number(execFileSync(process.execPath, [path, ...once, ...args], { encoding: 'utf8' }));
}

function ratiosOf(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, index) => value / (under[index] ?? Number.NaN));
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.');
  return value;
}
