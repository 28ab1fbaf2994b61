/** `npm run bench:compare`: two result files, or this tree and another in turns. */

import '../setup/compiled.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { positiveNumber, wholeNumber } from '../harness/arguments.ts';
import { parseMicroFile } from '../micro/micro-file.ts';
import { compareFiles } from './compare-files.ts';
import { compareTrees } from './compare-trees.ts';
import { otherTree, thisTree } from './trees.ts';
import { type Comparison, comparisonTable, LEAST_PAIRS } from './verdict.ts';

interface Wishes {
  readonly against?: string;
  readonly filter: string;
  readonly guarded?: true;
  readonly pairs: number;
  readonly time: number;
  readonly json?: string;
}

const program = new Command('npm run bench:compare --')
  .description('Says what became faster or slower, as ratios of medians with a 95 % interval.')
  .argument('[before]', 'a --json file of npm run bench')
  .argument('[after]', 'another one')
  .option(
    '--against <revision>',
    'a commit, branch or folder to measure this tree against, in turns',
  )
  .option('--filter <text>', 'only cases whose suite and name contain this', '')
  .option('--guarded', 'only the cases that the regression guard watches')
  .option('--pairs <number>', 'processes of each, in turns', pairsWanted, 20)
  .option('--time <ms>', 'of each case in each process', positiveNumber, 30)
  .option('--json <file>', 'write the comparison there')
  .addHelpText(
    'after',
    `
A ratio is time after over time before: above 1 is slower. Where the interval holds 1 it says
"no difference seen", which does not mean that there is none.

Examples:
  $ npm run bench:compare -- before.json after.json
  $ npm run bench:compare -- --against HEAD~1 --filter delta
  $ npm run bench:compare -- --against ../other-checkout --pairs 40`,
  )
  .parse();

try {
  main(program.args, program.opts<Wishes>());
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

function main([before, after]: readonly string[], wishes: Wishes): void {
  let comparisons: readonly Comparison[];
  if (wishes.against !== undefined && before !== undefined) {
    throw new Error('Give two files, or --against and a revision; see --help.');
  }
  if (wishes.against !== undefined) comparisons = inTurns(wishes.against, wishes);
  else if (before !== undefined && after !== undefined) comparisons = ofFiles(before, after);
  else throw new Error('Two files are wanted, or --against and a revision; see --help.');
  if (comparisons.length === 0) throw new Error('There is no case that both have.');
  process.stdout.write(`${comparisonTable(comparisons)}\n`);
  if (wishes.json !== undefined) {
    const { pairs } = wishes;
    writeFileSync(
      wishes.json,
      `${JSON.stringify({ kind: 'comparison', pairs, comparisons }, undefined, 1)}\n`,
    );
  }
}

function ofFiles(before: string, after: string): readonly Comparison[] {
  const read = (path: string) => parseMicroFile(textOf(path), path);
  const { comparisons, warnings } = compareFiles(read(before), read(after));
  for (const warning of warnings) process.stdout.write(`${warning}\n`);
  return comparisons;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function pairsWanted(text: string): number {
  const pairs = wholeNumber(text);
  if (pairs > 0) return pairs;
  throw new InvalidArgumentError(
    `One pair is the least, and fewer than ${LEAST_PAIRS} tell nothing.`,
  );
}

function inTurns(against: string, { pairs, filter, guarded, time }: Wishes): Comparison[] {
  const other = otherTree(against);
  const format = '{bar} {value} of {total} pairs, {eta_formatted} left';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  try {
    bar.start(pairs, 0);
    return compareTrees(other, thisTree(), {
      pairs,
      filter,
      isGuarded: guarded === true,
      timeMs: time,
      onPair: (done) => bar.update(done),
    });
  } finally {
    bar.stop();
    other.remove();
  }
}
