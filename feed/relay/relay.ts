/** A relay: follows an engine without losing anything, and serves books and replays to everybody. */

import {
  ARCHIVE_FLUSH_INTERVAL_MS,
  ARCHIVE_RETRY_INTERVAL_MS,
  PACKET_RING_BYTES,
  RELAY_ACKNOWLEDGE_INTERVAL_MS,
} from '../limits.ts';
import type { FeedListener } from '../listener.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import type { Crc32 } from '../wire/packet.ts';
import { StreamLevel } from '../wire/topic.ts';
import type { FeedSubscriber, FeedSubscriberLog } from '../zmq/feed-subscriber.ts';
import { type FeedPlatform, NODE_PLATFORM } from '../zmq/platform.ts';
import type { SecureEndpoint } from '../zmq/security/index.ts';
import { Acknowledger } from './acknowledger.ts';
import type { ArchiveWriter } from './archive/archive-writer.ts';
import { bothListeners } from './both-listeners.ts';
import { HistoryThread } from './history/history-thread.ts';
import { PastDesk } from './history/past-desk.ts';
import { MarketData } from './market-data.ts';
import { RelayedStream, type RelayedStreamOptions } from './relayed-stream.ts';
import { RepairServer } from './repair-server.ts';
import { TradingKeeper } from './trading/trading-keeper.ts';

export interface RelayOptions
  extends Pick<RelayedStreamOptions, 'archive' | 'peers' | 'engineCurve' | 'peerCurve'> {
  /** Endpoints of the engine's publisher and of its spine. */
  readonly feed: readonly string[];
  readonly spine: readonly string[];
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog;
  /** What the engine calls it; absent: the engine is not told how far it has come. */
  readonly name?: string;
  /** Of each stream. */
  readonly ringBytes?: number;
  /** Hears of the L2 stream. */
  readonly listener?: FeedListener;
  /** Keys for the consumers served; absent: in the clear. */
  readonly security?: SecureEndpoint | undefined;
  readonly platform?: FeedPlatform;
}

/**
 * It is a consumer like any other, of both levels, but one that asks for the whole history first
 * and never skips a gap; and it serves nothing of a stream before it has caught up with it. Its
 * rings hold the engine's own packets. A level that the engine does not publish is refused as
 * NOT_READY.
 */
export class Relay {
  readonly levels: RelayedStream;
  readonly orders: RelayedStream;
  readonly server: RepairServer;
  /** What is made of the L2 stream. */
  readonly marketData: MarketData;
  readonly name: string | undefined;
  readonly #platform: FeedPlatform;
  readonly #nowMs: MonotonicClock;
  #thread: HistoryThread | undefined;
  readonly #security: SecureEndpoint | undefined;
  readonly #writers: readonly ArchiveWriter[];
  /** Each ends a timer. */
  readonly #stops: (() => void)[] = [];

  constructor(options: RelayOptions) {
    const { ringBytes = PACKET_RING_BYTES, listener = {}, platform = NODE_PLATFORM } = options;
    this.name = options.name;
    this.#platform = platform;
    this.#nowMs = options.nowMs;
    this.#security = options.security;
    const common = { ...options, ringBytes };
    this.marketData = this.#newMarketData(options, platform);
    this.levels = new RelayedStream({
      ...common,
      level: StreamLevel.L2,
      listener: bothListeners(listener, this.marketData.listener),
      witness: this.marketData,
    });
    this.orders = new RelayedStream({ ...common, level: StreamLevel.L3, listener: {} });
    this.#writers = [this.levels.writer, this.orders.writer].filter((one) => one !== undefined);
    const { crc32, wallClock, nowMs, security } = options;
    const streams = [this.levels, this.orders] as const;
    const past = this.#newPastDesk(options);
    this.server = new RepairServer({ streams, crc32, wallClock, nowMs, security, platform, past });
  }

  /** The consumer of the L2 stream. */
  get subscriber(): FeedSubscriber {
    return this.levels.subscriber;
  }

  /** Publishes streams of single instruments, too; before `start`. Answers with the endpoint. */
  async publish(endpoint: string): Promise<string> {
    return this.marketData.publish(endpoint, this.#security);
  }

  /** Binds, then follows the engine; answers with the endpoint served, its port filled in. */
  async start(serve: string): Promise<string> {
    const endpoint = await this.server.bind(serve);
    if (this.#writers.length > 0) this.#startArchive();
    this.marketData.start();
    await this.levels.subscriber.start();
    await this.orders.subscriber.start();
    const { name } = this;
    if (name !== undefined) {
      for (const stream of [this.levels, this.orders]) this.#acknowledge(stream, name);
    }
    return endpoint;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await this.server.close();
    await this.#thread?.close();
    await this.levels.subscriber.close();
    await this.orders.subscriber.close();
    this.marketData.close();
    for (const writer of this.#writers) writer.end();
  }

  /** First what it has, then what comes. */
  #startArchive(): void {
    this.marketData.restored(this.levels.restore());
    this.orders.restore();
    this.#every(ARCHIVE_FLUSH_INTERVAL_MS, () => {
      for (const writer of this.#writers) writer.flush();
    });
    this.#every(ARCHIVE_RETRY_INTERVAL_MS, () => {
      for (const writer of this.#writers) writer.poll();
    });
  }

  #newPastDesk({ archive, crc32, wallClock, nowMs, log }: RelayOptions): PastDesk {
    const send = (peer: string, message: Uint8Array): void => {
      this.server.send(peer, message);
    };
    if (archive !== undefined) {
      const failed = (error: unknown): void =>
        log?.warn(
          { err: error },
          'the thread that reads the archive has ended; the next question begins another',
        );
      this.#thread = new HistoryThread({ directory: archive.directory, send, failed });
    }
    return new PastDesk({
      books: this.levels.snapshots,
      trading: () => this.marketData.trading,
      thread: this.#thread,
      flush: () => {
        for (const writer of this.#writers) writer.flush();
      },
      crc32,
      wallClock,
      nowMs,
      send,
    });
  }

  #newMarketData({ archive, crc32, wallClock }: RelayOptions, platform: FeedPlatform): MarketData {
    const keeper =
      archive === undefined
        ? undefined
        : new TradingKeeper({ directory: archive.directory, crc32, log: archive.log });
    return new MarketData({ crc32, wallClock, platform, keeper, stream: () => this.levels });
  }

  #every(intervalMs: number, work: () => void): void {
    this.#stops.push(this.#platform.every(intervalMs, work));
  }

  /** What is in its archive is safe with it; without one, what is in its rings. */
  #acknowledge({ subscriber, writer }: RelayedStream, name: string): void {
    const acknowledger = new Acknowledger({
      next: () => writer?.archivedSequence ?? subscriber.position.sequence,
      tell: (next) => subscriber.acknowledge(name, next),
      nowMs: this.#nowMs,
    });
    this.#every(RELAY_ACKNOWLEDGE_INTERVAL_MS, () => acknowledger.poll());
  }

  /** Rejects when the following of either stream has ended with an error. */
  get ended(): Promise<unknown> {
    return Promise.all([this.levels.subscriber.ended, this.orders.subscriber.ended]);
  }

  /** Sequence of the oldest L2 record that can be replayed; 0 when there is none. */
  get oldestSequence(): number {
    return this.levels.ring.firstSequence;
  }

  /** Of the L2 stream. */
  get isReady(): boolean {
    return this.levels.isReady;
  }
}
