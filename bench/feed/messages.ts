/** What the processes of the feed benchmark tell each other, through the one that started them. */

/** A flow of deltas, published over and over. */
export interface FlowPlan {
  /** `feed`: the product's publisher and subscriber. `plain`: the same bytes, only counted. */
  readonly kind: 'feed' | 'plain';
  readonly endpoint: string;
  /** More than fit: the stream's own limit cuts the packets. */
  readonly deltasPerPacket: number;
  readonly perTransaction: number;
  readonly instruments: number;
  /** Deltas of the flow, which is published `rounds` times over. */
  readonly deltas: number;
  readonly rounds: number;
  /** The time begins when so many bytes have come: before that the compiler settles. */
  readonly warmUpBytes: number;
  /** This packet is not sent: to see that a run notices. */
  readonly lostPacket?: number;
}

/** Deltas that come into being by the clock, whatever becomes of those before. */
export interface LatencyPlan {
  readonly kind: 'feed' | 'plain';
  readonly endpoint: string;
  readonly deltasPerSecond: number;
  readonly seconds: number;
  /** The subscriber polls without sleeping. */
  readonly spins: boolean;
}

export type Message =
  | { readonly type: 'bound'; readonly endpoint: string }
  | { readonly type: 'joined' }
  /** `startUs`: on the clock that all processes of a machine share. */
  | { readonly type: 'go'; readonly startUs: number }
  /** Packets taken so far: the publisher keeps a bounded number on their way. */
  | { readonly type: 'taken'; readonly packets: number }
  | { readonly type: 'published'; readonly packets: number; readonly report: PublisherReport }
  | { readonly type: 'done'; readonly outcome: unknown };

export interface PublisherReport {
  /** Of the publishing thread. */
  readonly processorNs: number;
  /** Packets that the socket did not take. */
  readonly failedSends: number;
  /** Lanes A and B of each book by id, where the publisher has books. */
  readonly hashes?: readonly Hash[];
  readonly startUs?: number;
}

export type Hash = readonly [number, number];

/** Of a subscriber, from the end of the warm-up to the last packet. */
export interface FlowOutcome {
  readonly seconds: number;
  /** Part of all packets that came in that time. */
  readonly share: number;
  readonly endUs: number;
  /** Processor time of the thread that applies, and of the whole process, in seconds. */
  readonly threadSeconds: number;
  readonly processSeconds: number;
  readonly gaps: number;
  /** By id; none when nothing was applied. */
  readonly hashes: readonly Hash[];
}

/** Microseconds between the time a delta was due and the time its books showed it. */
export interface LatencyOutcome {
  readonly samples: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly gaps: number;
}

export function tell(message: Message): void {
  process.send?.(message);
}

export function onMessage(listener: (message: Message) => void): void {
  process.on('message', listener);
}

/** As a process that was started with a plan is given it. */
export function planOf<Plan>(): Plan {
  return JSON.parse(process.argv[2] ?? '') as Plan;
}

const [SECONDS, NANOS] = process.hrtime();
const OFFSET_US = SECONDS * 1e6 + NANOS / 1e3 - performance.now() * 1e3;

/** Microseconds on the machine's monotonic clock: the same in all its processes. */
export function sharedUs(): number {
  return performance.now() * 1e3 + OFFSET_US;
}
