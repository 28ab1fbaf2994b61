/**
 * How long a command takes that arrives on a schedule, whether the engine is ready or not (open
 * loop): `node bench/league/open-loop.ts [--rate 1000000] [--scenario normal]`.
 *
 * What counts is from the moment that a command was to arrive to the moment that it has been done
 * and everything about it lies in its buffers. So a pause is charged to all that came meanwhile.
 */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { build } from 'hdr-histogram-js';
import { clientOrders } from './client-orders.ts';
import { FullEngine } from './full-engine.ts';
import { COMMANDS_PER_TURN, LeagueSubmitter } from './full-player.ts';
import { publishedStreams, readStream } from './stream-catalogue.ts';

const PERCENTILES = [50, 90, 99, 99.9, 99.99, 100];
/** Of the curve in the `--json` file. */
const CURVE = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99995, 0.99999];
const HIGHEST_NS = 60_000_000_000;

const options = new Command('open-loop')
  .description('Latency of the whole engine at a given rate of arrivals, as percentiles.')
  .option('--rate <n>', 'commands per second', positive, 1_000_000)
  .option('--scenario <name>', 'the stream', 'normal')
  .option('--warm-ups <n>', 'runs before the timed one', positive, 3)
  .option('--json <file>', 'write the percentiles there')
  .addHelpText('after', '\nExample:\n  $ node bench/league/open-loop.ts --rate 500000')
  .parse()
  .opts<{ rate: number; scenario: string; warmUps: number; json?: string }>();

const catalogued = publishedStreams().find(({ name }) => name === options.scenario);
if (catalogued === undefined) throw new Error(`There is no scenario ${options.scenario}.`);
const stream = readStream(catalogued);
const orders = clientOrders(stream);
const stepNs = 1e9 / options.rate;

for (let i = 0; i < options.warmUps; i += 1) {
  new LeagueSubmitter(new FullEngine(), stream, orders).submitAll();
}
const histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: HIGHEST_NS });
const { lateMost, seconds } = run();
const rate = Math.round(stream.count / seconds).toLocaleString('en');
process.stdout.write(`${stream.count} commands of ${options.scenario}, ${rate} a second done\n`);
for (const percentile of PERCENTILES) {
  const micros = histogram.getValueAtPercentile(percentile) / 1000;
  const name = percentile === 100 ? 'most' : `p${percentile}`;
  process.stdout.write(`${name.padStart(7)} ${micros.toFixed(1).padStart(10)} us\n`);
}
process.stdout.write(`most commands waiting at once: ${lateMost}\n`);
if (options.json !== undefined) {
  const curve = CURVE.map((share) => [share, histogram.getValueAtPercentile(share * 100) / 1000]);
  const { rate: asked, scenario } = options;
  const percentilesUs = Object.fromEntries(curve);
  const result = { rate: asked, scenario, donePerSecond: stream.count / seconds, percentilesUs };
  writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Does the commands that are due, as many as a turn takes, ends it, and charges each from when it was to arrive. */
function run(): { lateMost: number; seconds: number } {
  const full = new FullEngine();
  const submitter = new LeagueSubmitter(full, stream, orders);
  let mostWaiting = 0;
  let done = 0;
  const start = process.hrtime.bigint();
  const sinceStart = (): number => Number(process.hrtime.bigint() - start);
  while (done < stream.count) {
    const arrived = Math.min(stream.count, Math.floor(sinceStart() / stepNs) + 1);
    if (arrived === done) continue;
    mostWaiting = Math.max(mostWaiting, arrived - done);
    const due = Math.min(arrived, done + COMMANDS_PER_TURN);
    for (let i = done; i < due; i += 1) submitter.submit(i);
    full.endTurn();
    full.forgetOutput();
    const now = sinceStart();
    for (let i = done; i < due; i += 1) histogram.recordValue(Math.max(1, now - i * stepNs));
    done = due;
  }
  return { lateMost: mostWaiting, seconds: sinceStart() / 1e9 };
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Not above zero.');
  return value;
}
