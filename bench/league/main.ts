/** Measures the bare matcher on the league's full streams, each run in a fresh process. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { dataDirectory, testData } from '../setup/test-data.ts';
import { readColumnFile } from './column-file.ts';
import { type Measurement, measure } from './measure.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

interface ScenarioResult {
  /** Medians over the processes. */
  readonly messagesPerSecond: number;
  readonly coldMessagesPerSecond: number;
  readonly sha256: string;
  readonly published: boolean;
}

const command = new Command('league')
  .description('Plays the public league’s streams of 1,996,097 messages through the matcher.')
  .addOption(
    new Option('--scenario <name>', 'one scenario instead of all five').choices(
      SCENARIOS.map((scenario) => scenario.name),
    ),
  )
  .option('--processes <n>', 'fresh processes per scenario', wholeNumber, 10)
  .option('--warm-ups <n>', 'runs before the timed one, in each process', wholeNumber, 3)
  .option('--json <file>', 'write the results there as JSON')
  .addOption(new Option('--once', 'measure in this process and print JSON').hideHelp())
  .addHelpText(
    'after',
    `
Examples:
  node bench/league/main.ts
  node bench/league/main.ts --scenario flash-crash --processes 3 --json league.json`,
  )
  .parse();
const options = command.opts<{
  scenario?: string;
  processes: number;
  warmUps: number;
  json?: string;
  once?: true;
}>();
const chosen = SCENARIOS.filter(({ name }) => name === (options.scenario ?? name));

if (options.once) {
  const [scenario] = chosen;
  const path = testData(scenario!.full.file)!;
  const measured = measure(readColumnFile(readFileSync(path)), options.warmUps);
  process.stdout.write(JSON.stringify(measured));
} else {
  process.exitCode = runAll();
}

function runAll(): number {
  const missing = chosen.find(({ full }) => testData(full.file) === undefined);
  if (missing !== undefined) {
    const folder = dataDirectory();
    process.stderr.write(
      `NO_DATA: ${missing.full.file} is not in ${folder}; set TOUCHLINE_DATA to the right folder.\n`,
    );
    return 2;
  }
  process.stdout.write('scenario       M messages/s, warm   cold   reports\n');
  const results = new Map(chosen.map((scenario) => [scenario.name, runScenario(scenario)]));
  const [worst] = [...results].sort(([, a], [, b]) => a.messagesPerSecond - b.messagesPerSecond);
  process.stdout.write(`worst: ${worst![0]}, ${millions(worst![1].messagesPerSecond)}\n`);
  if (options.json !== undefined) {
    const bare = {
      ...Object.fromEntries(results),
      worst: { scenario: worst![0], messagesPerSecond: worst![1].messagesPerSecond },
    };
    writeFileSync(options.json, `${JSON.stringify({ bare }, undefined, 2)}\n`);
  }
  return [...results.values()].every(({ published }) => published) ? 0 : 1;
}

function runScenario(scenario: Scenario): ScenarioResult {
  const measured = Array.from({ length: Math.max(1, options.processes) }, () => runOnce(scenario));
  const hashes = [...new Set(measured.map(({ sha256 }) => sha256))];
  const sha256 = hashes.join('+');
  const published = sha256 === scenario.full.sha256;
  const messagesPerSecond = median(measured.map(({ warm }) => warm));
  const coldMessagesPerSecond = median(measured.map(({ cold }) => cold));
  const columns = [
    scenario.name.padEnd(15),
    millions(messagesPerSecond).padStart(19),
    millions(coldMessagesPerSecond).padStart(6),
    published ? 'the published ones' : `WRONG: ${sha256}`,
  ];
  process.stdout.write(`${columns[0]}${columns[1]} ${columns[2]}   ${columns[3]}\n`);
  return { messagesPerSecond, coldMessagesPerSecond, sha256, published };
}

function runOnce(scenario: Scenario): Measurement {
  const args = ['--once', '--scenario', scenario.name, '--warm-ups', String(options.warmUps)];
  const path = import.meta.filename;
  return JSON.parse(execFileSync(process.execPath, [path, ...args], { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function millions(perSecond: number): string {
  return (perSecond / 1e6).toFixed(2);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number.');
  return value;
}
