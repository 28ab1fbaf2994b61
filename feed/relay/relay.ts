/** A relay: follows an engine without losing anything, and serves books and replays to everybody. */

import { PACKET_RING_BYTES } from '../limits.ts';
import type { FeedListener } from '../listener.ts';
import type { Epoch } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { PacketRing } from '../sync/packet-ring.ts';
import type { SnapshotInstrument, SnapshotProvider } from '../sync/snapshot-encoder.ts';
import type { Crc32 } from '../wire/packet.ts';
import { FeedSubscriber, type FeedSubscriberLog } from '../zmq/feed-subscriber.ts';
import type { ClientCurve, SecureEndpoint } from '../zmq/security/index.ts';
import { RepairServer } from './repair-server.ts';

export interface RelayOptions {
  /** Endpoints of the engine's publisher and of its spine. */
  readonly feed: readonly string[];
  readonly spine: readonly string[];
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog;
  readonly ringBytes?: number;
  readonly listener?: FeedListener;
  /** Keys for the engine, and for the consumers served; absent: in the clear. */
  readonly engineCurve?: ClientCurve | undefined;
  readonly security?: SecureEndpoint | undefined;
}

/**
 * It is a consumer like any other, but one that asks for the whole history first and never skips a
 * gap; and it serves nothing before it has caught up. Its ring holds the engine's own packets.
 */
export class Relay implements SnapshotProvider {
  readonly subscriber: FeedSubscriber;
  readonly server: RepairServer;
  readonly #ring: PacketRing;

  constructor(options: RelayOptions) {
    const { feed, spine, wallClock, nowMs, crc32, log } = options;
    const ring = new PacketRing(options.ringBytes ?? PACKET_RING_BYTES);
    this.#ring = ring;
    this.subscriber = new FeedSubscriber(
      {
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
      options.listener ?? {},
    );
    const { security } = options;
    this.server = new RepairServer({ ring, snapshots: this, crc32, wallClock, nowMs, security });
  }

  /** Binds, then follows the engine; answers with the endpoint served, its port filled in. */
  async start(serve: string): Promise<string> {
    const endpoint = await this.server.bind(serve);
    await this.subscriber.start();
    return endpoint;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.subscriber.close();
  }

  /** Sequence of the oldest record that can be replayed; 0 when there is none. */
  get oldestSequence(): number {
    return this.#ring.firstSequence;
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
