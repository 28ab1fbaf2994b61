/** Asks relays for what a follower lacks (history, ranges, books) and puts the answers in place. */

import {
  JOIN_WITHOUT_DATA_MS,
  MAX_INTEGER,
  MAX_SNAPSHOT_NAMES,
  REPAIR_GIVE_UP_MS,
} from '../limits.ts';
import { compareEpochs, NO_EPOCH, sameEpoch } from '../market.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { RejectCode, type RepairReject } from '../wire/repair-messages.ts';
import type { StreamLevel } from '../wire/topic.ts';
import type { FeedConsumerOptions, KeptStream } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import type { FeedVoice } from './feed-voice.ts';
import type { InstrumentReplica } from './instrument-replica.ts';
import { type RepairClient, RepairRequester, type RepairWant } from './repair-requester.ts';
import type { Replica } from './replica.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import type { StreamFollower } from './stream-follower.ts';

/** What is being asked of a relay. */
type Purpose =
  /** Every record from the first: what a relay starts with. */
  | 'history'
  /** All books. */
  | 'join'
  /** The records of a gap. */
  | 'replay'
  /** The books of single instruments. */
  | 'books';

export interface StreamHealerOptions {
  readonly level: StreamLevel;
  readonly shard: number;
  /** What a join asks for; empty: everything. */
  readonly symbols: readonly string[];
  readonly follower: StreamFollower;
  readonly replica: Replica;
  readonly voice: FeedVoice;
  /** A book has been put in place. */
  readonly restored: (instrument: InstrumentReplica) => void;
}

/**
 * What is wanted follows from the follower's state alone and is asked for anew until it is there;
 * so a lost request, a lost answer or a dead relay needs no special case.
 */
export class StreamHealer implements RepairClient {
  readonly requester: RepairRequester;
  readonly #options: StreamHealerOptions;
  readonly #consumer: FeedConsumerOptions;
  readonly #startedMs: number;
  #purpose: Purpose | undefined;
  #loader: SnapshotLoader | undefined;
  #isHistoryGone = false;
  #isRelaySilent = false;
  #maySuspect = false;

  constructor(options: StreamHealerOptions, consumer: FeedConsumerOptions) {
    this.#options = options;
    this.#consumer = consumer;
    const { level, shard } = options;
    const { repairEndpoints: endpoints, sendRepair: send, random, nowMs } = consumer;
    this.requester = new RepairRequester({ level, shard, endpoints, send, random, client: this });
    this.#startedMs = nowMs();
  }

  get isWithoutRelay(): boolean {
    return this.#isRelaySilent || this.#consumer.repairEndpoints === 0;
  }

  /** What is under way no longer fits what is wanted. */
  abandon(): void {
    this.requester.reset();
    this.#purpose = undefined;
    this.#loader = undefined;
  }

  /** Another history begins. */
  restart(): void {
    this.abandon();
    this.#isHistoryGone = false;
  }

  poll(nowMs: number): void {
    this.requester.poll(nowMs);
    const { hole } = this.#options.follower;
    if (hole?.isGap && nowMs - hole.progressMs >= REPAIR_GIVE_UP_MS) this.#skipHole(nowMs);
  }

