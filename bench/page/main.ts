/** Measures the dashboard in a real Chromium, fed by the real processes: frames, scripts, heap, sizes. */

import '../setup/compiled.ts';
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { factRows, runFacts } from '../harness/run-facts.ts';
import { type Stack, startStack } from '../harness/stack.ts';
import { textTable } from '../harness/text-table.ts';
import { launchBrowser } from '../setup/browser.ts';
import { type DashboardResults, measureCalm, measureLoad, summary } from './measure-dashboard.ts';

interface Wishes {
  readonly seconds: number;
  readonly rate: number;
  readonly json?: string;
}

const EXAMPLES = `
Examples:
  $ npm run bench:dashboard                                a minute of 20,000 changes a second
  $ npm run bench:dashboard -- --seconds 10 --json page.json
`;

const wishes = parseWishes();
const facts = runFacts(new Date());
const browser = await launchBrowser({ skip: noBrowser }, ['--disable-renderer-backgrounding']);
let results: DashboardResults;
try {
  const load = await withStack(['--rate', String(wishes.rate)], (endpoints) =>
    measureLoad(browser, endpoints, wishes.seconds),
  );
  // At the pace of the demo: every change is sent by itself then, and none waits for another.
  const calm = await withStack([], (endpoints) => measureCalm(browser, endpoints));
  results = await summary(load, calm);
} finally {
  await browser.close();
}

const rows = Object.entries(results).map(([key, value]) => [key, String(value)]);
process.stdout.write(
  `${textTable(
    ['machine', ''],
    factRows(facts).map((row) => [...row]),
  )}\n\n`,
);
process.stdout.write(`${textTable(['dashboard', ''], rows)}\n`);
if (wishes.json !== undefined) {
  writeFileSync(wishes.json, `${JSON.stringify({ ...results, facts }, undefined, 2)}\n`);
  process.stdout.write(`written: ${wishes.json}\n`);
}

async function withStack<Result>(
  sourceOptions: readonly string[],
  measure: (endpoints: Stack['endpoints']) => Promise<Result>,
): Promise<Result> {
  const stack = await startStack({
    source: 'sim:7',
    sourceOptions,
    page: true,
    logLevel: 'warn',
  });
  try {
    return await measure(stack.endpoints);
  } finally {
    await stack.stop();
  }
}

function parseWishes(): Wishes {
  return new Command('bench:dashboard')
    .description('Measures the dashboard in a real Chromium.')
    .option('--seconds <number>', 'of the measurement under load', positive, 60)
    .option('--rate <number>', 'commands a second of the simulated market', positive, 21_000)
    .option('--json <file>', 'write the results there as JSON')
    .addHelpText('after', EXAMPLES)
    .parse(process.argv)
    .opts<Wishes>();
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is wanted');
  return value;
}

function noBrowser(why?: string): never {
  throw new Error(why ?? 'no browser');
}
