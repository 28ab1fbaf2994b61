/** Deltas per second from a publisher process to subscriber processes that build and hash the books. */

import { deltaFlow, flowHashes } from '../micro/delta-flow.ts';
import { endpointOf, type Transport } from './endpoints.ts';
import type { FlowOutcome, FlowPlan } from './messages.ts';
import { runGroup } from './process-group.ts';

const INSTRUMENTS = 8;
const FLOW_DELTAS = 200_000;
/** More than fit: the stream's own limit of 32 KiB cuts the packets. */
export const ADAPTIVE = 4096;
/** Bytes of a delta with its part of a transaction's record, about. */
const BYTES_PER_DELTA = 38;
const WARM_UP_SHARE = 0.25;

export interface FlowRun {
  readonly kind: FlowPlan['kind'];
  readonly transport: Transport;
  readonly deltasPerPacket: number;
  readonly deltas: number;
  readonly subscribers?: number;
  /** One more has subscribed and does not read. */
  readonly isOneStopped?: boolean;
  /** This packet is not sent. */
  readonly lostPacket?: number;
}

export interface FlowResult {
  readonly deltasPerSecond: number;
  /** Processor time per delta: of the publishing thread, the applying one, and its whole process. */
  readonly publishNs: number;
  readonly applyNs: number;
  readonly subscriberNs: number;
}

/** Four deltas a transaction, or one where a packet has but one. Throws when one was lost. */
export async function runFlow(run: FlowRun): Promise<FlowResult> {
  const { kind, transport, deltasPerPacket, subscribers = 1, isOneStopped = false } = run;
  const perTransaction = Math.min(4, deltasPerPacket);
  const rounds = Math.max(1, Math.round(run.deltas / FLOW_DELTAS));
  const deltas = Math.min(FLOW_DELTAS, run.deltas);
  const total = deltas * rounds;
  const plan: FlowPlan = {
    kind,
    endpoint: endpointOf(transport),
    deltasPerPacket,
    perTransaction,
    instruments: INSTRUMENTS,
    deltas,
    rounds,
    warmUpBytes: total * BYTES_PER_DELTA * WARM_UP_SHARE,
    ...(run.lostPacket === undefined ? {} : { lostPacket: run.lostPacket }),
  };
  const { report, outcomes } = await runGroup<FlowPlan, FlowOutcome>({
    publisher: 'publisher.ts',
    subscriber: 'subscriber.ts',
    plan,
    subscribers,
    isOneStopped,
  });
  for (const outcome of outcomes) check(plan, outcome);
  if (report.failedSends > 0) throw new Error(`DELTAS_LOST: ${report.failedSends} sends failed`);
  const [first] = outcomes;
  if (first === undefined) throw new Error('FEED_BENCH_ENDED: nobody has subscribed');
  const counted = total * first.share;
  return {
    // The slowest has everything, and only then has it been delivered.
    deltasPerSecond: Math.min(...outcomes.map(({ share, seconds }) => (total * share) / seconds)),
    publishNs: report.processorNs / total,
    applyNs: (first.threadSeconds * 1e9) / counted,
    subscriberNs: (first.processSeconds * 1e9) / counted,
  };
}

function check({ kind, deltas, perTransaction }: FlowPlan, { gaps, hashes }: FlowOutcome): void {
  if (gaps > 0) throw new Error(`DELTAS_LOST: ${gaps} gaps or bad packets`);
  if (kind === 'feed' && JSON.stringify(hashes) !== expectedHashes(deltas, perTransaction)) {
    throw new Error('BOOKS_DIFFER: the books at the far end are not those of the flow');
  }
}

const known = new Map<string, string>();

function expectedHashes(deltas: number, perTransaction: number): string {
  const key = `${deltas} ${perTransaction}`;
  const hashes =
    known.get(key) ?? JSON.stringify(flowHashes(deltaFlow(deltas, INSTRUMENTS, perTransaction)));
  known.set(key, hashes);
  return hashes;
}
