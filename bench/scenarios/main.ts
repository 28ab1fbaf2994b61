/** `npm run scenarios`: plays the files of scenarios on both markets, and says what does not hold. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { faultText } from './fault-text.ts';
import { fillFile } from './fill.ts';
import { playScenario } from './play.ts';
import { parseScenarioFile, ScenarioError, type ScenarioFile } from './scenario-file.ts';

export const CASES = join(import.meta.dirname, 'cases');

const program = new Command('npm run scenarios --')
  .description('Plays scenarios of the order book, the feed and the gateway.')
  .argument('[files...]', 'files of scenarios; all of bench/scenarios/cases by default')
  .option('--only <text>', 'only scenarios whose title contains this', '')
  .option('--fill', 'write what is seen where a file says "> ?" or "| ? |"')
  .option('--list', 'names the scenarios, and plays none')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run scenarios
  $ npm run scenarios -- bench/scenarios/cases/stops.scenarios --only trailing
  $ npm run scenarios -- --fill my.scenarios

The format is told in bench/scenarios/README.md.`,
  )
  .parse();

const { only, fill, list } = program.opts<{ only: string; fill?: true; list?: true }>();
const paths = program.args.length > 0 ? program.args : caseFiles();
try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof ScenarioError)) throw error;
  program.error(error.message);
}

function main(): number {
  let [played, faults] = [0, 0];
  for (const path of paths) {
    const file = parseScenarioFile(relative(process.cwd(), path), readFileSync(path, 'utf8'));
    if (fill === true) writeFileSync(path, fillFile(file));
    const counts = playFile(file);
    played += counts.played;
    faults += counts.faults;
  }
  if (list !== true) process.stdout.write(`${played} scenarios, ${faults} wrong\n`);
  return faults === 0 && played > 0 ? 0 : 1;
}

function playFile({ scenarios }: ScenarioFile): { played: number; faults: number } {
  const chosen = scenarios.filter(({ title }) => title.includes(only));
  let faults = 0;
  for (const scenario of chosen) {
    if (list === true)
      process.stdout.write(`${scenario.path}:${scenario.line}: ${scenario.title}\n`);
    const fault = list === true ? undefined : playScenario(scenario);
    if (fault === undefined) continue;
    faults += 1;
    process.stdout.write(`${faultText(fault)}\n`);
  }
  return { played: chosen.length, faults };
}

function caseFiles(): string[] {
  return readdirSync(CASES)
    .filter((name) => name.endsWith('.scenarios'))
    .sort()
    .map((name) => join(CASES, name));
}
