/** `npm run bench:feed`: throughput, latency, late join, replay and the whole path of the feed, process to process. */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { positiveNumber, wholeNumber } from '../harness/arguments.ts';
import { factRows, runFacts } from '../harness/run-facts.ts';
import { textTable } from '../harness/text-table.ts';
import { type BenchmarkPlan, PARTS, type Part, runBenchmark, runCount } from './benchmark.ts';
import { TRANSPORTS } from './endpoints.ts';
import { resultsText } from './results-text.ts';

const ABOUT = `
What it measures: deltas (one changed price level each) on their way from a publishing process to one, two
or three processes that build and hash the books, and to one that only receives the same bytes through plain
zeromq.js, which is the limit. Only deltas applied in order with no gap and with hashes equal at the end
count; a run that lost one fails. Latency is open loop: from the moment that a delta was due to the moment
that its book shows it. The whole path is the league's stream, matched with its journal written, up to the
book in another process. A replay is what a relay has archived, read back through it into books; a past
book, its keyframe and the records behind it. It leaves out order entry, networks between machines, disks that are waited for, and
encryption. What would make it lie: other work on the machine (compare ratios, made in turns, not rates),
a publisher that waits less or more than the window of 2,000 packets, fewer pairs than the interval needs,
and two processors for the four threads that two processes have.
`;

const EXAMPLES = `
Examples:
  $ npm run bench:feed                                  # all of it, twenty minutes and more
  $ npm run bench:feed -- --quick                       # a minute or two: to see that it works
  $ npm run bench:feed -- --only throughput --transports ipc --pairs 5
  $ npm run bench:feed -- --json feed.json
`;

interface Wishes {
  readonly only: readonly Part[];
  readonly transports: BenchmarkPlan['transports'];
  readonly pairs?: number;
  readonly deltas?: number;
  readonly joinRate: number;
  readonly quick?: true;
  readonly json?: string;
}

const USUAL = {
  pairs: 20,
  others: 3,
  deltas: 8_000_000,
  latencySeconds: 1,
  joins: 10,
  archived: 2_000_000,
  orders: 2_000_000,
};
const QUICK = {
  pairs: 1,
  others: 1,
  deltas: 1_000_000,
  latencySeconds: 0.3,
  joins: 2,
  archived: 200_000,
  orders: 300_000,
};

const wishes = new Command('npm run bench:feed --')
  .description(
    'Deltas per second and one-way latency, from process to process, books built and proved.',
  )
  .option('--only <parts>', `of ${PARTS.join(',')}`, someOf(PARTS), PARTS)
  .option('--transports <names>', `of ${TRANSPORTS.join(',')}`, someOf(TRANSPORTS), TRANSPORTS)
  .option(
    '--pairs <count>',
    `of runs, the feed and the limit in turns (${USUAL.pairs})`,
    positiveNumber,
  )
  .option('--deltas <count>', `of each throughput run (${USUAL.deltas})`, wholeNumber)
  .option('--join-rate <count>', 'deltas a second while somebody joins', positiveNumber, 1_000_000)
  .option('--quick', 'few and short runs')
  .option('--json <file>', 'write the results there')
  .addHelpText('after', `${ABOUT}${EXAMPLES}`)
  .parse()
  .opts<Wishes>();

await main(wishes);

async function main({ only, transports, quick, json, joinRate, ...own }: Wishes): Promise<void> {
  const plan: BenchmarkPlan = {
    ...(quick === true ? QUICK : USUAL),
    ...own,
    parts: only,
    transports,
    joinDeltasPerSecond: joinRate,
  };
  const facts = runFacts(new Date());
  const format = '{bar} {value} of {total} runs, {eta_formatted} left: {what}';
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic);
  if (process.stderr.isTTY) bar.start(runCount(plan), 0, { what: '' });
  try {
    const results = await runBenchmark(plan, {
      begin: (what) => bar.update({ what }),
      done: () => bar.increment(),
    });
    bar.stop();
    process.stdout.write(`${textTable(['', ''], factRows(facts))}\n\n${resultsText(results)}\n`);
    if (json !== undefined) {
      writeFileSync(json, `${JSON.stringify({ ...results, facts, plan }, undefined, 1)}\n`);
      process.stdout.write(`written: ${json}\n`);
    }
  } catch (error) {
    bar.stop();
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function someOf<Name extends string>(names: readonly Name[]): (text: string) => readonly Name[] {
  return (text) => {
    const chosen = text.split(',') as Name[];
    if (chosen.every((name) => names.includes(name))) return chosen;
    throw new InvalidArgumentError(`Give some of ${names.join(',')}.`);
  };
}
