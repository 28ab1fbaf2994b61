/** What a relay keeps of one stream: the engine's own packets, and the books that they make. */

import type { FeedListener } from '../listener.ts';
import type { Epoch } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { PacketRing } from '../sync/packet-ring.ts';
import type { SnapshotInstrument, SnapshotProvider } from '../sync/snapshot-encoder.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { StreamLevel } from '../wire/topic.ts';
import { FeedSubscriber, type FeedSubscriberLog } from '../zmq/feed-subscriber.ts';
import type { ClientCurve } from '../zmq/security/index.ts';

export interface RelayedStreamOptions {
  readonly level: StreamLevel;
  /** Endpoints of the engine's publisher and of its spine. */
  readonly feed: readonly string[];
  readonly spine: readonly string[];
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog | undefined;
  readonly ringBytes: number;
  readonly listener: FeedListener;
  /** Keys for the engine; absent: in the clear. */
  readonly engineCurve?: ClientCurve | undefined;
}

/** The state of every instrument of it is known to `subscriber`; only proved books are given out. */
export class RelayedStream implements SnapshotProvider {
  readonly level: StreamLevel;
  readonly ring: PacketRing;
  readonly subscriber: FeedSubscriber;

  constructor(options: RelayedStreamOptions) {
    const { level, feed, spine, wallClock, nowMs, crc32, log } = options;
    const ring = new PacketRing(options.ringBytes);
    this.level = level;
    this.ring = ring;
    this.subscriber = new FeedSubscriber(
      {
        level,
        feed,
        repair: spine,
        wallClock,
        nowMs,
        crc32,
        feedCurve: options.engineCurve,
        repairCurve: options.engineCurve,
        ...(log === undefined ? {} : { log }),
        relay: {
          fromStart: true,
          mustRepair: true,
          accepted: (packet, first, count) => ring.add(packet, first, count),
          restarted: () => ring.clear(),
        },
      },
      options.listener,
    );
  }

  get snapshots(): SnapshotProvider {
    return this;
  }

  get isReady(): boolean {
    return this.subscriber.hasJoined;
  }

  get epoch(): Epoch {
    return this.subscriber.position.epoch;
  }

  get nextSequence(): number {
    return this.subscriber.position.sequence;
  }

  instrumentIds(): readonly number[] {
    return [...this.subscriber.instruments.keys()];
  }

  instrument(id: number): SnapshotInstrument | undefined {
    return this.subscriber.isProven(id) ? this.subscriber.instruments.get(id) : undefined;
  }

  findId(symbol: string): number | undefined {
    return this.subscriber.find(symbol)?.id;
  }
}
