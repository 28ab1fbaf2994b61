/** What a relay keeps of one stream: the engine's own packets, and the books that they make. */

import type { FeedListener } from '../listener.ts';
import type { Epoch } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { PacketRing } from '../sync/packet-ring.ts';
import type { RepairTransfer } from '../sync/repair-transfer.ts';
import type { SnapshotInstrument, SnapshotProvider } from '../sync/snapshot-encoder.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { StreamLevel } from '../wire/topic.ts';
import { FeedSubscriber, type FeedSubscriberLog } from '../zmq/feed-subscriber.ts';
import type { FeedPlatform } from '../zmq/platform.ts';
import type { ClientCurve } from '../zmq/security/index.ts';
import { newestHistory } from './archive/archive-reader.ts';
import { ArchiveReplay, type ArchiveReplayOptions } from './archive/archive-replay.ts';
import { type ArchiveLimits, type ArchiveLog, ArchiveWriter } from './archive/archive-writer.ts';
import { readSegment } from './archive/segment-reader.ts';

export interface ArchiveOptions {
  readonly directory: string;
  readonly limits: ArchiveLimits;
  readonly log: ArchiveLog;
}

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
  /** Where it is kept, too; absent: nowhere. */
  readonly archive?: ArchiveOptions | undefined;
  /** Keys for the engine; absent: in the clear. */
  readonly engineCurve?: ClientCurve | undefined;
  readonly platform?: FeedPlatform | undefined;
}

/** The state of every instrument of it is known to `subscriber`; only proved books are given out. */
export class RelayedStream implements SnapshotProvider {
  readonly level: StreamLevel;
  readonly ring: PacketRing;
  readonly subscriber: FeedSubscriber;
  readonly writer: ArchiveWriter | undefined;
  /** Answers what has left the ring. */
  readonly archive: ArchiveReplay | undefined;
  readonly #options: RelayedStreamOptions;
  /** What comes out of the archive does not go into it again. */
  #isRestoring = false;

  constructor(options: RelayedStreamOptions) {
    const { level, feed, spine, wallClock, nowMs, crc32, log } = options;
    this.#options = options;
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
        platform: options.platform,
        ...(log === undefined ? {} : { log }),
        relay: {
          fromStart: true,
          mustRepair: true,
          accepted: (packet, first, count) => {
            ring.add(packet, first, count);
            if (!this.#isRestoring) this.writer?.accept(packet, first, count);
          },
          joined: () => {
            if (!this.#isRestoring) this.writer?.begin();
          },
          restarted: () => {
            ring.clear();
            this.writer?.end();
          },
        },
      },
      options.listener,
    );
    const { archive } = options;
    if (archive === undefined) return;
    const { directory } = archive;
    this.writer = new ArchiveWriter({ ...archive, level, books: this.#kept, crc32, wallClock });
    this.archive = new FlushingReplay(this.writer, { directory, level, crc32 });
  }

  /** Begins where the archive ends; before the subscriber starts. */
  restore(): void {
    const { archive, level, crc32 } = this.#options;
    if (archive === undefined) return;
    const history = newestHistory(archive.directory, level, crc32);
    const segment = history?.segments.at(-1);
    if (history === undefined || segment === undefined) return;
    const { keyframe, packets } = readSegment(segment.path, crc32);
    this.#isRestoring = true;
    try {
      const { epoch, firstSequence } = segment;
      const behind = packets.map(({ packet }) => packet);
      this.subscriber.restore({ epoch, firstSequence, keyframe, packets: behind });
    } finally {
      this.#isRestoring = false;
    }
    this.writer?.begin();
    const { sequence } = this.subscriber.position;
    archive.log.info({ level, sequence, path: segment.path }, 'begins where the archive ends');
  }

  /** The books as the archive may have them: also those that are still being brought up to date. */
  get #kept(): SnapshotProvider {
    const { subscriber } = this;
    const stream = this;
    return {
      get isReady() {
        return stream.isReady;
      },
      get epoch() {
        return stream.epoch;
      },
      get nextSequence() {
        return stream.nextSequence;
      },
      instrumentIds: () => stream.instrumentIds(),
      instrument: (id) => (subscriber.isTrusted(id) ? subscriber.instruments.get(id) : undefined),
      findId: (symbol) => stream.findId(symbol),
    };
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

/** What waits to be written is written first, so that the archive reaches up to now. */
class FlushingReplay extends ArchiveReplay {
  readonly #writer: ArchiveWriter;

  constructor(writer: ArchiveWriter, options: ArchiveReplayOptions) {
    super(options);
    this.#writer = writer;
  }

  override open(epoch: Epoch, from: number, to: number): RepairTransfer | undefined {
    this.#writer.flush();
    return super.open(epoch, from, to);
  }
}
