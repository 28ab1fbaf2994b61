/** A gateway's metrics for Prometheus, gathered from its tally when they are read at /metrics. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Tally } from './tally.ts';

/** What is looked at when the metrics are read, instead of being counted all the time. */
export interface MetricsSource {
  readonly tally: Tally;
  readonly sessionCount: number;
  readonly classCount: number;
  readonly heldCount: number;
  readonly isReady: boolean;
  readonly upstreamAgeSeconds: number;
  readonly subscriptionsByChannel: ReadonlyMap<string, number>;
  readonly instruments: Iterable<{ readonly state: string }>;
}

/** What is told of the feed's subscriber. */
export type UpstreamStats = Readonly<
  Record<'records' | 'gaps' | 'repairs' | 'snapshots' | 'hashChecks' | 'hashMismatches', number>
>;

const STATES = ['SYNCING', 'LIVE', 'GAPPED', 'STALE'];
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** `withProcess`: also memory, processor and event loop of the process. */
export function metricsOf(
  source: MetricsSource,
  withProcess: boolean,
  upstream: () => UpstreamStats | undefined = () => undefined,
): Registry {
  const { tally } = source;
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  const total = (name: string, help: string, read: () => number) => {
    new Counter({
      name: `touchline_gateway_${name}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  const totals = (
    name: string,
    help: string,
    label: string,
    numbers: ReadonlyMap<string, number>,
  ) => {
    new Counter({
      name: `touchline_gateway_${name}_total`,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, number] of numbers) this.inc({ [label]: value }, number);
      },
    });
  };
  const gauge = (name: string, help: string, read: () => number) => {
    new Gauge({
      name: `touchline_gateway_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('connections', 'Sessions now.', () => source.sessionCount);
  gauge('classes', 'Conflation classes now.', () => source.classCount);
  gauge('slow_consumers', 'Clients that are held now.', () => source.heldCount);
  gauge('ready', '1 when every book is LIVE and nobody is sent away.', () =>
    source.isReady ? 1 : 0,
  );
  total('frames_sent', 'Messages sent.', () => tally.framesSent);
  total('bytes_sent', 'Bytes of messages sent, without framing.', () => tally.bytesSent);
  total('messages_received', 'Messages received.', () => tally.requestsReceived);
  total('requests_put_off', 'Messages that waited for their turn.', () => tally.requestsPutOff);
  totals('encodes', 'Messages encoded; frames sent share them.', 'type', tally.encodesByType);
  total('socket_writes', 'Writes to WebSockets; frames share them.', () => tally.socketWrites);
  total('conflated_transactions', 'Transactions told in the diff of another.', () => tally.merged);
  const { acceptedByCodec, rejectedByReason, closedByCode, subscribedByChannel } = tally;
  totals('connections_accepted', 'Connections taken.', 'codec', acceptedByCodec);
  totals('connections_rejected', 'Connections refused.', 'reason', rejectedByReason);
  totals('disconnects', 'Connections that the gateway closed.', 'code', closedByCode);
  totals('subscriptions', 'Subscriptions made.', 'channel', subscribedByChannel);
  totals('resumes', 'Clients that came back to a book.', 'result', tally.resumedByResult);
  totals('errors', 'Errors told to clients.', 'error', tally.refusedByError);
  totals('past_answers', 'Questions about the past.', 'result', tally.pastByResult);
  total('slow_consumers_held', 'Clients held until they caught up.', () => tally.held);
  total('slow_consumers_released', 'Held clients that caught up.', () => tally.released);
  total('slow_consumers_closed', 'Held clients that were closed.', () => tally.slowClosed);
  instrumentStates(source, registry);
  gauge('upstream_age_seconds', "Since the engine's time of the newest transaction.", () => {
    return source.upstreamAgeSeconds;
  });
  for (const [name, key, help] of UPSTREAM) {
    total(`upstream_${name}`, help, () => upstream()?.[key] ?? 0);
  }
  members(source, registry);
  const observer = (name: string, help: string) => {
    const buckets = SECONDS;
    const full = `touchline_gateway_${name}_seconds`;
    const histogram = new Histogram({ name: full, help, buckets, registers: [registry] });
    return (seconds: number) => histogram.observe(Math.max(0, seconds));
  };
  tally.delivered = observer(
    'delivery_latency',
    "From the engine's sequencing to the gateway's sending, per diff of a class.",
  );
  tally.acknowledged = observer('ack_lag', 'Age of the oldest frame that an ack confirms.');
  tally.probed = observer('ping_rtt', 'Of clients that never ack: from ping to pong.');
  tally.broadcast = observer('broadcast_duration', 'Making and writing the frames of a beat.');
  return registry;
}

const UPSTREAM = [
  ['records', 'records', 'Records of the feed applied.'],
  ['gaps', 'gaps', 'Gaps in the feed.'],
  ['repairs', 'repairs', 'Gaps that a relay has filled.'],
  ['snapshots', 'snapshots', 'Book snapshots taken from a relay.'],
  ['hash_checks', 'hashChecks', "Books compared with the engine's hash."],
  ['hash_mismatches', 'hashMismatches', "Books that were not the engine's."],
] as const;

function members(source: MetricsSource, registry: Registry): void {
  new Gauge({
    name: 'touchline_gateway_members',
    help: 'Subscriptions now.',
    labelNames: ['channel'],
    registers: [registry],
    collect() {
      for (const [channel, count] of source.subscriptionsByChannel) this.set({ channel }, count);
    },
  });
}

function instrumentStates(source: MetricsSource, registry: Registry): void {
  new Gauge({
    name: 'touchline_gateway_instruments',
    help: 'Instruments by the state of their book.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of STATES) this.set({ state }, 0);
      for (const { state } of source.instruments) this.inc({ state });
    },
  });
}
