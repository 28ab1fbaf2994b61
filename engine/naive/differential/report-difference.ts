/** What a test says of a difference: the shortest stream that shows it, and how to see it again. */

import { Minimiser } from './minimise.ts';
import type { RandomRun, RandomRunOptions } from './play.ts';
import { writtenCommands, writtenDifference } from './written-commands.ts';

/** Undefined where the markets have done the same. */
export function reportDifference(
  seed: number,
  { commands, difference, tasteName }: RandomRun,
  options?: RandomRunOptions,
): string | undefined {
  if (difference === undefined) return undefined;
  const short = new Minimiser(commands, difference, options).run();
  const again = `--seed ${seed} --seeds 1 --commands ${commands.length} --taste '${tasteName}'`;
  const isPlain = options?.createFast === undefined;
  const setUp = isPlain ? '' : `, set up as here (TOUCHLINE_SEED=${seed})`;
  return [
    `The markets differ after ${commands.length} commands: npm run oracle -- ${again}${setUp}`,
    `The shortest stream on which they do (${short.commands.length} commands):`,
    writtenCommands(short.commands),
    writtenDifference(short.difference),
  ].join('\n');
}
