/** `npm run bench:all`: every benchmark, one page with pictures, and the tables that the project shows. */

import '../setup/compiled.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { runFacts } from '../harness/run-facts.ts';
import { type BenchCommand, COMMANDS } from './commands.ts';
import { reportPage } from './html.ts';
import { resultsDocument, withFigures } from './markdown.ts';
import {
  type AllResults,
  condensed,
  PARTS,
  type Part,
  type ReportFacts,
  readResults,
} from './results.ts';

interface Wishes {
  readonly quick?: true;
  readonly only?: string;
  readonly out: string;
  readonly draw?: true;
  readonly publish?: true;
}

const REPOSITORY = resolve(import.meta.dirname, '../..');
const FACTS = 'facts.json';

const program = new Command('npm run bench:all --')
  .description('Runs every benchmark and draws what they found, with peers and limits beside it.')
  .option('--quick', 'seconds instead of minutes: to see that it works, not how fast')
  .option('--only <parts>', `some of them: ${PARTS.join(',')}`)
  .option('--out <folder>', 'where results and page go', '.touchline/bench')
  .option('--draw', 'run nothing: draw what is in the folder')
  .option('--publish', 'write bench/results.json, bench/RESULTS.md and the README’s figures')
  .addHelpText(
    'after',
    `
Results of an earlier run stay in the folder until they are measured again.

Examples:
  $ npm run bench:all                                # an hour or so; then open .touchline/bench/report.html
  $ npm run bench:all -- --only micro,feed --quick
  $ npm run soak -- --minutes 30 --json .touchline/bench/soak.json
  $ npm run bench:all -- --draw --publish`,
  )
  .parse();

process.exitCode = main(program.opts<Wishes>());

function main(wishes: Wishes): number {
  const out = resolve(wishes.out);
  mkdirSync(out, { recursive: true });
  const only = wishes.only?.split(',');
  const unknown = only?.find((part) => !PARTS.some((known) => known === part));
  if (unknown !== undefined) return program.error(`"${unknown}" is none of ${PARTS.join(', ')}.`);
  const failed: Part[] = [];
  if (wishes.draw !== true) {
    const chosen = COMMANDS.filter(({ part }) => only === undefined || only.includes(part));
    for (const one of chosen) {
      noteFacts(out, one.part);
      if (!measure(one, out, wishes.quick === true)) failed.push(one.part);
    }
  }
  const results = readResults(out, factsIn(out));
  const page = join(out, 'report.html');
  writeFileSync(page, reportPage(results));
  process.stdout.write(`written: ${page}\n`);
  if (wishes.publish === true) publish(condensed(results));
  if (failed.length > 0) process.stdout.write(`not measured: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** One after the other, so that none disturbs another; false when it failed. */
function measure(
  { part, script, args, quickArgs }: BenchCommand,
  out: string,
  isQuick: boolean,
): boolean {
  const path = join(REPOSITORY, script);
  if (!existsSync(path)) return true;
  process.stdout.write(`\n${part}\n`);
  const json = ['--json', join(out, `${part}.json`)];
  const run = spawnSync(process.execPath, [path, ...(isQuick ? quickArgs : args), ...json], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  return run.status === 0;
}

function factsIn(out: string): ReportFacts {
  const path = join(out, FACTS);
  if (!existsSync(path)) return runFacts(new Date());
  return JSON.parse(readFileSync(path, 'utf8')) as ReportFacts;
}

/** A part is measured now; what was measured before keeps the facts of then. */
function noteFacts(out: string, part: Part): void {
  const { parts } = factsIn(out);
  const facts = runFacts(new Date());
  writeFileSync(join(out, FACTS), JSON.stringify({ ...facts, parts: { ...parts, [part]: facts } }));
}

function publish(results: AllResults): void {
  const write = (name: string, text: string): void => {
    writeFileSync(join(REPOSITORY, name), text);
    process.stdout.write(`written: ${name}\n`);
  };
  write('bench/results.json', `${JSON.stringify(results, undefined, 1)}\n`);
  write('bench/RESULTS.md', resultsDocument(results));
  write('README.md', withFigures(readFileSync(join(REPOSITORY, 'README.md'), 'utf8'), results));
}
