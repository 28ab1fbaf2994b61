/** One-way latency of the feed by rate, open loop, beside messages of the same size through plain zeromq.js. */

import { endpointOf, type Transport } from './endpoints.ts';
import type { LatencyOutcome, LatencyPlan } from './messages.ts';
import { runGroup } from './process-group.ts';

/** Deltas a second, by the name that results have. */
export const RATES = { '1k': 1000, '10k': 10_000, '100k': 100_000, '1M': 1_000_000 } as const;
export type RateName = keyof typeof RATES;

export interface LatencyRun extends Pick<LatencyPlan, 'kind' | 'seconds' | 'spins'> {
  readonly rate: RateName;
  readonly transport: Transport;
}

/** Undefined when a delta was lost: nobody had the processor long enough for the socket to overflow. */
export async function runLatency(run: LatencyRun): Promise<LatencyOutcome | undefined> {
  const { kind, rate, seconds, spins, transport } = run;
  const { outcomes } = await runGroup<LatencyPlan, LatencyOutcome>({
    publisher: 'latency-publisher.ts',
    subscriber: 'latency-subscriber.ts',
    plan: { kind, endpoint: endpointOf(transport), deltasPerSecond: RATES[rate], seconds, spins },
    subscribers: 1,
  });
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('FEED_BENCH_ENDED: nobody has subscribed');
  return outcome.gaps > 0 ? undefined : outcome;
}
