/** `npm run bench`: the micro suites, with a table for each and the results as JSON. */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { positiveNumber } from '../harness/arguments.ts';
import { factRows, runFacts } from '../harness/run-facts.ts';
import { leastTime, measureCase } from './measure-case.ts';
import { MICRO_KIND, type MicroFile, type MicroSuiteResult } from './micro-file.ts';
import { caseName, type MicroCase, type MicroSuite, witness } from './micro-suite.ts';
import { suiteText } from './micro-table.ts';
import { loadSuites } from './suites/index.ts';

interface Wishes {
  readonly filter: string;
  readonly guarded?: true;
  readonly quick?: true;
  readonly time: number;
  readonly json?: string;
  readonly list?: true;
  readonly samples?: true;
}

const USUAL_MS = 500;
const QUICK_MS = 40;
/** Warm-up takes as long as this share of the measured time. */
const WARM_UP_SHARE = 0.5;

const program = new Command('npm run bench --')
  .description('Times single operations of every part: medians, spread, and bytes on the heap.')
  .option('--filter <text>', 'only cases whose suite and name contain this', '')
  .option('--guarded', 'only the cases that the regression guard watches')
  .option('--time <ms>', 'how long to measure each case', positiveNumber, USUAL_MS)
  .option('--quick', `${QUICK_MS} ms for each: to see that it works, not how fast`)
  .option('--json <file>', 'write the results there; - for the standard output')
  .option('--list', 'names the cases, and measures nothing')
  .addOption(new Option('--samples', 'least times by name, for comparisons').hideHelp())
  .addHelpText(
    'after',
    `
Examples:
  $ npm run bench                                    # all of it, about two minutes
  $ npm run bench -- --filter matcher --time 2000    # one suite, for longer
  $ npm run bench -- --quick --json micro.json
  $ npm run bench:compare -- before.json micro.json  # two of those files
  $ npm run bench:compare -- --against HEAD~1        # two trees, in turns`,
  )
  .parse();

await main(program.opts<Wishes>());

async function main(wishes: Wishes): Promise<void> {
  const chosen = await chooseCases(wishes);
  if (chosen.length === 0) return program.error(`No case has "${wishes.filter}" in its name.`);
  if (wishes.list === true) {
    for (const { suite, cases } of chosen) {
      for (const one of cases) process.stdout.write(`${caseName(suite, one)}\n`);
    }
    return;
  }
  if (wishes.samples === true) {
    process.stdout.write(`${JSON.stringify(await sampleCases(chosen, wishes.time))}\n`);
    return;
  }
  const file = await measure(chosen, wishes);
  const isPiped = wishes.json === '-';
  if (isPiped) process.stdout.write(`${JSON.stringify(file)}\n`);
  else printTables(file);
  if (wishes.json !== undefined && !isPiped) {
    writeFileSync(wishes.json, `${JSON.stringify(file, undefined, 1)}\n`);
  }
}

interface Chosen {
  readonly suite: MicroSuite;
  readonly cases: readonly MicroCase[];
}

async function chooseCases({ filter, guarded, samples }: Wishes): Promise<Chosen[]> {
  const suites = await loadSuites({ filter, onBroken: samples === true ? tellBroken : undefined });
  return suites
    .map((suite) => ({
      suite,
      cases: suite.cases.filter((one) => {
        return (
          caseName(suite, one).includes(filter) && (guarded !== true || one.isGuarded === true)
        );
      }),
    }))
    .filter(({ cases }) => cases.length > 0);
}

function tellBroken(name: string, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${name} is left out: ${why}\n`);
}

/** Nanoseconds per operation by name, the least of the rounds: one process of a comparison. */
async function sampleCases(
  chosen: readonly Chosen[],
  timeMs: number,
): Promise<Record<string, number>> {
  const samples: Record<string, number> = {};
  for (const { suite, cases } of chosen) {
    for (const one of cases) {
      const name = caseName(suite, one);
      try {
        samples[name] = await leastTime(one, { timeMs, warmUpMs: timeMs });
      } catch (error) {
        // An older tree may refuse what this one takes: it is not compared then.
        tellBroken(name, error);
      }
    }
  }
  return samples;
}

async function measure(chosen: readonly Chosen[], wishes: Wishes): Promise<MicroFile> {
  const timeMs = wishes.quick === true ? QUICK_MS : wishes.time;
  const facts = runFacts(new Date());
  const total = chosen.reduce((sum, { cases }) => sum + cases.length, 0);
  const bar = new SingleBar(
    {
      format: '{bar} {value} of {total}  {name}',
      hideCursor: true,
      clearOnComplete: true,
      noTTYOutput: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { name: '' });
  const suites: MicroSuiteResult[] = [];
  for (const { suite, cases } of chosen) {
    const { name, measures, leavesOut, wouldLie } = suite;
    const results: Record<string, MicroSuiteResult['results'][string]> = {};
    for (const one of cases) {
      bar.update({ name: caseName(suite, one) });
      results[one.name] = await measureCase(one, { timeMs, warmUpMs: timeMs * WARM_UP_SHARE });
      bar.increment();
    }
    suites.push({ name, measures, leavesOut, wouldLie, results });
  }
  bar.stop();
  if (!Number.isFinite(witness.sum)) throw new Error('What was computed is not a number.');
  return { kind: MICRO_KIND, facts, suites };
}

function printTables({ facts, suites }: MicroFile): void {
  for (const suite of suites) process.stdout.write(`${suiteText(suite)}\n\n`);
  for (const [what, value] of factRows(facts)) process.stdout.write(`${what}: ${value}\n`);
}
