/** Plays an archived range to endpoints of its own, where any consumer follows it like an engine's stream. */

import { PACKET_RING_BYTES } from '../../limits.ts';
import { type MonotonicClock, type Nanos, nanosBetween, type WallClock } from '../../nanos.ts';
import { FeedConsumer } from '../../sync/feed-consumer.ts';
import { PacketRing } from '../../sync/packet-ring.ts';
import { type Crc32, packetHeader, sealPacket } from '../../wire/packet.ts';
import { PositionRotation } from '../../wire/position-rotation.ts';
import { RecordReader } from '../../wire/record-reader.ts';
import { StreamWriter } from '../../wire/stream-writer.ts';
import { type StreamLevel, shardTopic } from '../../wire/topic.ts';
import { FeedPublisher } from '../../zmq/publisher.ts';
import type { SecureEndpoint } from '../../zmq/security/index.ts';
import { cutPacket } from '../history/cut-packet.ts';
import { RelayedBooks } from '../relayed-books.ts';
import { RepairServer } from '../repair-server.ts';
import { type ArchivedHistory, packetsOf, segmentAt } from './archive-reader.ts';
import { readSegment } from './segment-reader.ts';

export interface ArchivePlayerOptions {
  readonly history: ArchivedHistory;
  /** Records from here up to, without, `to`; without a hole between them. */
  readonly from: number;
  readonly to: number;
  /** 1: as it was; `Infinity`: without waiting. */
  readonly speed: number;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly sleep: (ms: number) => Promise<void>;
  /** How far it has come: the sequence behind the last record sent. */
  readonly progress?: (next: number) => void;
  readonly security?: SecureEndpoint | undefined;
}

/** Packets sent without a pause where nothing is waited for: other work then has its turn. */
const PACKETS_PER_TURN = 64;
/** Waiting for less is not worth a timer. */
const SHORTEST_SLEEP_MS = 1;

/**
 * Epoch, sequences and records are those of the archive; the publish time is that of the playing, so
 * that a consumer measures its own age. Its own replica serves late joiners, as a relay's does.
 */
export class ArchivePlayer {
  readonly #options: ArchivePlayerOptions;
  readonly #ring = new PacketRing(PACKET_RING_BYTES);
  readonly #consumer: FeedConsumer;
  readonly #writer: StreamWriter;
  readonly #rotation = new PositionRotation();
  readonly #publisher: FeedPublisher;
  readonly #server: RepairServer;
  readonly #reader: RecordReader;
  #from: number;
  #isClosed = false;

  constructor(options: ArchivePlayerOptions) {
    this.#options = options;
    this.#from = options.from;
    const { history, crc32, wallClock, nowMs, security } = options;
    const level = history.level as StreamLevel;
    const { epoch, shard } = history;
    this.#reader = new RecordReader(crc32);
    this.#consumer = new FeedConsumer({
      level,
      shard,
      listener: {},
      crc32,
      wallClock,
      nowMs,
      random: () => 0,
      repairEndpoints: 0,
      sendRepair: () => false,
    });
    this.#publisher = new FeedPublisher({ heartbeat: () => this.#heartbeat(), security });
    this.#writer = new StreamWriter({
      epoch,
      topic: shardTopic(level, shard),
      firstSequence: options.from,
      crc32,
      wallClock,
      sink: (packet) => this.#send(packet),
    });
    const consumer = this.#consumer;
    const snapshots = new RelayedBooks(consumer, (id) => consumer.isProven(id));
    const stream = { level, shard, ring: this.#ring, snapshots };
    this.#server = new RepairServer({ streams: [stream], crc32, wallClock, nowMs, security });
  }

  /** Builds the books at the beginning and binds; answers with the endpoints, their ports filled in. */
  async bind(publish: string, serve: string): Promise<{ publish: string; serve: string }> {
    this.#restore();
    const bound = await this.#publisher.bind(publish);
    return { publish: bound, serve: await this.#server.bind(serve) };
  }

  /** Plays to the end, and says that it is one. */
  async play(): Promise<void> {
    const { history, to, crc32, nowMs, sleep, speed } = this.#options;
    const startMs = nowMs();
    let begin: Nanos | undefined;
    let sent = 0;
    for (const { packet } of packetsOf(history, this.#from, to, crc32)) {
      const part = this.#part(packet);
      if (part === undefined) continue;
      const { high, low } = this.#reader.header.publishTime;
      begin ??= { high, low };
      const dueMs = nanosBetween(begin.high, begin.low, high, low) / 1e6 / speed;
      const waitMs = startMs + dueMs - nowMs();
      sent += 1;
      if (waitMs >= SHORTEST_SLEEP_MS) await sleep(waitMs);
      else if (sent % PACKETS_PER_TURN === 0) await sleep(0);
      if (this.#isClosed) return;
      this.#publish(part);
    }
    this.#writer.endOfSession();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#publisher.close();
    await this.#server.close();
  }

  /** The books at the first record to be played. */
  #restore(): void {
    const { history, from, crc32 } = this.#options;
    const segment = segmentAt(history, from);
    if (segment === undefined) throw new Error(`ArchivePlayer: ${from} is not archived`);
    const { keyframe, packets } = readSegment(segment.path, crc32);
    const before = packets.flatMap(
      ({ packet }) => cutPacket(this.#reader, packet, from, crc32) ?? [],
    );
    const { epoch, firstSequence } = segment;
    this.#consumer.restore({ epoch, firstSequence, keyframe, packets: before });
    // It begins with a whole transaction: with the one that the first record is part of.
    this.#from = this.#consumer.position.sequence;
    this.#writer.continueAt(this.#from);
    // What happened before is known now: it may be served.
    this.#heartbeat();
  }

  /** The records of a packet that are to be played; it is open in the reader. */
  #part(packet: Uint8Array): Uint8Array | undefined {
    const { to, crc32 } = this.#options;
    return cutPacket(this.#reader, packet, to, crc32);
  }

  #publish(packet: Uint8Array): void {
    const { crc32, wallClock, progress } = this.#options;
    const { firstSequence, count, epochSeconds, epochRandom } = this.#reader.header;
    const kept = Math.min(count, this.#options.to - firstSequence);
    const header = { ...packetHeader(), firstSequence, count: kept, epochSeconds, epochRandom };
    wallClock(header.publishTime);
    sealPacket(packet, header, crc32);
    this.#ring.add(packet, firstSequence, kept);
    this.#writer.continueAt(firstSequence + kept);
    this.#send(packet);
    progress?.(firstSequence + kept);
  }

  #heartbeat(): void {
    const all = [...this.#consumer.instruments.values()];
    this.#rotation.heartbeat(this.#writer, all.length, (records, index) => {
      const { id, sequence, book, transaction } = all[index] as (typeof all)[number];
      records.instrumentPosition(id, sequence, book.hash.laneA, book.hash.laneB, transaction);
    });
  }

  #send(packet: Uint8Array): void {
    this.#consumer.receive(packet);
    this.#publisher.send(packet);
  }
}
