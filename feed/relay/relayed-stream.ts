/** What a relay keeps of one stream: the engine's own packets, and the books that they make. */

import type { FeedListener } from '../listener.ts';
import type { Epoch } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import { PacketRing } from '../sync/packet-ring.ts';
import type { SnapshotProvider } from '../sync/snapshot-encoder.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { StreamLevel } from '../wire/topic.ts';
import { FeedSubscriber, type FeedSubscriberLog } from '../zmq/feed-subscriber.ts';
import type { FeedPlatform } from '../zmq/platform.ts';
import type { ClientCurve } from '../zmq/security/index.ts';
import { type ArchivedHistory, newestHistory } from './archive/archive-reader.ts';
import { ArchiveReplay } from './archive/archive-replay.ts';
import { type ArchiveLimits, type ArchiveLog, ArchiveWriter } from './archive/archive-writer.ts';
import { readSegment } from './archive/segment-reader.ts';
import { RelayedBooks } from './relayed-books.ts';

export interface ArchiveOptions {
  readonly directory: string;
  readonly limits: ArchiveLimits;
  readonly log: ArchiveLog;
}

/** Who works with the stream while it is relayed. */
export interface StreamWitness {
  /** What follows does not follow from what was; a sequence of 0 or 1: another history begins. */
  restarted(epoch: Epoch, sequence: number): void;
  /** Books have been put in place. */
  joined(): void;
  /** A consumer is about to be given the book of this instrument. */
  given(id: number): void;
}

export interface RelayedStreamOptions {
  readonly level: StreamLevel;
  /** Endpoints of the engine's publisher and of its spine. */
  readonly feed: readonly string[];
  readonly spine: readonly string[];
  /** Other relays, which are asked for what the engine no longer holds. */
  readonly peers?: readonly string[] | undefined;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog | undefined;
  readonly ringBytes: number;
  readonly listener: FeedListener;
  readonly witness?: StreamWitness | undefined;
  /** Where it is kept, too; absent: nowhere. */
  readonly archive?: ArchiveOptions | undefined;
  /** Keys for the engine; absent: in the clear. */
  readonly engineCurve?: ClientCurve | undefined;
  /** Keys for the peers. */
  readonly peerCurve?: ClientCurve | undefined;
  readonly platform?: FeedPlatform | undefined;
}

export class RelayedStream {
  readonly level: StreamLevel;
  readonly ring: PacketRing;
  readonly subscriber: FeedSubscriber;
  /** What consumers may have: proved books only. */
  readonly snapshots: SnapshotProvider;
  readonly writer: ArchiveWriter | undefined;
  /** Answers what has left the ring. */
  readonly archive: ArchiveReplay | undefined;
  readonly #options: RelayedStreamOptions;
  /** What comes out of the archive does not go into it again, and nobody hears of it. */
  #isRestoring = false;

  constructor(options: RelayedStreamOptions) {
    this.#options = options;
    this.level = options.level;
    this.ring = new PacketRing(options.ringBytes);
    this.subscriber = this.#newSubscriber();
    const { subscriber } = this;
    this.snapshots = new RelayedBooks(
      subscriber,
      (id) => subscriber.isProven(id),
      (id) => options.witness?.given(id),
    );
    if (options.archive === undefined) return;
    const { archive, level, crc32, wallClock } = options;
    // The archive may have books that are still being brought up to date, too.
    const books = new RelayedBooks(subscriber, (id) => subscriber.isTrusted(id));
    const writer = new ArchiveWriter({ ...archive, level, books, crc32, wallClock });
    const { directory } = archive;
    this.writer = writer;
    this.archive = new ArchiveReplay({ directory, level, crc32, beforeOpen: () => writer.flush() });
  }

  get isReady(): boolean {
    return this.snapshots.isReady;
  }

  get isRestoring(): boolean {
    return this.#isRestoring;
  }

  /** Begins where the archive ends, before the subscriber starts; answers with what it found there. */
  restore(): ArchivedHistory | undefined {
    const { archive, level, crc32 } = this.#options;
    if (archive === undefined) return undefined;
    const history = newestHistory(archive.directory, level, crc32);
    const segment = history?.segments.at(-1);
    if (segment === undefined) return undefined;
    const { epoch, firstSequence, path } = segment;
    const { keyframe, packets } = readSegment(path, crc32);
    const behind = packets.map(({ packet }) => packet);
    this.#isRestoring = true;
    try {
      this.subscriber.restore({ epoch, firstSequence, keyframe, packets: behind });
    } finally {
      this.#isRestoring = false;
    }
    this.writer?.begin();
    const { sequence } = this.subscriber.position;
    archive.log.info({ level, sequence, path }, 'begins where the archive ends');
    return history;
  }

  #newSubscriber(): FeedSubscriber {
    const { level, feed, spine, wallClock, nowMs, crc32, log, platform, witness } = this.#options;
    const { peers = [], engineCurve, peerCurve } = this.#options;
    const { ring } = this;
    const relay = {
      fromStart: true,
      mustRepair: true,
      accepted: (packet: Uint8Array, first: number, count: number): void => {
        ring.add(packet, first, count);
        if (!this.#isRestoring) this.writer?.accept(packet, first, count);
      },
      joined: (): void => {
        if (this.#isRestoring) return;
        this.writer?.begin();
        witness?.joined();
      },
      restarted: (epoch: Epoch, sequence: number): void => {
        ring.clear();
        if (this.#isRestoring) return;
        this.writer?.end();
        witness?.restarted(epoch, sequence);
      },
    };
    return new FeedSubscriber(
      {
        level,
        feed,
        repair: [...spine, ...peers],
        wallClock,
        nowMs,
        crc32,
        feedCurve: engineCurve,
        repairCurves: [...spine.map(() => engineCurve), ...peers.map(() => peerCurve)],
        platform,
        ...(log === undefined ? {} : { log }),
        relay,
      },
      this.#options.listener,
    );
  }
}
