/** Puts in place what was kept or what relays have answered: records, all books, single books. */

import { compareEpochs, NO_EPOCH, sameEpoch } from '../market.ts';
import { DecodeError } from '../wire/decode-error.ts';
import type { StreamLevel } from '../wire/topic.ts';
import type { FeedConsumerOptions, KeptStream } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import type { FeedVoice } from './feed-voice.ts';
import type { InstrumentReplica } from './instrument-replica.ts';
import type { Replica } from './replica.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import type { StreamFollower } from './stream-follower.ts';

export interface StreamRestorerOptions {
  readonly level: StreamLevel;
  readonly shard: number;
  readonly follower: StreamFollower;
  readonly replica: Replica;
  readonly voice: FeedVoice;
  /** A book has been put in place. */
  readonly restored: (instrument: InstrumentReplica) => void;
}

export class StreamRestorer {
  readonly #options: StreamRestorerOptions;
  readonly #consumer: FeedConsumerOptions;

  constructor(options: StreamRestorerOptions, consumer: FeedConsumerOptions) {
    this.#options = options;
    this.#consumer = consumer;
  }

  /**
   * Begins with what was kept, before anything is received; what has happened since is asked for
   * like the history that it is. Throws `DecodeError` when the books are no book snapshot.
   */
  kept({ epoch, firstSequence, keyframe, packets }: KeptStream): void {
    const { follower, level, shard } = this.#options;
    const { crc32, joined, nowMs } = this.#consumer;
    const loader = new SnapshotLoader(crc32, level, shard);
    for (const packet of keyframe) loader.add(packet);
    if (keyframe.length > 0 && !loader.isComplete) {
      throw new DecodeError('TRUNCATED', 0, 'The kept books are not whole.');
    }
    follower.startEpoch(epoch);
    follower.resumeAt(epoch, firstSequence);
    this.#restore(loader);
    joined?.();
    for (const packet of packets) {
      if (follower.open(packet) === undefined) break;
      follower.consume(packet);
    }
    follower.announced = follower.detector.next;
    follower.openHole(false, follower.detector.next, nowMs());
  }

  /** Books of the past: what has happened since is asked for like the history that it is. */
  past(loader: SnapshotLoader): boolean {
    const { follower, voice } = this.#options;
    const { epoch = NO_EPOCH, firstSequence } = loader;
    const isTheirs = sameEpoch(epoch, follower.detector.epoch);
    if (!isTheirs || firstSequence > follower.toldFrom) return false;
    follower.resumeAt(epoch, firstSequence);
    const restored = this.#restore(loader);
    this.#consumer.joined?.();
    voice.tell({ type: 'snapshot', sequence: firstSequence, instruments: restored.size });
    const nowMs = this.#consumer.nowMs();
    follower.openHole(false, follower.announced, nowMs);
    follower.drain(nowMs);
    return true;
  }

  /** Records of a gap, or of the history. False: they are of no use. */
  replayed(packets: readonly Uint8Array[]): boolean {
    const { follower, voice } = this.#options;
    const nowMs = this.#consumer.nowMs();
    for (const packet of packets) {
      const header = follower.open(packet);
      if (header === undefined) return false;
      const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
      const { firstSequence: first, count } = header;
      if (follower.phase === ConsumerPhase.Joining) {
        const order = compareEpochs(epoch, follower.detector.epoch);
        if (order < 0) return false;
        if (order > 0) follower.startEpoch(epoch);
        if (first > follower.historyBegin) return false;
        follower.begin();
        follower.openHole(false, follower.announced, nowMs);
      }
      const { next } = follower.detector;
      if (!sameEpoch(epoch, follower.detector.epoch) || first > next) return false;
      if (first + count <= next) continue;
      follower.consume(packet);
      follower.announced = Math.max(follower.announced, follower.detector.next);
      voice.stats.repairedRecords += follower.detector.next - next;
    }
    follower.drain(nowMs);
    return true;
  }

  /** All books have come: the stream goes on behind them. */
  joined(loader: SnapshotLoader): boolean {
    const { follower, replica, voice } = this.#options;
    const epoch = loader.epoch ?? NO_EPOCH;
    const sequence = loader.firstSequence;
    const order = compareEpochs(epoch, follower.detector.epoch);
    if (order < 0) return false;
    if (order > 0) follower.startEpoch(epoch);
    // Older than what waits: asked for again, while the buffer is kept.
    if (!follower.buffer.isEmpty && sequence < follower.buffer.firstSequence) return false;
    if (sequence < follower.boundary) return false;
    const skippedFrom = follower.skippedFrom(sequence);
    follower.resumeAt(epoch, sequence);
    const restored = this.#restore(loader);
    for (const instrument of replica.instruments.values()) {
      // The relay cannot vouch for it, and what it missed is unknown.
      if (!restored.has(instrument.id)) replica.distrust(instrument, 'MISSED_RECORDS');
    }
    if (sequence > skippedFrom) this.#skipped(skippedFrom, sequence);
    this.#consumer.joined?.();
    voice.tell({ type: 'snapshot', sequence, instruments: restored.size });
    follower.drain(this.#consumer.nowMs());
    return true;
  }

  /** Where there are no books, the stream is followed from what waits or was announced. */
  joinedWithoutBooks(): void {
    const { follower } = this.#options;
    const sequence = follower.holeEnd;
    const skippedFrom = follower.skippedFrom(sequence);
    follower.resumeAt(follower.detector.epoch, sequence);
    if (sequence > skippedFrom) this.#skipped(skippedFrom, sequence);
    this.#consumer.joined?.();
    follower.drain(this.#consumer.nowMs());
  }

  /** Single books have come, which the stream may have passed already. */
  fetched(loader: SnapshotLoader): boolean {
    const { follower, voice } = this.#options;
    const { firstSequence: sequence } = loader;
    if (!sameEpoch(loader.epoch ?? NO_EPOCH, follower.detector.epoch)) return false;
    if (sequence < follower.catchUp.minimumSequence) return false;
    const restored = this.#restore(loader);
    follower.catchUp.stop();
    voice.tell({ type: 'snapshot', sequence, instruments: restored.size });
    return restored.size > 0;
  }

  /** No relay can fill the hole: each instrument has to prove that it missed nothing. */
  skipHole(nowMs: number): void {
    const { follower, replica } = this.#options;
    const from = follower.detector.next;
    const to = follower.holeEnd;
    follower.resumeAt(follower.detector.epoch, to);
    for (const instrument of replica.instruments.values()) {
      const isAhead = instrument.joinSequence >= to;
      if (instrument.trouble === 'NONE' && !isAhead) instrument.isSuspect = true;
    }
    this.#skipped(from, to);
    follower.drain(nowMs);
  }

  #restore(loader: SnapshotLoader): ReadonlyMap<number, InstrumentReplica> {
    const { follower, replica, voice } = this.#options;
    const restored = new Map<number, InstrumentReplica>();
    for (const loaded of loader.loaded) {
      const instrument = replica.restore(loaded);
      if (instrument !== undefined) restored.set(instrument.id, instrument);
    }
    voice.stats.snapshots += 1;
    follower.catchUp.apply(restored, replica, follower.boundary);
    for (const instrument of restored.values()) {
      voice.listener.instrumentChanged?.(instrument);
      voice.listener.bookReset?.(instrument);
      this.#options.restored(instrument);
    }
    return restored;
  }

  #skipped(from: number, to: number): void {
    const { voice } = this.#options;
    voice.stats.skippedRecords += to - from;
    voice.tell({ type: 'trades-missed', from, to });
  }
}
