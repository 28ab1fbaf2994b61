/**
 * What one command costs as the book grows: the curves as a table of nanoseconds per operation,
 * `node bench/league/growth.ts [--scale 1]`. That the books are right there is tested beside it.
 */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { GROWTH_CASES, type GrowthCase } from './growth-cases.ts';

/** Each size is measured so often, and the median told. */
const REPEATS = 5;
const OPERATIONS = 20_000;

const options = new Command('growth')
  .description('Nanoseconds per operation of the matching book, by size.')
  .option('--case <name>', 'one case instead of all')
  .option('--json <file>', 'write the curves there')
  .addHelpText('after', '\nExample:\n  $ node bench/league/growth.ts --case "orders at one level"')
  .parse()
  .opts<{ case?: string; json?: string }>();

const COLUMNS = ['place', 'reduce', 'best', 'cancel'] as const;
const curves: Record<string, Record<string, number>[]> = {};

for (const growth of GROWTH_CASES) {
  if (options.case !== undefined && options.case !== growth.name) continue;
  process.stdout.write(`\n${growth.name}: ${growth.promise}\n`);
  process.stdout.write(`${'size'.padStart(10)} ${'place'.padStart(8)} ${'reduce'.padStart(8)} `);
  process.stdout.write(`${'best'.padStart(8)} ${'cancel'.padStart(8)}   ns each\n`);
  curves[growth.name] = [];
  for (const size of growth.sizes) {
    const measured = costs(growth, size);
    const named = COLUMNS.map((column, i) => [column, measured[i] as number]);
    curves[growth.name]?.push({ size, ...Object.fromEntries(named) });
    const cells = measured.map((ns) => ns.toFixed(0).padStart(8));
    process.stdout.write(`${String(size).padStart(10)} ${cells.join(' ')}\n`);
  }
}

if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify(curves, undefined, 2)}\n`);
}

/** Medians of placing, reducing, asking for the best, and cancelling, in a book of this size. */
function costs(growth: GrowthCase, size: number): number[] {
  const book = growth.build(size);
  const rounds = Array.from({ length: REPEATS }, (_, repeat) => {
    const first = 1 + repeat * OPERATIONS;
    return [
      timed((i) => book.place(first + i)),
      timed((i) => book.reduce(first + i)),
      timed((i) => book.best(first + i)),
      timed((i) => book.cancel(first + i)),
    ];
  });
  return [0, 1, 2, 3].map((column) => {
    const values = rounds.map((round) => round[column] as number).sort((a, b) => a - b);
    return values[REPEATS >> 1] as number;
  });
}

function timed(operation: (i: number) => void): number {
  const start = performance.now();
  for (let i = 0; i < OPERATIONS; i += 1) operation(i);
  return ((performance.now() - start) * 1e6) / OPERATIONS;
}
