/** What the feed benchmark runs, in which order, and what it makes of the results. */

import { median, ratioOfMedians } from '../harness/statistics.ts';
import type { Transport } from './endpoints.ts';
import { type LateJoinResult, runLateJoin } from './late-join.ts';
import { RATES, type RateName, runLatency } from './latency.ts';
import type { LatencyOutcome } from './messages.ts';
import { pathStream, runWholePath } from './path.ts';
import { type ReplayResult, runReplay } from './replay.ts';
import { ADAPTIVE, type FlowResult, type FlowRun, runFlow } from './throughput.ts';

export const PARTS = ['throughput', 'latency', 'join', 'replay', 'path'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchmarkPlan {
  readonly parts: readonly Part[];
  readonly transports: readonly Transport[];
  /** Runs of the product and of the limit, in turns. */
  readonly pairs: number;
  /** Runs of what is not compared pair by pair. */
  readonly others: number;
  /** Deltas of one throughput run; a fiftieth of it where each is a message of its own. */
  readonly deltas: number;
  readonly latencySeconds: number;
  readonly joins: number;
  readonly joinDeltasPerSecond: number;
  /** Deltas in the archive that is played again. */
  readonly archived: number;
  /** Orders of the league's stream that are played along the whole path. */
  readonly orders: number;
}

/** Batch sizes beside the adaptive one; deltas a packet. */
export const BATCHES = [64, 256, 1024] as const;

export interface ThroughputResult {
  readonly deltasPerSecond: number;
  /** Of the same bytes through plain zeromq.js, not decoded. */
  readonly ofLimit: number;
  readonly ofLimitInterval: readonly [number, number];
  readonly limit: number;
  readonly subscribers2: number;
  readonly subscribers3: number;
  /** What people do: each delta a message. */
  readonly oneAMessage: number;
  /** By deltas a packet. */
  readonly batches: Readonly<Record<string, number>>;
  /** Processor nanoseconds per delta of the adaptive run. */
  readonly publishNs: number;
  readonly applyNs: number;
  readonly subscriberNs: number;
}

export interface LatencyResult {
  readonly p50Us: number;
  readonly p99Us: number;
  /** p50, over that of messages of the same size through plain zeromq.js. */
  readonly ofPlain: number;
  readonly plainP50Us: number;
  readonly plainP99Us: number;
  /** The same with a subscriber that polls without sleeping. */
  readonly spinP50Us: number;
  /** Runs in which something was lost: they count for nothing else. */
  readonly lostRuns: number;
}

export interface BenchmarkResults {
  throughput?: Partial<Record<Transport, ThroughputResult>>;
  latency?: Partial<Record<RateName, LatencyResult>>;
  lateJoinMs?: number;
  engineP99Ratio?: number;
  lateJoin?: LateJoinResult;
  replay?: ReplayResult;
  path?: { readonly ordersPerSecond: number; readonly engineNs: number };
}

/** Told before each run what it is, and after it that it is over. */
export interface BenchmarkProgress {
  begin(what: string): void;
  done(): void;
}

/** Runs that will be told to `progress`, about. */
export function runCount({ parts, transports, pairs, others }: BenchmarkPlan): number {
  const flows = transports.length * (2 * pairs + others * (BATCHES.length + 3));
  const latencies = Object.keys(RATES).length * 3 * pairs;
  const counts = { throughput: flows, latency: latencies, join: 1, replay: 1, path: others };
  return parts.reduce((sum, part) => sum + counts[part], 0);
}

/** Throws when a delta is lost or books differ: such a run is not reported. */
export async function runBenchmark(
  plan: BenchmarkPlan,
  progress: BenchmarkProgress,
): Promise<BenchmarkResults> {
  const results: BenchmarkResults = {};
  for (const part of plan.parts) await PART_RUNS[part](plan, progress, results);
  return results;
}

type PartRun = (
  plan: BenchmarkPlan,
  progress: BenchmarkProgress,
  results: BenchmarkResults,
) => Promise<void>;

const PART_RUNS: Readonly<Record<Part, PartRun>> = {
  async throughput(plan, progress, results) {
    results.throughput = {};
    for (const transport of plan.transports) {
      results.throughput[transport] = await throughputOf(transport, plan, progress);
    }
  },
  async latency(plan, progress, results) {
    results.latency = {};
    for (const rate of Object.keys(RATES) as RateName[]) {
      results.latency[rate] = await latencyOf(rate, plan, progress);
    }
  },
  async join({ joins, joinDeltasPerSecond }, progress, results) {
    progress.begin('late join, 1,000 instruments');
    const run = { instruments: 1000, deltasPerSecond: joinDeltasPerSecond, joins, quietMs: 500 };
    const lateJoin = await runLateJoin(run);
    progress.done();
    results.lateJoinMs = median(lateJoin.joinMs);
    results.engineP99Ratio = lateJoin.engineP99Ratio;
    results.lateJoin = lateJoin;
  },
  async replay({ archived, joinDeltasPerSecond }, progress, results) {
    progress.begin('replay from the archive');
    const deltasPerSecond = joinDeltasPerSecond / 2;
    results.replay = await runReplay({ deltas: archived, deltasPerSecond, moments: 20 });
    progress.done();
  },
  async path({ orders, others }, progress, results) {
    const stream = pathStream();
    if (stream === undefined) return;
    const rates: number[] = [];
    const engine: number[] = [];
    for (let i = 0; i < others; i += 1) {
      progress.begin('whole path');
      const { ordersPerSecond, engineNs } = await runWholePath(stream, 'ipc', orders);
      progress.done();
      rates.push(ordersPerSecond);
      engine.push(engineNs);
    }
    results.path = { ordersPerSecond: median(rates), engineNs: median(engine) };
  },
};

async function throughputOf(
  transport: Transport,
  { pairs, deltas, others }: BenchmarkPlan,
  progress: BenchmarkProgress,
): Promise<ThroughputResult> {
  const run = async (what: string, more: Partial<FlowRun>): Promise<FlowResult> => {
    progress.begin(`${transport}, ${what}`);
    const usual = { kind: 'feed', transport, deltasPerPacket: ADAPTIVE, deltas } as const;
    const result = await runFlow({ ...usual, ...more });
    progress.done();
    return result;
  };
  const few = async (what: string, more: Partial<FlowRun>): Promise<number> => {
    const rates: number[] = [];
    for (let i = 0; i < others; i += 1) rates.push((await run(what, more)).deltasPerSecond);
    return median(rates);
  };
  const own: FlowResult[] = [];
  const plain: FlowResult[] = [];
  for (let i = 0; i < pairs; i += 1) {
    own.push(await run('adaptive', {}));
    plain.push(await run('the limit', { kind: 'plain' }));
  }
  const ratesOf = (results: readonly FlowResult[]) => results.map((one) => one.deltasPerSecond);
  const ratio = ratioOfMedians(ratesOf(own), ratesOf(plain));
  const batches: Record<string, number> = {};
  for (const size of BATCHES) {
    batches[size] = await few(`${size} a packet`, { deltasPerPacket: size });
  }
  const middle = (of: (result: FlowResult) => number): number => median(own.map(of));
  return {
    deltasPerSecond: median(ratesOf(own)),
    ofLimit: ratio.ratio,
    ofLimitInterval: [ratio.low, ratio.high],
    limit: median(ratesOf(plain)),
    subscribers2: await few('2 subscribers', { subscribers: 2 }),
    subscribers3: await few('3 subscribers', { subscribers: 3 }),
    oneAMessage: await few('1 a message', { deltasPerPacket: 1, deltas: deltas / 50 }),
    batches,
    publishNs: middle((one) => one.publishNs),
    applyNs: middle((one) => one.applyNs),
    subscriberNs: middle((one) => one.subscriberNs),
  };
}

async function latencyOf(
  rate: RateName,
  { pairs, latencySeconds: seconds }: BenchmarkPlan,
  progress: BenchmarkProgress,
): Promise<LatencyResult> {
  let lostRuns = 0;
  const run = async (what: string, kind: 'feed' | 'plain', spins: boolean) => {
    progress.begin(`latency at ${rate}/s, ${what}`);
    const outcome = await runLatency({ kind, rate, seconds, spins, transport: 'tcp' });
    progress.done();
    if (outcome === undefined) lostRuns += 1;
    return outcome;
  };
  const own: LatencyOutcome[] = [];
  const plain: LatencyOutcome[] = [];
  const spun: LatencyOutcome[] = [];
  for (let i = 0; i < pairs; i += 1) {
    const first = await run('the feed', 'feed', false);
    const second = await run('plain zeromq.js', 'plain', false);
    const third = await run('spinning', 'feed', true);
    if (third !== undefined) spun.push(third);
    if (first === undefined || second === undefined) continue;
    own.push(first);
    plain.push(second);
  }
  const p50 = (outcomes: readonly LatencyOutcome[]) => median(outcomes.map(({ p50Us }) => p50Us));
  const p99 = (outcomes: readonly LatencyOutcome[]) => median(outcomes.map(({ p99Us }) => p99Us));
  return {
    p50Us: p50(own),
    p99Us: p99(own),
    ofPlain: p50(own) / p50(plain),
    plainP50Us: p50(plain),
    plainP99Us: p99(plain),
    spinP50Us: p50(spun),
    lostRuns,
  };
}
