/** `npm run kill -- --kills 5000`: the SIGKILL test of the journal, as often as asked for. */

import '../setup/compiled.ts';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

const VITEST = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
const TESTS = {
  small: ['--project', 'integration', 'engine/journal/kill.integration'],
  whole: ['--project', 'end-to-end', 'engine/journal/kill.e2e'],
};

const { kills, seed, whole } = new Command('kill')
  .description(
    'Kills a small engine in every phase of its life, and proves each time what comes back.',
  )
  .option('--kills <count>', 'how often', count, 1000)
  .option('--seed <number>', 'of the choices')
  .option('--whole', 'the whole engine with relay, service and clients: about one kill a second')
  .parse()
  .opts<{ kills: number; seed?: string; whole?: boolean }>();

const { status } = spawnSync(
  process.execPath,
  [VITEST, 'run', ...(whole === true ? TESTS.whole : TESTS.small)],
  {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: 'inherit',
    env: {
      ...process.env,
      TOUCHLINE_KILLS: String(kills),
      ...(seed === undefined ? {} : { TOUCHLINE_SEED: seed }),
    },
  },
);
process.exitCode = status ?? 1;

function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number, 1 or more.');
}
