/** `npm run sim -- --seed N --runs M`: simulated markets, seed after seed, until a promise breaks. */

import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PLANTED_FAULTS } from './planted-faults.ts';
import { describe, scriptOf } from './script.ts';
import { play, shortest } from './simulate.ts';
import type { SimulationOptions } from './simulated-market.ts';
import type { SimulationFailure } from './simulation-failure.ts';

interface Wishes {
  readonly seed: number;
  readonly runs: number;
  readonly plant?: string;
  readonly script?: boolean;
}

const EXAMPLES = `
Each run is a market of ten processes: engine with journal, two lines, two relays, four
subscribers, a gateway and two pages, for about seven seconds of virtual time. Nothing but the seed
decides what happens. Where a promise breaks, the shortest script that breaks it is printed.

Examples:
  $ npm run sim -- --runs 1000
  $ npm run sim -- --seed 68                            one seed, as often as you like the same
  $ npm run sim -- --seed 68 --script                   what happens in it
  $ npm run sim -- --plant heartbeat-forgotten          a mistake that must be caught

Mistakes that can be planted:
${PLANTED_FAULTS.map(({ name, what }) => `  ${name.padEnd(22)}${what}`).join('\n')}`;

const wishes = new Command()
  .name('npm run sim --')
  .description('Plays whole markets in virtual time on a bad network, and checks every promise.')
  .option('--seed <number>', 'of the first run; the next one has the next', wholeNumber, 1)
  .option('--runs <number>', 'how many', wholeNumber)
  .addOption(
    new Option('--plant <mistake>', 'a mistake to be caught').choices(
      PLANTED_FAULTS.map(({ name }) => name),
    ),
  )
  .option('--script', 'prints what happens in each run')
  .addHelpText('after', EXAMPLES)
  .parse()
  .opts<Omit<Wishes, 'runs'> & { runs?: number }>();

const USUAL_RUNS = 100;
const PLANTED_RUNS = 1000;
const runs = wishes.runs ?? (wishes.plant === undefined ? USUAL_RUNS : PLANTED_RUNS);
process.exitCode = await run({ ...wishes, runs });

/** 1: a promise was broken; or a planted mistake was not caught. */
async function run({ seed: first, runs, plant, script }: Wishes): Promise<number> {
  const fault = PLANTED_FAULTS.find(({ name }) => name === plant);
  fault?.plant();
  const seen = { transactions: 0, gaps: 0, snapshots: 0, epochs: 0 };
  const bar = new SingleBar(
    {
      format: '{bar} {value} of {total} runs, {gaps} gaps, {eta_formatted} left',
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  if (script !== true) bar.start(runs, 0, { gaps: 0 });
  for (let seed = first; seed < first + runs; seed += 1) {
    if (script === true) console.log(`Seed ${seed}:\n${describe(scriptOf(seed))}`);
    const { tally, failure } = await play(seed, undefined, fault?.options);
    for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += tally[key];
    bar.update(seed - first + 1, { gaps: seen.gaps });
    if (failure === undefined) continue;
    bar.stop();
    await report(seed, failure, fault?.options);
    return fault === undefined ? 1 : 0;
  }
  bar.stop();
  const { transactions, gaps, snapshots, epochs } = seen;
  console.log(
    `${runs} runs from seed ${first}: ${transactions} transactions, ${gaps} gaps, ${snapshots} book snapshots, ${epochs} new epochs.`,
  );
  if (fault !== undefined) console.log(`${fault.name} was not caught.`);
  else console.log('Nobody who was LIVE was wrong, and all healed.');
  return fault === undefined ? 0 : 1;
}

async function report(
  seed: number,
  failure: SimulationFailure,
  options?: SimulationOptions,
): Promise<void> {
  console.log(`Seed ${seed}: ${failure.promise}: ${failure.message}\nMaking it short...`);
  const { script, failure: last, plays } = await shortest(seed, failure, options);
  console.log(`After ${plays} plays, ${last.promise}: ${last.message}\n${describe(script)}`);
  console.log(`Again: npm run sim -- --seed ${seed}`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number.');
  return value;
}
