/**
 * Deltas per second from a publisher process to a subscriber process that builds and hashes books,
 * beside plain zeromq.js moving the same bytes: `node bench/feed/throughput.ts [--transport ipc]`.
 *
 * Kinds and batch sizes take turns, and the medians are compared. The publisher keeps at most 2,000
 * packets on their way, told over IPC what was taken, so nothing is dropped; a run with a gap or
 * another hash fails. Two processes share a busy machine's processors with others, so the
 * processor time of the subscriber is told as well, and the rate that it alone would allow.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { deltaFlow, flowHashes } from '../micro/delta-flow.ts';
import type { Message, Outcome, RunPlan } from './messages.ts';

const INSTRUMENTS = 8;
const FLOW_DELTAS = 200_000;
/** More than fit: the stream's own limit of 32 KiB cuts the packets. */
const FULL = 4096;

interface Result extends Outcome {
  readonly publisherNs: number;
}

const command = new Command('throughput')
  .description('Deltas per second between two processes, books built and hashed')
  .option('--transport <names>', 'ipc, tcp or both', 'ipc,tcp')
  .option('--batches <sizes>', 'deltas per packet', `1,64,256,${FULL}`)
  .option('--deltas <count>', 'deltas per run, a fiftieth of it with one a packet', '4000000')
  .option('--per-transaction <count>', 'deltas of one transaction', '4')
  .option('--runs <count>', 'runs of each', '3')
  .addHelpText(
    'after',
    '\nExample:\n  node bench/feed/throughput.ts --transport ipc --batches 4096',
  );
command.parse();
const options = command.opts<Record<string, string>>();
const numberOf = (name: string): number => Number(options[name]);
const perTransaction = numberOf('perTransaction');
const folder = mkdtempSync(join(tmpdir(), 'touchline-throughput-'));
/** By deltas per transaction. */
const expectedHashes = new Map<number, string>();
let runs = 0;

function hashesOf(deltasPerTransaction: number): string {
  const known = expectedHashes.get(deltasPerTransaction);
  if (known !== undefined) return known;
  const hashes = flowHashes(deltaFlow(FLOW_DELTAS, INSTRUMENTS, deltasPerTransaction));
  const text = JSON.stringify(hashes);
  expectedHashes.set(deltasPerTransaction, text);
  return text;
}

function start(script: string, plan: RunPlan): ChildProcess {
  return fork(new URL(script, import.meta.url), [JSON.stringify(plan)], { stdio: 'inherit' });
}

/** Joins the two processes and carries their messages. */
async function run(plan: RunPlan): Promise<Result> {
  const publisher = start('publisher.ts', plan);
  let subscriber: ChildProcess | undefined;
  let publisherNs = 0;
  try {
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      const failIfExits = (child: ChildProcess): void => {
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`A process ended with ${code}.`)));
      };
      failIfExits(publisher);
      publisher.on('message', (message: Message) => {
        if (message.type === 'published') {
          publisherNs = message.processorNs;
          subscriber?.send(message);
        } else if (message.type === 'bound') {
          subscriber = start('subscriber.ts', { ...plan, endpoint: message.endpoint });
          failIfExits(subscriber);
          subscriber.on('message', (told: Message) => {
            if (told.type === 'joined') publisher.send({ type: 'go' });
            else if (told.type === 'taken') publisher.send(told);
            else if (told.type === 'done') resolve(told);
          });
        }
      });
    });
    return { ...outcome, publisherNs };
  } finally {
    for (const child of [publisher, subscriber]) {
      child?.removeAllListeners('exit');
      child?.kill('SIGKILL');
    }
  }
}

async function measure(
  kind: RunPlan['kind'],
  transport: string,
  deltasPerPacket: number,
): Promise<{ result: Result; deltas: number }> {
  runs += 1;
  const wanted = deltasPerPacket === 1 ? numberOf('deltas') / 50 : numberOf('deltas');
  const rounds = Math.max(1, Math.round(wanted / FLOW_DELTAS));
  const inTransaction = Math.min(perTransaction, deltasPerPacket);
  const result = await run({
    kind,
    endpoint: transport === 'ipc' ? `ipc://${join(folder, `${runs}`)}` : 'tcp://127.0.0.1:*',
    deltasPerPacket,
    perTransaction: inTransaction,
    instruments: INSTRUMENTS,
    deltas: FLOW_DELTAS,
    rounds,
  });
  if (result.gaps > 0) throw new Error(`${result.gaps} gaps: packets were lost.`);
  if (kind === 'feed' && JSON.stringify(result.hashes) !== hashesOf(inTransaction)) {
    throw new Error('The books differ.');
  }
  return { result, deltas: rounds * FLOW_DELTAS };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const rows: Record<string, Record<string, string>> = {};
try {
  for (const transport of (options['transport'] ?? '').split(',')) {
    for (const batch of (options['batches'] ?? '').split(',').map(Number)) {
      const measured = { feed: [] as number[], plain: [] as number[] };
      const thread: number[] = [];
      const whole: number[] = [];
      const encode: number[] = [];
      for (let i = 0; i < numberOf('runs'); i += 1) {
        for (const kind of ['feed', 'plain'] as const) {
          const { result, deltas } = await measure(kind, transport, batch);
          measured[kind].push(deltas / result.seconds / 1e6);
          if (kind === 'plain') continue;
          thread.push((result.threadSeconds * 1e9) / deltas);
          whole.push((result.processSeconds * 1e9) / deltas);
          encode.push(result.publisherNs / deltas);
        }
      }
      const [feed, plain] = [median(measured.feed), median(measured.plain)];
      rows[`${transport}, ${batch === FULL ? 'full packets' : `${batch} a packet`}`] = {
        'M deltas/s': feed.toFixed(2),
        'plain zeromq.js': plain.toFixed(2),
        'feed / plain': (feed / plain).toFixed(2),
        'applying thread, ns': median(thread).toFixed(0),
        'it alone would allow': (1000 / median(thread)).toFixed(1),
        'subscriber process, ns': median(whole).toFixed(0),
        'publishing thread, ns': median(encode).toFixed(0),
      };
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`medians of ${options['runs']}, no gap, equal hashes, node ${process.version}`);
console.table(rows);
