/** `npm run bench:guard`: fails where a guarded case has become much slower than before the change. */

import '../setup/compiled.ts';
import { Command } from 'commander';
import { positiveNumber, wholeNumber } from '../harness/arguments.ts';
import { acceptedSlower, BASELINE_VARIABLE, findBaseline, PASSED_TAG } from './baseline.ts';
import { compareTrees } from './compare-trees.ts';
import { otherTree, REPOSITORY, type Tree, thisTree } from './trees.ts';
import { type Comparison, comparisonTable } from './verdict.ts';

/** Wide enough for a noisy machine: the ratio must lie beyond it, and its interval beyond 1, twice. */
const BOUND = 1.5;
/**
 * Other work on the machine can only make a process slower, so of all processes of a tree the fast
 * ones tell most: their lower quartiles stand still until three of four are disturbed.
 */
const SHARE = 0.25;

interface Wishes {
  readonly against?: string;
  readonly filter: string;
  readonly pairs: number;
  readonly time: number;
  readonly bound: number;
}

const program = new Command('npm run bench:guard --')
  .description('Compares the guarded micro cases with the newest commit whose checks passed.')
  .option('--against <revision>', 'compare with this commit or folder instead')
  .option('--filter <text>', 'only cases whose suite and name contain this', '')
  .option('--pairs <number>', 'processes of each, in turns', wholeNumber, 20)
  .option('--time <ms>', 'of each case in each process', positiveNumber, 20)
  .option('--bound <ratio>', 'what counts as slower', positiveNumber, BOUND)
  .addHelpText(
    'after',
    `
The commit is what ${BASELINE_VARIABLE} names, or where the tag ${PASSED_TAG} stands, or where this
history left origin's main branch, or the first parent of HEAD. A slow-down that is meant is named in
the commit that brings it, by a line such as "Slower: delta: encode, 4 a transaction".`,
  )
  .parse();

try {
  process.exitCode = guard(program.opts<Wishes>());
} catch (error) {
  program.error(error instanceof Error ? error.message : String(error));
}

function guard(wishes: Wishes): number {
  const { commit, because } =
    wishes.against === undefined
      ? (findBaseline(REPOSITORY, process.env) ?? {})
      : { commit: wishes.against, because: 'it was asked for' };
  if (commit === undefined) {
    process.stdout.write('No earlier commit is here: there is nothing to compare with.\n');
    return 0;
  }
  process.stdout.write(`Compared with ${commit}: ${because}.\n`);
  const other = otherTree(commit);
  try {
    const all = measure(other, wishes, wishes.filter);
    process.stdout.write(`${comparisonTable(all)}\n`);
    if (all.length === 0) {
      process.stdout.write('No case runs on both: nothing was compared.\n');
      return 0;
    }
    const accepted = wishes.against === undefined ? acceptedSlower(REPOSITORY, commit) : [];
    const slow = all.filter((one) => isBeyond(one, wishes.bound) && !accepted.includes(one.name));
    return confirm(slow, other, wishes);
  } finally {
    other.remove();
  }
}

/** A case is only slower when it is so a second time, measured alone. */
function confirm(slow: readonly Comparison[], other: Tree, wishes: Wishes): number {
  const twice = slow
    .flatMap(({ name }) => measure(other, wishes, name))
    .filter((one) => {
      return isBeyond(one, wishes.bound) && slow.some(({ name }) => name === one.name);
    });
  const bound = `${wishes.bound} times`;
  if (twice.length === 0) {
    process.stdout.write(`No guarded case is ${bound} as slow as before.\n`);
    return 0;
  }
  process.stdout.write(
    `${comparisonTable(twice)}\nSLOWER: ${twice.length} by more than ${bound}.\n`,
  );
  return 1;
}

function isBeyond({ estimate }: Comparison, bound: number): boolean {
  return estimate.ratio > bound && estimate.low > 1;
}

function measure(other: Tree, { pairs, time }: Wishes, filter: string): Comparison[] {
  const options = { pairs, filter, isGuarded: true, timeMs: time, share: SHARE };
  return compareTrees(other, thisTree(), options);
}
