/** `npm run chaos -- --minutes N`: real processes, `kill -9` at random, equal books after each. */

import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { type ChaosTally, runChaos, VICTIMS } from './chaos.ts';

const EXAMPLES = `
An engine with its journal, two relays with their archives and two subscribers, each a process. In
each round orders flow, one of them is killed and comes back, and then every book of every
subscriber must be LIVE and equal, level by level, to the naive engine's, which was given the
commands that were done. The seed repeats the choices, though not the machine's timing.

Examples:
  $ npm run chaos -- --minutes 1
  $ npm run chaos -- --minutes 600 --seed 7`;

const MS_PER_MINUTE = 60_000;

const { minutes, seed } = new Command()
  .name('npm run chaos --')
  .description('Kills engine, relays and subscribers at random, and proves the books after each.')
  .option('--minutes <number>', 'for how long', above0, 1)
  .option('--seed <number>', 'of the choices', above0, Date.now() % 1_000_000)
  .addHelpText('after', EXAMPLES)
  .parse()
  .opts<{ minutes: number; seed: number }>();

console.log(`Seed ${seed}.`);
const bar = new SingleBar(
  { format: '{bar} {percentage} %, {rounds} kills, {commands} commands', hideCursor: true },
  Presets.shades_classic,
);
const start = performance.now();
bar.start(minutes * MS_PER_MINUTE, 0, { rounds: 0, commands: 0 });
try {
  const tally = await runChaos({
    seed,
    goesOn: ({ rounds, commands }) => {
      const elapsed = performance.now() - start;
      bar.update(Math.min(elapsed, minutes * MS_PER_MINUTE), { rounds, commands });
      return elapsed < minutes * MS_PER_MINUTE;
    },
  });
  bar.stop();
  console.log(told(tally));
} catch (error) {
  bar.stop();
  console.log(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function told({ kills, rounds, commands, booksProved }: ChaosTally): string {
  const each = VICTIMS.map((victim) => `${victim} ${kills[victim]}`).join(', ');
  return `${rounds} kills (${each}), ${commands} commands: ${booksProved} books, all equal.`;
}

function above0(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('A number above 0.');
}
