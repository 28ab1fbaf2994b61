/** The whole consumer: follows a feed, heals what it misses, and says what its books are worth. */

import type { FeedEvent, FeedInstrument, FeedListener } from '../listener.ts';
import type { FeedState, StateReason, StreamPosition } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { FeedConsumer } from '../sync/feed-consumer.ts';
import type {
  FeedConsumerOptions,
  KeptStream,
  LatencyObserver,
} from '../sync/feed-consumer-options.ts';
import type { FeedStats } from '../sync/feed-stats.ts';
import type { LineStats } from '../sync/line-arbiter.ts';
import type { Crc32 } from '../wire/packet.ts';
import { encodeRepairRequest, RepairType } from '../wire/repair-messages.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { type AskPort, type FeedPlatform, type FollowPort, NODE_PLATFORM } from './platform.ts';
import type { ClientCurve } from './security/index.ts';

/** How often time-outs are looked at; well below every one of them. */
const POLL_MS = 20;

/** The part of a logger that is used; pino's fits. */
export interface FeedSubscriberLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface FeedSubscriberOptions {
  /** Endpoints of publishers: several are lines that carry the same records. */
  readonly feed: readonly string[];
  /** See `FeedConsumerOptions`. */
  readonly from?: StreamPosition | undefined;
  readonly lineWaitMs?: number | undefined;
  readonly measure?: LatencyObserver | undefined;
  /** Endpoints of relays, tried in turn; empty: gaps and late joins cannot be repaired. */
  readonly repair: readonly string[];
  readonly level?: StreamLevel;
  readonly shard?: number;
  /** Symbols, or all (the default). */
  readonly instruments?: 'all' | readonly string[];
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog;
  /** Keys for the publisher, and for relays; absent: in the clear. */
  readonly feedCurve?: ClientCurve | undefined;
  readonly repairCurve?: ClientCurve | undefined;
  /** By relay, where they have keys of different servers; goes before `repairCurve`. */
  readonly repairCurves?: readonly (ClientCurve | undefined)[] | undefined;
  readonly platform?: FeedPlatform | undefined;
  /** Polls without sleeping: for machines with a processor to spare. */
  readonly spins?: boolean | undefined;
  /** For relays and for readers of records; see `FeedConsumerOptions`. */
  readonly relay?: Pick<
    FeedConsumerOptions,
    'fromStart' | 'mustRepair' | 'withoutBooks' | 'accepted' | 'joined' | 'restarted'
  >;
}

/**
 * The listener is called from the receiving loop. An error that it throws is the caller's mistake:
 * it ends the loop, and `close` (and `ended`) reject with it.
 */
export class FeedSubscriber {
  readonly #consumer: FeedConsumer;
  /** One per line. */
  readonly #sockets: readonly FollowPort[];
  /** What each line has said since the last poll: drained, busy, or nothing yet. */
  readonly #idle: (boolean | undefined)[];
  readonly #repair: AskPort;
  readonly #listener: FeedListener;
  readonly #options: FeedSubscriberOptions;

