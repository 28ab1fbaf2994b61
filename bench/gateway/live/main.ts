/** Says what processor time the real processes use for one dashboard, thread by thread. */

import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { median } from '../../harness/statistics.ts';
import { textTable } from '../../harness/text-table.ts';
import { type LiveMeasurement, measureTree } from './measure-tree.ts';
import type { ThreadTime } from './thread-times.ts';

interface Wishes {
  readonly seconds: number;
  readonly rate: number;
  readonly interval: number;
  readonly rounds: number;
  readonly tree: readonly string[];
}

/** Threads that use less are told in one row. */
const TOLD_FROM_SHARE = 0.002;
/** Whose threads make up the system; the watcher stands for a browser. */
const SYSTEM = ['engine', 'relay', 'gateway', 'source'];
const HERE = resolve(import.meta.dirname, '../../..');

const wishes = new Command('live')
  .description('What processor time the live processes use for one dashboard.')
  .option('--seconds <number>', 'of each measurement', positive, 20)
  .option('--rate <number>', 'commands a second of the simulated market', positive, 21_000)
  .option('--interval <ms>', 'of the watched books', whole, 0)
  .option('--rounds <number>', 'of all trees, in turns', positive, 1)
  .option('--tree <folder...>', 'checkouts to compare; this one by default', [HERE])
  .addHelpText(
    'after',
    `
A simulated market, engine, relay and gateway, and a client that subscribes to what the dashboard
does: every instrument's book, trades, candles, statistics and best prices, and one deep book.
Shares are of one core, medians of the rounds.`,
  )
  .parse()
  .opts<Wishes>();

const trees = wishes.tree.map((tree) => resolve(tree));
const measured = new Map<string, LiveMeasurement[]>(trees.map((tree) => [tree, []]));
for (let round = 0; round < wishes.rounds; round += 1) {
  for (const tree of trees) measured.get(tree)?.push(await measureTree(tree, wishes));
}

const tables = trees.map((tree) => threadShares(measured.get(tree) ?? []));
const names = [...new Set(tables.flatMap((table) => [...table.keys()]))];
const header = ['thread', ...trees.map((tree) => (tree === HERE ? 'this tree' : tree))];
const rows = names.map((name) => [name, ...tables.map((table) => shareText(table.get(name)))]);
process.stdout.write(`${textTable(header, [...rows, ...seenRows()])}\n`);

/** By "process thread", shares of one core; the process as a whole under its own name. */
function threadShares(rounds: readonly LiveMeasurement[]): Map<string, number> {
  const shares = new Map<string, number[]>();
  for (const { processes, seconds } of rounds) {
    const ofRound = new Map<string, number>();
    const add = (name: string, { userMs, systemMs }: ThreadTime) => {
      ofRound.set(name, (ofRound.get(name) ?? 0) + (userMs + systemMs) / 1000 / seconds);
    };
    for (const [name, threads] of processes) {
      for (const [index, thread] of threads.entries()) {
        if (SYSTEM.includes(name)) add('all but the watcher', thread);
        add(name, thread);
        add(`  ${name} ${thread.name} #${index}`, thread);
      }
    }
    for (const [name, share] of ofRound) shares.set(name, [...(shares.get(name) ?? []), share]);
  }
  const medians = new Map([...shares].map(([name, values]) => [name, median(values)]));
  return new Map(
    [...medians].filter(([name, share]) => !name.startsWith(' ') || share >= TOLD_FROM_SHARE),
  );
}

function seenRows(): string[][] {
  const rows: readonly [string, (one: LiveMeasurement) => number][] = [
    ['us of them per transaction', usPerTransaction],
    ['frames/s of the books', ({ seen, seconds }) => seen.frames / seconds],
    ['transactions/s in them', ({ seen, seconds }) => seen.transactions / seconds],
    ['engine to gateway p50, ms', ({ seen }) => seen.gatewayMsP50],
    ['engine to gateway p99, ms', ({ seen }) => seen.gatewayMsP99],
    ['engine to client p50, ms', ({ seen }) => seen.clientMsP50],
    ['engine to client p99, ms', ({ seen }) => seen.clientMsP99],
    ['books live at the end, share', ({ seen }) => Number(seen.isLive)],
  ];
  return rows.map(([name, of]) => [
    name,
    ...trees.map((tree) => median((measured.get(tree) ?? []).map(of)).toFixed(2)),
  ]);
}

/** A machine that is busy with something else lets fewer through. */
function usPerTransaction({ processes, seen }: LiveMeasurement): number {
  let ms = 0;
  for (const name of SYSTEM) {
    for (const { userMs, systemMs } of processes.get(name) ?? []) ms += userMs + systemMs;
  }
  return (ms * 1000) / seen.transactions;
}

function shareText(share: number | undefined): string {
  return share === undefined ? '' : `${(share * 100).toFixed(1)} %`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0 is wanted');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('0 or more');
  return value;
}
