/** The long run against the oracle: random streams until the seeds are used up or the markets differ. */

import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  Coverage,
  playRandom,
  type RandomRunOptions,
  ReloadedSide,
  reportDifference,
  TASTES,
} from '../../engine/naive/index.ts';

interface Wishes {
  readonly seeds: number;
  readonly commands: number;
  readonly seed: number;
  readonly taste?: string;
  readonly reload: number;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number.');
  return value;
}

const names = TASTES.map(({ name }) => name);
const program = new Command()
  .name('npm run oracle --')
  .description(
    'Gives random commands to the market and to its naive twin, and compares reports, stream, refusals and state after each. Where they differ, the shortest stream that shows it is written.',
  )
  .option('--seeds <number>', 'streams to play', wholeNumber, 1000)
  .option('--commands <number>', 'commands of each', wholeNumber, 3000)
  .option('--seed <number>', 'of the first stream; the next one has the next', wholeNumber, 1)
  .option('--reload <number>', 'save and load the market after so many commands', wholeNumber, 0)
  .addOption(new Option('--taste <name>', 'what the streams have much of').choices(names))
  .parse();

process.exitCode = run(program.opts<Wishes>());

function run({ seeds, commands, seed: first, taste, reload }: Wishes): number {
  const options: RandomRunOptions = {
    tasteName: taste,
    createFast: reload === 0 ? undefined : () => new ReloadedSide(reload),
  };
  const coverage = new Coverage();
  const bar = new SingleBar(
    {
      format: '{bar} {value} of {total} streams, {played} commands, {eta_formatted} left',
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let played = 0;
  bar.start(seeds, 0, { played });
  for (let seed = first; seed < first + seeds; seed += 1) {
    const result = playRandom(seed, commands, options);
    played += result.commands.length;
    coverage.add(result.seen);
    bar.update(seed - first + 1, { played });
    if (result.difference === undefined) continue;
    bar.stop();
    console.log(`Seed ${seed}, after ${played} commands that agreed. Making it short...`);
    console.log(reportDifference(seed, result, options));
    return 1;
  }
  bar.stop();
  console.log(coverage.table());
  console.log(`${played} commands of ${seeds} streams: no difference.`);
  if (coverage.missing.length > 0) console.log(`Never acted: ${coverage.missing.join(', ')}.`);
  return 0;
}
