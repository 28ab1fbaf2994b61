/** Measures the engine and its peers on the public league's streams, each run in a fresh process. */

import '../setup/compiled.ts';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { testData } from '../setup/test-data.ts';
import { wrongCases } from './edge-case-run.ts';
import { readEdgeCases } from './edge-cases.ts';
import {
  type EngineName,
  isPeer,
  OWN_ENGINES,
  type OwnEngine,
  type RunOutcome,
  type RunRequest,
} from './one-run.ts';
import { PEER_NAMES } from './peer-book.ts';
import { Results } from './results.ts';
import { resultsTable } from './results-table.ts';
import { LEAGUE_FOLDER } from './scenarios.ts';
import { type ScheduledRun, schedule } from './schedule.ts';
import {
  type CataloguedStream,
  CatalogueError,
  publishedStreams,
  streamsOf,
} from './stream-catalogue.ts';

const EXAMPLES = `
Examples:
  $ npm run bench:league                                the full engine, and the peers beside it
  $ npm run bench:league -- --bare                      the matcher with reports only
  $ npm run bench:league -- --both --json league.json   both, run by run in turn, and their ratio
  $ npm run bench:league -- --streams ../my-streams     other streams, with their own hashes
  $ npm run bench:league -- --scenario static --processes 3 --no-peers
`;

interface Options {
  readonly bare?: true;
  readonly both?: true;
  readonly scenario?: string;
  readonly streams?: string;
  readonly processes: number;
  readonly warmUps: number;
  /** False: `--no-peers`. */
  readonly peers: boolean;
  readonly peerProcesses: number;
  readonly peerSeconds: number;
  readonly json?: string;
}

/** A run has thrown: what it gave out does not decode, or does not say what was done. */
class RunFailed extends Error {
  constructor(engine: EngineName, { name }: CataloguedStream, stderr: string) {
    const why = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? stderr.trim();
    super(`RUN_FAILED: ${engine}, ${name}: ${why}`);
    this.name = 'RunFailed';
  }
}

try {
  process.exitCode = main(parseCommandLine());
} catch (error) {
  if (!(error instanceof CatalogueError || error instanceof RunFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof RunFailed ? 1 : 2;
}

/** 0 when every report and every byte was right, 1 when not. */
function main(options: Options): number {
  const own: readonly OwnEngine[] = options.both ? OWN_ENGINES : [options.bare ? 'bare' : 'full'];
  const streams = chosenStreams(options);
  const engines = [...own, ...(options.peers ? PEER_NAMES : [])];
  const runs = schedule({ ...options, engines, streams });
  process.stdout.write(headline(options));
  const results = runAll(runs, options);
  process.stdout.write(`${resultsTable(results)}`);
  const casesAreRight = own.map(edgeCases).every(Boolean);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(results.toFile(), undefined, 2)}\n`);
    process.stdout.write(`written: ${options.json}\n`);
  }
  return results.isRight && casesAreRight ? 0 : 1;
}

function parseCommandLine(): Options {
  return new Command('league')
    .description('Plays the public league’s streams through the engine, and through its peers.')
    .addOption(
      new Option('--bare', 'the matcher with reports only, instead of the full engine').conflicts(
        'both',
      ),
    )
    .option('--both', 'the full engine and the matcher, in turn')
    .option('--scenario <name>', 'one stream instead of all')
    .option('--streams <folder>', 'play the streams that its *.tsv files list')
    .option('--processes <n>', 'fresh processes per stream', wholeNumber, 10)
    .option('--warm-ups <n>', 'runs before the timed one, in each process', wholeNumber, 2)
    .option('--no-peers', 'without the peers from npm')
    .option('--peer-processes <n>', 'fresh processes per stream and peer', wholeNumber, 1)
    .option('--peer-seconds <n>', 'a peer is stopped after so long', wholeNumber, 10)
    .option('--json <file>', 'write the results there as JSON')
    .addHelpText('after', EXAMPLES)
    .parse()
    .opts<Options>();
}

function chosenStreams({ streams, scenario }: Options): CataloguedStream[] {
  const all = streams === undefined ? publishedStreams() : streamsOf(streams);
  const chosen = all.filter(({ name }) => scenario === undefined || name === scenario);
  if (chosen.length > 0) return chosen;
  const names = all.map(({ name }) => name).join(', ');
  throw new CatalogueError('NO_STREAM', `There is no scenario ${scenario}: give one of ${names}.`);
}

function headline({ processes, warmUps }: Options): string {
  const [cpu] = cpus();
  const machine = `${cpu?.model ?? 'an unknown processor'} x ${cpus().length}`;
  const how = `medians of ${processes} fresh processes, ${warmUps} runs to warm up in each`;
  return `node ${process.version}, ${machine}; ${how}\n`;
}

function runAll(runs: readonly ScheduledRun[], options: Options): Results {
  const results = new Results();
  const notes: string[] = [];
  const format = '{bar} {value} of {total} runs, {eta_formatted} left: {what}';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  if (process.stderr.isTTY) bar.start(runs.length, 0, { what: '' });
  for (const { engine, stream } of runs) {
    bar.update({ what: `${engine}, ${stream.name}` });
    const outcome = runOnce(engine, stream, options);
    if (outcome instanceof RunFailed) notes.push(outcome.message);
    else results.add(engine, stream, outcome);
    bar.increment();
  }
  bar.stop();
  process.stdout.write(notes.map((note) => `${note}\n`).join(''));
  return results;
}

/** A peer that fails is told and left out; when one of our own does, nothing else counts. */
function runOnce(
  engine: EngineName,
  stream: CataloguedStream,
  options: Options,
): RunOutcome | RunFailed {
  const { warmUps, peerSeconds } = options;
  const request: RunRequest = { engine, stream, warmUps, peerLimitMs: peerSeconds * 1000 };
  const script = join(import.meta.dirname, 'one-run.ts');
  const args = [script, JSON.stringify(request)];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (run.status === 0) return JSON.parse(run.stdout);
  const failed = new RunFailed(engine, stream, run.stderr);
  if (isPeer(engine)) return failed;
  throw failed;
}

/** True when every case is right, or none is there to be asked. */
function edgeCases(engine: OwnEngine): boolean {
  const path = testData(`${LEAGUE_FOLDER}/edge-cases.json`);
  if (path === undefined) {
    process.stdout.write(`${engine}: edge-cases.json is not there\n`);
    return true;
  }
  const cases = readEdgeCases(readFileSync(path, 'utf8'));
  const wrong = wrongCases(engine, cases);
  const count = `${cases.length - wrong.length} of ${cases.length} edge cases`;
  process.stdout.write(`${engine}: ${[count, ...wrong].join(', not ')}\n`);
  return wrong.length === 0;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.');
  return value;
}
