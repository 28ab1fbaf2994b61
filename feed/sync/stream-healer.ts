/** Asks relays for what a follower lacks: its history, the records of a gap, books. */

import {
  INCOMPLETE_JOINS,
  JOIN_WITHOUT_DATA_MS,
  MAX_INTEGER,
  MAX_SNAPSHOT_NAMES,
  REPAIR_GIVE_UP_MS,
} from '../limits.ts';
import { compareEpochs } from '../market.ts';
import { RejectCode, type RepairReject } from '../wire/repair-messages.ts';
import type { FeedConsumerOptions } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import { type RepairClient, RepairRequester, type RepairWant } from './repair-requester.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { StreamRestorer, type StreamRestorerOptions } from './stream-restorer.ts';

/** So many of them weigh as much as one that will not change. */
const REFUSAL_OF_ONE_BEHIND = 0.1;

/** What is being asked of a relay. */
type Purpose =
  /** The books of a position of the past: what `from` begins with. */
  | 'past'
  /** Every record from there or from the first: what a relay starts with. */
  | 'history'
  /** All books. */
  | 'join'
  /** The records of a gap. */
  | 'replay'
  /** The books of single instruments. */
  | 'books';

export interface StreamHealerOptions extends StreamRestorerOptions {
  /** What a join asks for; empty: everything. */
  readonly symbols: readonly string[];
}

/** How often each of several relays is asked for what is too old before it is believed to be gone. */
const ROUNDS_BEFORE_TOO_OLD = 8;

/**
 * What is wanted follows from the follower's state alone and is asked for anew until it is there;
 * so a lost request, a lost answer or a dead relay needs no special case.
 */
export class StreamHealer implements RepairClient {
  readonly requester: RepairRequester;
  readonly restorer: StreamRestorer;
  readonly #options: StreamHealerOptions;
  readonly #consumer: FeedConsumerOptions;
  readonly #startedMs: number;
  #purpose: Purpose | undefined;
  #loader: SnapshotLoader | undefined;
  #isHistoryGone = false;
  /** How often books of the past were refused; by a relay that is only a moment behind, in part. */
  #pastRefusals = 0;
  #isRelaySilent = false;
  #maySuspect = false;
  #incompleteJoins = 0;
  #tooOldInRow = 0;

  constructor(options: StreamHealerOptions, consumer: FeedConsumerOptions) {
    this.#options = options;
    this.#consumer = consumer;
    const { level, shard } = options;
    const { repairEndpoints: endpoints, sendRepair: send, random, nowMs } = consumer;
    this.requester = new RepairRequester({ level, shard, endpoints, send, random, client: this });
    this.restorer = new StreamRestorer(options, consumer);
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
    this.#pastRefusals = 0;
    this.#incompleteJoins = 0;
  }

  poll(nowMs: number): void {
    this.requester.poll(nowMs);
    const { hole } = this.#options.follower;
    if (hole?.isGap && nowMs - hole.progressMs >= REPAIR_GIVE_UP_MS) this.#skipHole(nowMs);
  }

