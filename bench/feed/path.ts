/** The whole path: orders matched in one process, the books they make built and proved in another. */

import { type CataloguedStream, publishedStreams } from '../league/stream-catalogue.ts';
import { endpointOf, runPath, type Transport } from './endpoints.ts';
import type { FlowOutcome, FlowPlan } from './messages.ts';
import { runGroup } from './process-group.ts';

const STREAM = 'normal';

export interface PathPlan extends FlowPlan {
  readonly stream: CataloguedStream;
  /** So many of it are played. */
  readonly messages: number;
  /** The file that the journal's batches are written to. */
  readonly journal: string;
}

export interface PathResult {
  /** From the first order to the last delta in the far book. */
  readonly ordersPerSecond: number;
  /** Of the engine's thread, per order. */
  readonly engineNs: number;
}

/** The league's stream, if it is there. */
export function pathStream(): CataloguedStream | undefined {
  return publishedStreams().find(({ name }) => name === STREAM);
}

/** Throws when a delta was lost or the far book is not the engine's. */
export async function runWholePath(
  stream: CataloguedStream,
  transport: Transport,
  atMost: number,
): Promise<PathResult> {
  const messages = Math.min(atMost, stream.messages);
  const plan: PathPlan = {
    kind: 'feed',
    endpoint: endpointOf(transport),
    stream,
    messages,
    journal: runPath('journal'),
    warmUpBytes: 0,
    // Of the flow that the subscriber warms up with.
    deltas: 200_000,
    rounds: 5,
    instruments: 1,
    perTransaction: 1,
    deltasPerPacket: 4096,
  };
  const { report, outcomes } = await runGroup<PathPlan, FlowOutcome>({
    publisher: 'path-publisher.ts',
    subscriber: 'subscriber.ts',
    plan,
    subscribers: 1,
  });
  const [outcome] = outcomes;
  const { startUs = Number.NaN, hashes = [], processorNs, failedSends } = report;
  if (outcome === undefined) throw new Error('FEED_BENCH_ENDED: nobody has subscribed');
  const lost = outcome.gaps + failedSends;
  if (lost > 0) throw new Error(`DELTAS_LOST: ${lost} gaps, bad packets or failed sends`);
  if (hashes.length === 0 || JSON.stringify(hashes) !== JSON.stringify(outcome.hashes)) {
    throw new Error('BOOKS_DIFFER: the book at the far end is not the engine’s');
  }
  return {
    ordersPerSecond: (messages * 1e6) / (outcome.endUs - startUs),
    engineNs: processorNs / messages,
  };
}
