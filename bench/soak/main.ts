/** `npm run soak`: everything at a steady rate for as long as one likes, and whether it stays as it was. */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { positiveNumber, wholeNumber } from '../harness/arguments.ts';
import { amount, textTable } from '../harness/text-table.ts';
import { runSoak } from './run-soak.ts';
import { PROCESSES, type SoakFile, type SoakSample } from './soak-file.ts';

interface Wishes {
  readonly minutes: number;
  readonly rate: number;
  readonly clients: number;
  readonly stay: number;
  readonly seed: number;
  readonly json?: string;
}

const program = new Command('npm run soak --')
  .description(
    'Engine with its journal, relay with its archive, gateway, order flow, a service, and browsers that come and go: memory, open handles, latency and hash checks over time, and whether any of it grows. Exit code 1: something did, or differed.',
  )
  .option('--minutes <number>', 'how long', positiveNumber, 30)
  .option('--rate <number>', 'orders a second', wholeNumber, 2000)
  .option('--clients <number>', 'browsers at a time', wholeNumber, 40)
  .option('--stay <seconds>', 'how long each of them stays', positiveNumber, 20)
  .option('--seed <number>', 'of the order flow', wholeNumber, 7)
  .option('--json <file>', 'write every sample there; npm run bench:report draws them')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run soak -- --minutes 30 --json soak.json
  $ npm run soak -- --minutes 2 --rate 10000 --clients 200 --stay 5`,
  )
  .parse();

const { minutes, rate, clients, stay, seed, json } = program.opts<Wishes>();
/** Where nobody looks at a bar, a line now and then. */
const LINE_EVERY_S = 60;
const isWatched = process.stderr.isTTY === true;
let saidS = 0;
const bar = new SingleBar(
  {
    format: '{bar} {value} of {total} s  {records} records, {gaps} gaps, {checks} hashes',
    hideCursor: true,
  },
  Presets.shades_classic,
);
if (isWatched) bar.start(Math.round(minutes * 60), 0, { records: 0, gaps: 0, checks: 0 });
const file = await runSoak({
  minutes,
  ordersPerSecond: rate,
  clients,
  stayS: stay,
  seed,
  onSample: (sample) => {
    const { atS, records, gaps, hashChecks, viewHashChecks } = sample;
    const checks = amount(hashChecks + viewHashChecks);
    if (isWatched) bar.update(Math.round(atS), { records: amount(records), gaps, checks });
    else if (atS >= saidS + LINE_EVERY_S) {
      saidS = atS;
      process.stderr.write(`${lineOf(sample)}\n`);
    }
  },
});
if (isWatched) bar.stop();
if (json !== undefined) writeFileSync(json, `${JSON.stringify(file)}\n`);
process.stdout.write(`${soakText(file)}\n`);
process.exitCode = file.verdict.problems.length === 0 ? 0 : 1;

function lineOf(sample: SoakSample): string {
  const { atS, records, gaps, hashChecks, viewHashChecks, notLive, service } = sample;
  const sizes = PROCESSES.map((name) => {
    const { residentMiB, heldMiB } = sample.processes[name];
    return `${name} ${residentMiB.toFixed(0)}${heldMiB === undefined ? '' : ` (${heldMiB.toFixed(1)})`}`;
  });
  return [
    `${(atS / 60).toFixed(1)} min: ${amount(records)} records, ${gaps} gaps`,
    `${amount(hashChecks + viewHashChecks)} hashes, ${notLive} not LIVE, p50 ${service.p50Us} us`,
    `MiB (held): ${sizes.join(', ')}`,
  ].join('; ');
}

function soakText({ samples, verdict }: SoakFile): string {
  const [first, last] = [samples[0], samples.at(-1)];
  const rows = PROCESSES.map((name) => {
    const { firstMiB, lastMiB, mostMiB, heldMiB, heldMiBPerHour } = verdict.memory[name];
    const sizes = [firstMiB, lastMiB, mostMiB, heldMiB, heldMiBPerHour].map((size) =>
      Number.isFinite(size) ? size.toFixed(1) : '-',
    );
    const handles = [first, last].map((sample) => `${sample?.processes[name].handles ?? '-'}`);
    return [name, ...sizes, ...handles];
  });
  const settled = verdict.unjudged === undefined ? 'settled MiB' : 'first MiB';
  const header = ['process', settled, 'last', 'most', 'held', 'held, per hour', 'handles', 'last'];
  const counts =
    last === undefined
      ? ''
      : `${amount(last.records)} records, ${last.gaps} gaps, ${last.hashChecks} book hashes and ${last.viewHashChecks} view hashes compared (${last.hashMismatches} and ${last.viewHashMismatches} differed), ${last.clientsServed} browsers served\nservice p50 ${last.service.p50Us} us, p99 ${last.service.p99Us} us; browsers p50 ${last.browsers.p50Us} us, p99 ${last.browsers.p99Us} us (last sample)`;
  const found = [
    ...verdict.problems,
    ...(verdict.unjudged === undefined ? [] : [verdict.unjudged]),
  ];
  const end = verdict.isFlat ? 'Flat: nothing grew, everything was equal.' : found.join('\n');
  return `${textTable(header, rows)}\n${counts}\n${end}`;
}
