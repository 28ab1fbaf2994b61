/** `npm run fuzz`: damaged inputs into every decoder and parser, guided by what they reach. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { positiveNumber, wholeNumber } from '../harness/arguments.ts';
import { amount, percent, textTable } from '../harness/text-table.ts';
import { keepInputs, readCorpus } from './corpus-file.ts';
import { type FuzzFault, fuzz, tryInput } from './fuzz-run.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { FUZZ_TARGETS } from './targets/index.ts';

interface Wishes {
  readonly target?: string;
  readonly seconds: number;
  readonly seed: number;
  readonly keep?: true;
  readonly input?: string;
}

const FAILURES = join(import.meta.dirname, '../../.touchline/fuzz');
const names = FUZZ_TARGETS.map(({ name }) => name);
const program = new Command('npm run fuzz --')
  .description(
    'Mutates right inputs of every decoder and parser, keeps what reaches new blocks, and stops at anything but a documented error: an exception, a hang, buffers beyond the bound.',
  )
  .addOption(new Option('--target <name>', 'only this one').choices(names))
  .option('--seconds <number>', 'for each target', positiveNumber, 10)
  .option('--seed <number>', 'where the mutations begin', wholeNumber, 1)
  .option('--keep', 'keep what reaches new blocks in bench/fuzz/corpus')
  .option('--input <file>', 'give this file to the target, and nothing else')
  .addHelpText(
    'after',
    `
Examples:
  $ npm run fuzz                                         # every target, ten seconds each
  $ npm run fuzz -- --target consumer --seconds 3600 --keep
  $ npm run fuzz -- --target packet --input .touchline/fuzz/packet-1.bin`,
  )
  .parse();

process.exitCode = await main(program.opts<Wishes>());

async function main({ target, seconds, seed, keep, input }: Wishes): Promise<number> {
  const chosen = FUZZ_TARGETS.filter(({ name }) => target === undefined || name === target);
  if (input !== undefined) return tryFile(chosen, input);
  const rows: string[][] = [];
  let faults = 0;
  for (const one of chosen) {
    const { name } = one;
    const result = await fuzz(one, {
      seed,
      inputs: Number.POSITIVE_INFINITY,
      untilMs: performance.now() + seconds * 1000,
      corpus: readCorpus(name),
      onBatch: (done) =>
        process.stderr.isTTY && process.stderr.write(`\r${name} ${amount(done)}  `),
    });
    if (process.stderr.isTTY) process.stderr.write('\r');
    const kept = keep === true ? keepInputs(name, result.found) : readCorpus(name).length;
    const { ran, known } = result.share;
    rows.push([
      name,
      amount(result.inputs),
      `${ran} of ${known}`,
      percent(ran / known),
      `${result.found.length}`,
      `${kept}`,
    ]);
    if (result.fault === undefined) continue;
    faults += 1;
    tellFault(one, result.fault, seed);
  }
  process.stdout.write(
    `${textTable(['target', 'inputs', 'blocks reached', '', 'new', 'corpus'], rows)}\n`,
  );
  return faults === 0 ? 0 : 1;
}

function tellFault({ name }: FuzzTarget, { input, what }: FuzzFault, seed: number): void {
  mkdirSync(FAILURES, { recursive: true });
  const path = join(FAILURES, `${name}-${seed}.bin`);
  writeFileSync(path, input);
  process.stdout.write(
    `${name}: ${what}\nIts input is kept: npm run fuzz -- --target ${name} --input ${path}\n`,
  );
}

async function tryFile(chosen: readonly FuzzTarget[], path: string): Promise<number> {
  const [target] = chosen;
  if (target === undefined || chosen.length > 1) return program.error('--input wants a --target.');
  const fault = await tryInput(target, Uint8Array.from(readFileSync(path)));
  await target.close?.();
  process.stdout.write(`${fault?.what ?? 'It is read, or refused as documented.'}\n`);
  return fault === undefined ? 0 : 1;
}