  /** Asks for what is wanted now, unless that is under way. */
  pursue(nowMs: number): void {
    if (this.#maySuspect) this.#countSuspects();
    const purpose = this.#purposeNow(nowMs);
    if (this.requester.isOpen) {
      if (purpose === this.#purpose) return;
      this.requester.reset();
    }
    const { follower } = this.#options;
    for (let i = 0; i < this.#consumer.repairEndpoints; i++) {
      const current = this.#purposeNow(nowMs);
      if (current === undefined || !this.requester.mayAsk(nowMs)) return;
      this.#purpose = current;
      this.#loader = new SnapshotLoader(this.#consumer.crc32, this.#options.level);
      this.requester.ask(this.#want(current), follower.detector.epoch, nowMs);
      if (this.requester.isOpen) return;
    }
  }

  #purposeNow(nowMs: number): Purpose | undefined {
    const { follower, replica } = this.#options;
    switch (follower.phase) {
      case ConsumerPhase.Joining: {
        const isKnown = follower.announced > 0;
        if (!isKnown && nowMs - this.#startedMs < JOIN_WITHOUT_DATA_MS) return undefined;
        return this.#consumer.fromStart === true && !this.#isHistoryGone ? 'history' : 'join';
      }
      case ConsumerPhase.Rejoining:
        return 'join';
      case ConsumerPhase.Repairing:
        return follower.hole?.isGap === false ? 'history' : 'replay';
      case ConsumerPhase.Following: {
        const isDoubtful = replica.troubled.size > 0 || replica.unknown.size > 0;
        return isDoubtful || this.#maySuspect ? 'books' : undefined;
      }
    }
  }

  #want(purpose: Purpose): RepairWant {
    const { follower, symbols } = this.#options;
    const { next } = follower.detector;
    switch (purpose) {
      case 'history':
        return { kind: 'replay', from: Math.max(next, 1), to: MAX_INTEGER };
      case 'replay':
        return { kind: 'replay', from: next, to: follower.holeEnd };
      case 'join': {
        const { buffer } = follower;
        const minimumSequence = buffer.isEmpty ? next : buffer.firstSequence;
        return { kind: 'snapshot', minimumSequence, ids: [], symbols };
      }
      case 'books': {
        const { catchUp } = follower;
        if (!catchUp.isKeeping) catchUp.start(next);
        const { minimumSequence } = catchUp;
        return { kind: 'snapshot', minimumSequence, ids: this.#doubtful(), symbols: [] };
      }
    }
  }

  #doubtful(): number[] {
    const { troubled, unknown, instruments } = this.#options.replica;
    const ids = [...unknown];
    for (const instrument of troubled) ids.push(instrument.id);
    if (this.#maySuspect) {
      for (const instrument of instruments.values()) {
        if (instrument.isSuspect) ids.push(instrument.id);
      }
    }
    return ids.slice(0, MAX_SNAPSHOT_NAMES);
  }

  #countSuspects(): void {
    for (const instrument of this.#options.replica.instruments.values()) {
      if (instrument.isSuspect) return;
    }
    this.#maySuspect = false;
  }

  /**
   * Begins with what was kept, before anything is received; what has happened since is asked for
   * like the history that it is. Throws `DecodeError` when the books are no book snapshot.
   */
  restore({ epoch, firstSequence, keyframe, packets }: KeptStream): void {
    const { follower, level } = this.#options;
    const { crc32, joined, nowMs } = this.#consumer;
    const loader = new SnapshotLoader(crc32, level);
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

  // What relays answer

  repairPackets(packets: readonly Uint8Array[], isLast: boolean): boolean {
    const { follower, voice } = this.#options;
    this.#isRelaySilent = false;
    if (follower.hole !== undefined) follower.hole.progressMs = this.#consumer.nowMs();
    if (this.#purpose === 'replay' || this.#purpose === 'history') return this.#replayed(packets);
    const loader = this.#loader;
    if (loader === undefined) return false;
    try {
      for (const packet of packets) loader.add(packet);
    } catch (error) {
      voice.bad(error);
      return false;
    }
    if (!isLast) return true;
    if (!loader.isComplete) return false;
    return this.#purpose === 'join' ? this.#joined(loader) : this.#fetched(loader);
  }

  repairRejected(reject: RepairReject): void {
    const { follower, replica } = this.#options;
    this.#isRelaySilent = false;
    switch (reject.code) {
      case RejectCode.TOO_OLD:
        if (this.#purpose === 'history') this.#giveUpHistory();
        else if (follower.phase === ConsumerPhase.Repairing) {
          follower.phase = ConsumerPhase.Rejoining;
        }
        break;
      case RejectCode.WRONG_EPOCH:
        if (compareEpochs(reject.epoch, follower.detector.epoch) > 0) {
          follower.startEpoch(reject.epoch);
        }
        break;
      case RejectCode.UNKNOWN_INSTRUMENT:
        for (const id of replica.unknown) replica.ignore(id);
        break;
      default:
        break;
    }
  }

  repairFailed(): void {
    this.#isRelaySilent = true;
    if (this.#options.follower.hole?.isGap === true) this.#skipHole(this.#consumer.nowMs());
  }

  #giveUpHistory(): void {
    const { follower } = this.#options;
    this.#isHistoryGone = true;
    follower.hole = undefined;
    follower.phase = ConsumerPhase.Joining;
  }

  #replayed(packets: readonly Uint8Array[]): boolean {
    const { follower, voice } = this.#options;
    const nowMs = this.#consumer.nowMs();
    for (const packet of packets) {
      const header = follower.open(packet);
      if (header === undefined) return false;
      const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
      const { firstSequence: first, count } = header;
      if (follower.phase === ConsumerPhase.Joining) {
        const order = compareEpochs(epoch, follower.detector.epoch);
        if (order < 0 || first !== 1) return false;
        if (order > 0) follower.startEpoch(epoch);
        this.#purpose = 'history';
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
  #joined(loader: SnapshotLoader): boolean {
    const { follower, replica, voice } = this.#options;
    const epoch = loader.epoch ?? NO_EPOCH;
    const sequence = loader.firstSequence;
    const order = compareEpochs(epoch, follower.detector.epoch);
    if (order < 0) return false;
    if (order > 0) follower.startEpoch(epoch);
    // Older than what waits: asked for again, while the buffer is kept.
    if (!follower.buffer.isEmpty && sequence < follower.buffer.firstSequence) return false;
    if (sequence < follower.boundary) return false;
    const skippedFrom =
      follower.phase === ConsumerPhase.Rejoining ? follower.detector.next : sequence;
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

  /** Single books have come, which the stream may have passed already. */
  #fetched(loader: SnapshotLoader): boolean {
    const { follower, voice } = this.#options;
    const { firstSequence: sequence } = loader;
    if (!sameEpoch(loader.epoch ?? NO_EPOCH, follower.detector.epoch)) return false;
    if (sequence < follower.catchUp.minimumSequence) return false;
    const restored = this.#restore(loader);
    follower.catchUp.stop();
    voice.tell({ type: 'snapshot', sequence, instruments: restored.size });
    return restored.size > 0;
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

  /** No relay can fill the hole: each instrument has to prove that it missed nothing. */
  #skipHole(nowMs: number): void {
    const { follower, replica } = this.#options;
    if (this.#consumer.mustRepair === true || follower.phase === ConsumerPhase.Joining) return;
    const from = follower.detector.next;
    const to = follower.holeEnd;
    this.requester.cancel();
    this.#purpose = undefined;
    follower.resumeAt(follower.detector.epoch, to);
    for (const instrument of replica.instruments.values()) {
      const isAhead = instrument.joinSequence >= to;
      if (instrument.trouble === 'NONE' && !isAhead) instrument.isSuspect = true;
    }
    this.#maySuspect = true;
    this.#skipped(from, to);
    follower.drain(nowMs);
  }

  #skipped(from: number, to: number): void {
    const { voice } = this.#options;
    voice.stats.skippedRecords += to - from;
    voice.tell({ type: 'trades-missed', from, to });
  }
}