  constructor(options: FeedSubscriberOptions, listener: FeedListener) {
    const { feed, repair, level = StreamLevel.L2, shard = 0, log } = options;
    const { platform = NODE_PLATFORM } = options;
    this.#listener = listener;
    this.#options = options;
    this.#repair = platform.ask({
      endpoints: repair,
      received: (endpoint, message) => this.#consumer.receiveRepair(endpoint, message),
      curve: options.repairCurve,
      curves: options.repairCurves,
    });
    this.#consumer = new FeedConsumer({
      level,
      shard,
      instruments: options.instruments ?? 'all',
      listener,
      ...(log === undefined ? {} : { observe: (event) => tellLog(log, event) }),
      crc32: options.crc32,
      wallClock: options.wallClock,
      nowMs: options.nowMs,
      random: platform.random,
      repairEndpoints: repair.length,
      sendRepair: (endpoint, message) => this.#repair.send(endpoint, message),
      lines: feed.length,
      lineWaitMs: options.lineWaitMs,
      from: options.from,
      measure: options.measure,
      ...options.relay,
    });
    this.#idle = feed.map(() => undefined);
    this.#sockets = feed.map((endpoint, line) =>
      platform.follow({
        endpoints: [endpoint],
        curve: options.feedCurve,
        topic: shardTopic(level, shard),
        spins: options.spins,
        pollMs: POLL_MS,
        packet: (packet) => this.#consumer.receive(packet, line),
        idle: (isDrained) => this.#poll(line, isDrained),
      }),
    );
  }

  /** Time-outs are judged when every line has been read, for one may hold what another lacks. */
  #poll(line: number, isDrained = true): void {
    const idle = this.#idle;
    idle[line] = isDrained;
    if (idle.includes(undefined)) return;
    this.#consumer.poll(!idle.includes(false));
    idle.fill(undefined);
  }

  /** What each line has brought; empty where there is one only. */
  get lines(): readonly Readonly<LineStats>[] {
    return this.#consumer.lines;
  }

  /** See `FeedConsumer.lagMs`. */
  get lagMs(): number {
    return this.#consumer.lagMs;
  }

  /** The instruments known so far, by id. */
  get instruments(): ReadonlyMap<number, FeedInstrument> {
    return this.#consumer.instruments;
  }

  find(symbol: string): FeedInstrument | undefined {
    return this.#consumer.find(symbol);
  }

  /** After the last whole transaction that the books show. */
  get position(): StreamPosition {
    return this.#consumer.position;
  }

  /** Of the stream as a whole; each instrument has its own. */
  get state(): FeedState {
    return this.#consumer.state;
  }

  get reason(): StateReason {
    return this.#consumer.reason;
  }

  /** True once there are books, whatever they are worth at the moment. */
  get hasJoined(): boolean {
    return this.#consumer.hasJoined;
  }

  /** Whether an instrument's book is right as of `position`, whatever has come since. */
  isProven(id: number): boolean {
    return this.#consumer.isProven(id);
  }

  /** See `FeedConsumer.isTrusted`. */
  isTrusted(id: number): boolean {
    return this.#consumer.isTrusted(id);
  }

  get stats(): Readonly<FeedStats> {
    return this.#consumer.stats;
  }

  /** As a relay of this name, tells every repair endpoint how far it has come. */
  acknowledge(name: string, next: number = this.position.sequence): void {
    if (!this.hasJoined) return;
    const { epoch } = this.position;
    const { level = StreamLevel.L2, shard = 0, repair } = this.#options;
    const type = RepairType.Acknowledge;
    const message = { type, level, shard, request: 0, epoch, name, next } as const;
    for (const endpoint of repair.keys()) {
      this.#repair.send(endpoint, encodeRepairRequest(message));
    }
  }

  /** Settles when the receiving loop has ended; rejects with what the listener threw. */
  get ended(): Promise<void> {
    return Promise.all(this.#sockets.map(({ ended }) => ended)).then(() => undefined);
  }

  /** Begins with what was kept; before `start`. Throws `DecodeError` for books that are none. */
  restore(kept: KeptStream): void {
    this.#consumer.restore(kept);
  }

  /** Connects and begins; the books come by themselves. */
  async start(): Promise<void> {
    this.#repair.start();
    for (const socket of this.#sockets) {
      socket.start((endpoint) => this.#listener.event?.({ type: 'connected', endpoint }));
    }
  }

  async close(): Promise<void> {
    await this.#repair.close();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }
}

/** Says the rarer things in the log as well. */
function tellLog(log: FeedSubscriberLog, event: FeedEvent): void {
  switch (event.type) {
    case 'hash-checked':
      break;
    case 'connected':
    case 'repaired':
    case 'snapshot':
    case 'epoch':
    case 'end-of-session':
      log.info(event, `feed: ${event.type}`);
      break;
    default:
      log.warn(event, `feed: ${event.type}`);
  }
}