  /** Asks for what is wanted now, unless that is under way. */
  pursue(nowMs: number): void {
    if (this.#maySuspect) this.#countSuspects();
    let purpose = this.#purposeNow(nowMs);
    if (purpose === 'join' && this.#consumer.withoutBooks === true) {
      if (this.#options.follower.announced === 0) return;
      this.requester.reset();
      this.restorer.joinedWithoutBooks();
      purpose = this.#purposeNow(nowMs);
    }
    if (this.requester.isOpen) {
      if (purpose === this.#purpose) return;
      this.requester.reset();
    }
    const { follower } = this.#options;
    for (let i = 0; i < this.#consumer.repairEndpoints; i++) {
      const current = this.#purposeNow(nowMs);
      if (current === undefined || !this.requester.mayAsk(nowMs)) return;
      this.#purpose = current;
      this.#loader = new SnapshotLoader(
        this.#consumer.crc32,
        this.#options.level,
        this.#options.shard,
      );
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
        if (this.#isPastWanted) return 'past';
        const { fromStart, from } = this.#consumer;
        const wantsHistory = fromStart === true || from !== undefined;
        return wantsHistory && !this.#isHistoryGone ? 'history' : 'join';
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

  /** Only a relay with an archive has them; else the history is read from its first record. */
  get #isPastWanted(): boolean {
    const { withoutBooks, repairEndpoints } = this.#consumer;
    const hasPast = this.#options.follower.toldFrom > 1;
    return hasPast && withoutBooks !== true && this.#pastRefusals < repairEndpoints;
  }

  #want(purpose: Purpose): RepairWant {
    const { follower, symbols } = this.#options;
    const { next } = follower.detector;
    switch (purpose) {
      case 'past':
        return { kind: 'past', position: follower.toldFrom, symbols };
      case 'history':
        return { kind: 'replay', from: next || follower.historyBegin, to: MAX_INTEGER };
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

  // What relays answer

  repairPackets(packets: readonly Uint8Array[], isLast: boolean): boolean {
    const { follower, voice } = this.#options;
    this.#isRelaySilent = false;
    if (follower.hole !== undefined) follower.hole.progressMs = this.#consumer.nowMs();
    this.#tooOldInRow = 0;
    if (this.#purpose === 'replay' || this.#purpose === 'history') {
      return this.restorer.replayed(packets);
    }
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
    if (this.#purpose === 'past') return this.restorer.past(loader);
    if (this.#purpose !== 'join') return this.restorer.fetched(loader);
    return !this.#lacksSymbols(loader) && this.restorer.joined(loader);
  }

  /** A request may have been damaged on its way: what a relay seems not to know is asked for again. */
  #lacksSymbols({ loaded }: SnapshotLoader): boolean {
    const has = new Set(loaded.map(({ definition }) => definition.symbol));
    if (this.#options.symbols.every((symbol) => has.has(symbol))) return false;
    this.#incompleteJoins += 1;
    return this.#incompleteJoins <= INCOMPLETE_JOINS;
  }

  repairRejected(reject: RepairReject): void {
    const { follower, replica } = this.#options;
    this.#isRelaySilent = false;
    if (this.#purpose === 'past' && reject.code !== RejectCode.WRONG_EPOCH) {
      this.#pastRefused(reject.code);
      return;
    }
    switch (reject.code) {
      case RejectCode.TOO_OLD:
        if (!this.#isGoneEverywhere()) break;
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

  #pastRefused(code: number): void {
    if (code === RejectCode.AHEAD_OF_ME) {
      this.#pastRefusals += REFUSAL_OF_ONE_BEHIND;
    } else {
      this.#pastRefusals += 1;
      // There is another way, which need not wait.
      this.requester.reset();
    }
  }

  repairFailed(): void {
    this.#isRelaySilent = true;
    if (this.#options.follower.hole?.isGap === true) this.#skipHole(this.#consumer.nowMs());
  }

  /**
   * A relay asks everybody before it does without: another relay may have what the engine has not,
   * and may not be connected yet.
   */
  #isGoneEverywhere(): boolean {
    this.#tooOldInRow += 1;
    const { mustRepair, repairEndpoints } = this.#consumer;
    const isShared = mustRepair === true && repairEndpoints > 1;
    if (isShared && this.#tooOldInRow < repairEndpoints * ROUNDS_BEFORE_TOO_OLD) return false;
    this.#tooOldInRow = 0;
    return true;
  }

  #giveUpHistory(): void {
    const { follower } = this.#options;
    this.#isHistoryGone = true;
    follower.hole = undefined;
    follower.phase = ConsumerPhase.Joining;
  }

  #skipHole(nowMs: number): void {
    const { follower } = this.#options;
    if (this.#consumer.mustRepair === true || follower.phase === ConsumerPhase.Joining) return;
    this.requester.cancel();
    this.#purpose = undefined;
    this.#maySuspect = true;
    this.restorer.skipHole(nowMs);
  }
}
