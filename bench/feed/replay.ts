/** A relay's archive: how fast its stream is played again, and what a book of the past costs. */

import { FeedConsumer, FeedState } from '../../feed/index.ts';
import { HistoryClient } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';
import { median } from '../harness/statistics.ts';
import { runPath } from './endpoints.ts';
import { heard, JoinProcesses } from './join-processes.ts';

const INSTRUMENTS = 100;
const LOOK_EVERY_MS = 100;
const LIMIT_MS = 60_000;

export interface ReplayRun {
  readonly deltas: number;
  readonly deltasPerSecond: number;
  /** Books of the past that are asked for. */
  readonly moments: number;
}

export interface ReplayResult {
  /** Out of the archive into books, by way of the relay. */
  readonly deltasPerSecond: number;
  /** Medians: records that the relay read behind a keyframe, and its milliseconds. */
  readonly recordsRead: number;
  readonly pastBookMs: number;
}

/** Throws when what is played again has a hole, or ends in books that are not LIVE. */
export async function runReplay({
  deltas,
  deltasPerSecond,
  moments,
}: ReplayRun): Promise<ReplayResult> {
  const processes = new JoinProcesses();
  let history: HistoryClient | undefined;
  try {
    const engine = processes.start('join-engine.ts', { instruments: INSTRUMENTS, deltasPerSecond });
    const { publish, spine } = await heard(engine, 'bound');
    const archive = ['--archive', runPath('archive')];
    history = new HistoryClient({
      relays: [await processes.startRelay(publish, spine, ...archive)],
      crc32,
    });
    await untilArchived(history, deltas);
    engine.send({ type: 'end' });
    await heard(engine, 'ended');
    return { deltasPerSecond: await playAgain(history), ...(await lookBack(history, moments)) };
  } finally {
    await history?.close();
    processes.end();
  }
}

/** Two records each: the delta, and its transaction. */
async function untilArchived(history: HistoryClient, deltas: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const next = await newest(history).catch(() => 0);
    if (next > deltas * 2) return;
    if (performance.now() > deadline) throw new Error(`REPLAY_HANGS: ${next} records are archived`);
  }
}

async function newest(history: HistoryClient): Promise<number> {
  return (await history.bookAt({ at: { sequence: 1 } })).next;
}

async function playAgain(history: HistoryClient): Promise<number> {
  const { position, next } = await history.bookAt({ at: { sequence: 1 } });
  const random = (): number => 0.5;
  const nobody = { listener: {}, random, repairEndpoints: 0, sendRepair: () => false };
  const ports = { crc32, wallClock, nowMs: monotonicMs };
  const consumer = new FeedConsumer({ ...ports, ...nobody });
  const start = performance.now();
  const range = { epoch: position.epoch, from: 1, to: next };
  for await (const packet of history.range(range)) consumer.receive(packet);
  const seconds = (performance.now() - start) / 1000;
  const { gaps, badPackets, hashMismatches, transactions } = consumer.stats;
  const hasTrouble = gaps + badPackets + hashMismatches > 0;
  if (
    hasTrouble ||
    consumer.instruments.size !== INSTRUMENTS ||
    consumer.position.sequence < next
  ) {
    throw new Error(`DELTAS_LOST: the replay ended at ${consumer.position.sequence} of ${next}`);
  }
  // Of a past that is over they are too old to be LIVE; none may be worse than that.
  const isProven = [...consumer.instruments.values()].every(
    ({ state, reason }) => state === FeedState.Live || reason === 'TOO_OLD',
  );
  if (!isProven) throw new Error('BOOKS_DIFFER: a book that was played again is not trusted');
  return transactions / seconds;
}

async function lookBack(
  history: HistoryClient,
  moments: number,
): Promise<Pick<ReplayResult, 'recordsRead' | 'pastBookMs'>> {
  const next = await newest(history);
  const records: number[] = [];
  const millis: number[] = [];
  for (let i = 0; i < moments; i += 1) {
    const sequence = 1 + Math.floor((next * (i + 0.5)) / moments);
    const { recordsRead, micros } = await history.bookAt({ at: { sequence }, ids: [1] });
    records.push(recordsRead);
    millis.push(micros / 1000);
  }
  return { recordsRead: median(records), pastBookMs: median(millis) };
}
