/**
 * Follows one stream: joins late, applies whole transactions, sees gaps, has them repaired, and says
 * what each book is worth. Knows no socket, clock or timer; they come in through its options.
 */

import {
  JOIN_BUFFER_BYTES,
  JOIN_WITHOUT_DATA_MS,
  MAX_INTEGER,
  MAX_SNAPSHOT_NAMES,
  REPAIR_GIVE_UP_MS,
} from '../limits.ts';
import type { FeedEvent, FeedInstrument, FeedListener } from '../listener.ts';
import {
  compareEpochs,
  type Epoch,
  FeedState,
  NO_EPOCH,
  type StateReason,
  type StreamPosition,
  sameEpoch,
} from '../market.ts';
import { type MonotonicClock, nanos, nanosBetween, type WallClock } from '../nanos.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { type Crc32, PacketFlag, type PacketHeader } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import { RejectCode, type RepairReject } from '../wire/repair-messages.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { CatchUp } from './catch-up.ts';
import { ConsumerPhase, instrumentStanding, type Standing, streamStanding } from './feed-states.ts';
import { type FeedStats, feedStats } from './feed-stats.ts';
import { Freshness } from './freshness.ts';
import { GapDetector, PacketVerdict } from './gap-detector.ts';
import { JoinBuffer } from './join-buffer.ts';
import { type RepairClient, RepairRequester, type RepairWant } from './repair-requester.ts';
import { type InstrumentReplica, Replica } from './replica.ts';
import { SnapshotLoader } from './snapshot-loader.ts';
import { TransactionApplier } from './transaction-applier.ts';
import { TransactionAssembler } from './transaction-assembler.ts';

export interface FeedConsumerOptions {
  readonly level?: StreamLevel;
  readonly shard?: number;
  /** Symbols, or all (the default). */
  readonly instruments?: 'all' | readonly string[];
  readonly listener: FeedListener;
  /** Hears every event before the listener: for a log. */
  readonly observe?: (event: FeedEvent) => void;
  readonly crc32: Crc32;
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  /** 0 <= x < 1; spreads the retries of many consumers. */
  readonly random: () => number;
  /** How many relays can be asked, and how. False: it cannot be sent now. */
  readonly repairEndpoints: number;
  readonly sendRepair: (endpoint: number, message: Uint8Array) => boolean;
  /** Bytes of packets that may wait for a repair. */
  readonly bufferBytes?: number;
  /** True for a relay: asks for the whole history before it asks for books. */
  readonly fromStart?: boolean;
  /** True for a relay: a gap is never skipped while there is hope. */
  readonly mustRepair?: boolean;
  /** Every packet with records, in order and without holes, before the listener hears of it. */
  readonly accepted?: (packet: Uint8Array, firstSequence: number, count: number) => void;
  /** The next accepted packet does not follow the one before. */
  readonly restarted?: (epoch: Epoch, sequence: number) => void;
}

/** What is being asked of a relay. */
type Purpose = 'history' | 'join' | 'replay' | 'books';

/** Records known to exist that have not come. */
interface Hole {
  readonly from: number;
  /** When it was seen, or when a relay last sent part of it. */
  progressMs: number;
  /** False for the history that a relay fetches when it starts. */
  readonly isGap: boolean;
}

export class FeedConsumer implements RepairClient {
  readonly stats: FeedStats = feedStats();
  readonly requester: RepairRequester;
  readonly #options: FeedConsumerOptions;
  readonly #listener: FeedListener;
  readonly #topic: Uint8Array;
  readonly #replica: Replica;
  readonly #reader: RecordReader;
  readonly #detector = new GapDetector();
  readonly #buffer: JoinBuffer;
  readonly #assembler: TransactionAssembler;
  readonly #applier: TransactionApplier;
  readonly #catchUp: CatchUp;
  readonly #freshness = new Freshness();
  readonly #symbols: readonly string[];
  readonly #startedMs: number;
  readonly #now = nanos();
  #phase: ConsumerPhase = ConsumerPhase.Joining;
  #standing: Standing = { state: FeedState.Syncing, reason: 'NO_DATA' };
  #staleReason: StateReason = 'NONE';
  /** The highest sequence that any packet has announced as next. */
  #announced = 0;
  #hole: Hole | undefined;
  #purpose: Purpose | undefined;
  #loader: SnapshotLoader | undefined;
  #isHistoryGone = false;
  #isRelaySilent = false;
  #maySuspect = false;
  /** Books out of a snapshot that the stream has not reached yet. */
  #ahead: InstrumentReplica[] = [];
  /** Where the epoch before was left. */
  #left: StreamPosition | undefined;
  #lowerEpochTold: Epoch = NO_EPOCH;

  constructor(options: FeedConsumerOptions) {
    this.#options = options;
    this.#listener = options.listener;
    const level = options.level ?? StreamLevel.L2;
    const shard = options.shard ?? 0;
    this.#topic = shardTopic(level, shard);
    const { instruments = 'all', crc32, random } = options;
    this.#symbols = instruments === 'all' ? [] : instruments;
    this.#replica = new Replica({
      selected: instruments === 'all' ? undefined : new Set(instruments),
      listener: this.#listener,
      changed: (instrument) => this.#refresh(instrument),
      hashChecked: (instrument, isEqual) => this.#hashChecked(instrument, isEqual),
    });
    this.#reader = new RecordReader(crc32);
    this.#buffer = new JoinBuffer(options.bufferBytes ?? JOIN_BUFFER_BYTES);
    this.#catchUp = new CatchUp(options.bufferBytes ?? JOIN_BUFFER_BYTES, crc32);
    this.#applier = new TransactionApplier({
      replica: this.#replica,
      listener: this.#listener,
      stats: this.stats,
      header: this.#reader.header,
      badRecord: (error) => this.#bad(error),
      epochStarted: (previous, last) => this.#epochStarted(previous, last),
    });
    this.#assembler = new TransactionAssembler(crc32, {
      record: (reader, sequence) => this.#applier.record(reader, sequence),
      tooLong: (error) => this.#bad(error),
    });
    const { repairEndpoints: endpoints, sendRepair: send } = options;
    this.requester = new RepairRequester({ level, shard, endpoints, send, random, client: this });
    this.#startedMs = options.nowMs();
  }

  get instruments(): ReadonlyMap<number, FeedInstrument> {
    return this.#replica.instruments;
  }

  find(symbol: string): FeedInstrument | undefined {
    return this.#replica.find(symbol);
  }

  /** After the last whole transaction that the books show. */
  get position(): StreamPosition {
    return { epoch: this.#detector.epoch, sequence: this.#assembler.boundary };
  }

  get state(): FeedState {
    return this.#standing.state;
  }

  get reason(): StateReason {
    return this.#standing.reason;
  }

  /** True once there are books, whatever they are worth at the moment. */
  get hasJoined(): boolean {
    return this.#phase !== ConsumerPhase.Joining && this.#hole?.isGap !== false;
  }

  /** Whether an instrument's book is right as of `position`, whatever has come since. */
  isProven(id: number): boolean {
    const instrument = this.#replica.instruments.get(id);
    if (instrument === undefined || !this.hasJoined) return false;
    const isTrusted = instrument.trouble === 'NONE' && !instrument.isSuspect;
    return isTrusted && instrument.joinSequence <= this.#assembler.boundary;
  }

  /** Takes one frame of the stream, whatever it holds; the bytes are the consumer's to keep. */
  receive(packet: Uint8Array): void {
    const header = this.#open(packet);
    if (header === undefined) return;
    const nowMs = this.#options.nowMs();
    this.stats.packets += 1;
    this.stats.bytes += packet.byteLength;
    const { epochSeconds: seconds, epochRandom: random, firstSequence: first, count } = header;
    const verdict = this.#detector.classify(seconds, random, first, count);
    if (verdict === PacketVerdict.LowerEpoch) {
      this.#lowerEpoch({ seconds, random }, nowMs);
    } else if ((header.flags & PacketFlag.Snapshot) === 0) {
      if (verdict === PacketVerdict.HigherEpoch) this.#startEpoch({ seconds, random });
      const endsSession = (header.flags & PacketFlag.EndOfSession) !== 0;
      this.#freshness.heard(nowMs, this.#ageMs(header), endsSession);
      this.#announced = Math.max(this.#announced, first + count);
      if ((header.flags & PacketFlag.Heartbeat) !== 0) this.#heartbeat(first, nowMs);
      else this.#data(packet, first, count, nowMs);
      if (endsSession) this.#tell({ type: 'end-of-session' });
    }
    this.#settle(nowMs);
  }

  /** Judges freshness and time-outs: call it every few milliseconds, with the socket drained. */
  poll(): void {
    const nowMs = this.#options.nowMs();
    this.requester.poll(nowMs);
    const hole = this.#hole;
    if (hole?.isGap && nowMs - hole.progressMs >= REPAIR_GIVE_UP_MS) this.#skipHole(nowMs);
    this.#judge(nowMs);
    this.#settle(nowMs);
  }

  /** Takes one frame from a relay. */
  receiveRepair(endpoint: number, message: Uint8Array): void {
    const nowMs = this.#options.nowMs();
    this.requester.receive(endpoint, message, nowMs);
    this.#settle(nowMs);
  }

  // What packets of the stream cause

  #data(packet: Uint8Array, first: number, count: number, nowMs: number): void {
    const isWaiting =
      this.#phase === ConsumerPhase.Joining || this.#phase === ConsumerPhase.Rejoining;
    if (!isWaiting && first <= this.#detector.next) {
      if (first + count <= this.#detector.next) {
        this.stats.duplicates += 1;
        return;
      }
      this.#consume(packet);
    } else {
      // The states go first: nobody may believe a book while a gap is being looked at.
      if (this.#phase === ConsumerPhase.Following) this.#openHole(true, first, nowMs);
      this.#keep(packet, first, count);
      if (this.#phase === ConsumerPhase.Joining && this.#buffer.firstSequence === 1) this.#begin();
    }
    this.#drain(nowMs);
  }

  #heartbeat(first: number, nowMs: number): void {
    this.stats.heartbeats += 1;
    if (this.#phase === ConsumerPhase.Joining) {
      if (this.#announced === 1) this.#begin();
      return;
    }
    if (this.#phase !== ConsumerPhase.Following) return;
    if (first > this.#detector.next) {
      this.#openHole(true, first, nowMs);
    } else if (first === this.#detector.next && !this.#assembler.isCarrying) {
      this.#checkPositions(first);
    }
  }

  #checkPositions(sequence: number): void {
    try {
      while (this.#reader.next()) {
        if (this.#reader.type === RecordType.InstrumentPosition) {
          this.#replica.checkPosition(this.#reader, sequence);
        }
      }
    } catch (error) {
      this.#bad(error);
    }
  }

  /** Takes the packet that the reader has open, which holds the next record expected. */
  #consume(packet: Uint8Array): void {
    const { firstSequence, count } = this.#reader.header;
    try {
      const next = this.#assembler.accept(this.#reader, packet, this.#detector.next);
      this.#detector.next = next;
    } catch (error) {
      this.#bad(error);
      return;
    }
    this.#catchUp.keep(packet, firstSequence, count);
    this.#options.accepted?.(packet, firstSequence, count);
  }

  #keep(packet: Uint8Array, first: number, count: number): void {
    if (this.#buffer.add(packet, first, count)) return;
    // Too far behind: what waits is given up, and books as new as this packet are asked for.
    this.stats.bufferOverflows += 1;
    this.#buffer.clear();
    this.#buffer.add(packet, first, count);
    if (this.#phase === ConsumerPhase.Repairing) this.#phase = ConsumerPhase.Rejoining;
    this.requester.reset();
    this.#purpose = undefined;
  }

  /** Consumes what has been waiting for the record that is expected next. */
  #drain(nowMs: number): void {
    if (this.#phase !== ConsumerPhase.Following && this.#phase !== ConsumerPhase.Repairing) return;
    for (;;) {
      const before = this.#detector.next;
      const packet = this.#buffer.take(before);
      if (packet === undefined) break;
      if (this.#open(packet) !== undefined) this.#consume(packet);
    }
    const { next } = this.#detector;
    const hole = this.#hole;
    if (hole !== undefined && next >= this.#holeEnd()) {
      this.#hole = undefined;
      this.#phase = ConsumerPhase.Following;
      if (hole.isGap) this.#tell({ type: 'repaired', from: hole.from, to: next });
    } else if (hole === undefined && next < this.#announced) {
      this.#openHole(true, this.#holeEnd(), nowMs);
    }
  }

  #openHole(isGap: boolean, to: number, nowMs: number): void {
    this.#phase = ConsumerPhase.Repairing;
    this.#hole = { from: this.#detector.next, progressMs: nowMs, isGap };
    if (!isGap) return;
    this.#refreshAll();
    this.stats.gaps += 1;
    this.#tell({ type: 'gap', from: this.#detector.next, to });
  }

  #holeEnd(): number {
    return this.#buffer.isEmpty ? this.#announced : this.#buffer.firstSequence;
  }

  // Epochs

  #startEpoch(epoch: Epoch): void {
    const previous = this.#detector.epoch;
    this.#phase = ConsumerPhase.Joining;
    this.#hole = undefined;
    this.#freshness.restart();
    if (!sameEpoch(previous, NO_EPOCH)) {
      this.#left = { epoch: previous, sequence: this.#assembler.boundary };
      this.#refreshAll();
      this.#tell({ type: 'epoch', previous, current: epoch });
    }
    this.#replica.clear();
    this.#buffer.clear();
    this.#catchUp.stop();
    this.requester.reset();
    this.#purpose = undefined;
    this.#loader = undefined;
    this.#announced = 0;
    this.#isHistoryGone = false;
    this.#jump(epoch, 0);
  }

  /** Goes on at a position that does not follow from the one before. */
  #jump(epoch: Epoch, sequence: number): void {
    this.#detector.follow(epoch, sequence);
    this.#assembler.reset(sequence);
    this.#applier.reset(epoch);
    this.#catchUp.stop();
    this.#ahead = [];
    this.#options.restarted?.(epoch, sequence);
  }

  /** The very first record of an epoch is at hand: no snapshot is needed. */
  #begin(): void {
    this.#jump(this.#detector.epoch, 1);
    this.#phase = ConsumerPhase.Following;
  }

  #epochStarted(previous: Epoch, lastSequence: number): void {
    const left = this.#left;
    this.#left = undefined;
    if (left === undefined || !sameEpoch(left.epoch, previous)) return;
    if (left.sequence > 0 && left.sequence <= lastSequence) {
      this.#tell({ type: 'trades-missed', from: left.sequence, to: lastSequence + 1 });
    }
  }

  #lowerEpoch(heard: Epoch, nowMs: number): void {
    this.stats.lowerEpochPackets += 1;
    this.#freshness.heardLowerEpoch(nowMs);
    if (sameEpoch(heard, this.#lowerEpochTold)) return;
    this.#lowerEpochTold = heard;
    this.#tell({ type: 'lower-epoch', heard, current: this.#detector.epoch });
  }

  // What is asked of relays

  #pursue(nowMs: number): void {
    const purpose = this.#purposeNow(nowMs);
    if (this.requester.isOpen) {
      if (purpose === this.#purpose) return;
      this.requester.reset();
    }
    for (let i = 0; i < this.#options.repairEndpoints; i++) {
      const current = this.#purposeNow(nowMs);
      if (current === undefined || !this.requester.mayAsk(nowMs)) return;
      this.#purpose = current;
      this.#loader = new SnapshotLoader(this.#options.crc32);
      this.requester.ask(this.#want(current), this.#detector.epoch, nowMs);
      if (this.requester.isOpen) return;
    }
  }

  #purposeNow(nowMs: number): Purpose | undefined {
    switch (this.#phase) {
      case ConsumerPhase.Joining: {
        const isKnown = this.#announced > 0;
        if (!isKnown && nowMs - this.#startedMs < JOIN_WITHOUT_DATA_MS) return undefined;
        return this.#options.fromStart === true && !this.#isHistoryGone ? 'history' : 'join';
      }
      case ConsumerPhase.Rejoining:
        return 'join';
      case ConsumerPhase.Repairing:
        return this.#hole?.isGap === false ? 'history' : 'replay';
      case ConsumerPhase.Following: {
        const { troubled, unknown } = this.#replica;
        return troubled.size > 0 || unknown.size > 0 || this.#maySuspect ? 'books' : undefined;
      }
    }
  }

  #want(purpose: Purpose): RepairWant {
    const { next } = this.#detector;
    switch (purpose) {
      case 'history':
        return { kind: 'replay', from: Math.max(next, 1), to: MAX_INTEGER };
      case 'replay':
        return { kind: 'replay', from: next, to: this.#holeEnd() };
      case 'join': {
        const minimumSequence = this.#buffer.isEmpty ? next : this.#buffer.firstSequence;
        return { kind: 'snapshot', minimumSequence, ids: [], symbols: this.#symbols };
      }
      case 'books': {
        if (!this.#catchUp.isKeeping) this.#catchUp.start(next);
        const { minimumSequence } = this.#catchUp;
        return { kind: 'snapshot', minimumSequence, ids: this.#doubtful(), symbols: [] };
      }
    }
  }

  #doubtful(): number[] {
    const { troubled, unknown, instruments } = this.#replica;
    const ids = [...unknown];
    for (const instrument of troubled) ids.push(instrument.id);
    if (this.#maySuspect) {
      for (const instrument of instruments.values()) {
        if (instrument.isSuspect) ids.push(instrument.id);
      }
    }
    return ids.slice(0, MAX_SNAPSHOT_NAMES);
  }

  repairPackets(packets: readonly Uint8Array[], isLast: boolean): boolean {
    this.#isRelaySilent = false;
    if (this.#hole !== undefined) this.#hole.progressMs = this.#options.nowMs();
    if (this.#purpose === 'replay' || this.#purpose === 'history') return this.#replayed(packets);
    const loader = this.#loader;
    if (loader === undefined) return false;
    try {
      for (const packet of packets) loader.add(packet);
    } catch (error) {
      this.#bad(error);
      return false;
    }
    if (!isLast) return true;
    if (!loader.isComplete) return false;
    return this.#purpose === 'join' ? this.#joined(loader) : this.#fetched(loader);
  }

  repairRejected(reject: RepairReject): void {
    this.#isRelaySilent = false;
    switch (reject.code) {
      case RejectCode.TOO_OLD:
        if (this.#phase === ConsumerPhase.Repairing) this.#phase = ConsumerPhase.Rejoining;
        if (this.#purpose === 'history') this.#giveUpHistory();
        break;
      case RejectCode.WRONG_EPOCH:
        if (compareEpochs(reject.epoch, this.#detector.epoch) > 0) this.#startEpoch(reject.epoch);
        break;
      case RejectCode.UNKNOWN_INSTRUMENT:
        for (const id of this.#replica.unknown) this.#replica.ignore(id);
        break;
      default:
        break;
    }
  }

  repairFailed(): void {
    this.#isRelaySilent = true;
    if (this.#hole?.isGap === true) this.#skipHole(this.#options.nowMs());
  }

  #giveUpHistory(): void {
    this.#isHistoryGone = true;
    this.#hole = undefined;
    this.#phase = ConsumerPhase.Joining;
  }

  #replayed(packets: readonly Uint8Array[]): boolean {
    const nowMs = this.#options.nowMs();
    for (const packet of packets) {
      const header = this.#open(packet);
      if (header === undefined) return false;
      const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
      if (!sameEpoch(epoch, this.#detector.epoch)) {
        if (this.#purpose !== 'history' || this.#phase !== ConsumerPhase.Joining) return false;
        if (compareEpochs(epoch, this.#detector.epoch) < 0) return false;
        this.#startEpoch(epoch);
        this.#purpose = 'history';
      }
      if (this.#phase === ConsumerPhase.Joining) {
        this.#begin();
        this.#openHole(false, this.#announced, nowMs);
      }
      const { firstSequence: first, count } = header;
      if (first > this.#detector.next) return false;
      if (first + count <= this.#detector.next) continue;
      const before = this.#detector.next;
      this.#consume(packet);
      this.#announced = Math.max(this.#announced, this.#detector.next);
      this.stats.repairedRecords += this.#detector.next - before;
    }
    this.#drain(nowMs);
    return true;
  }

  /** All books have come: the stream goes on behind them. */
  #joined(loader: SnapshotLoader): boolean {
    const epoch = loader.epoch ?? NO_EPOCH;
    const sequence = loader.firstSequence;
    const order = compareEpochs(epoch, this.#detector.epoch);
    if (order < 0) return false;
    if (order > 0) this.#startEpoch(epoch);
    // Older than what waits: asked for again, while the buffer is kept.
    if (!this.#buffer.isEmpty && sequence < this.#buffer.firstSequence) return false;
    if (sequence < this.#assembler.boundary) return false;
    const skippedFrom = this.#phase === ConsumerPhase.Rejoining ? this.#detector.next : 0;
    this.#hole = undefined;
    this.#phase = ConsumerPhase.Following;
    this.#announced = Math.max(this.#announced, sequence);
    this.#jump(epoch, sequence);
    const restored = this.#restore(loader);
    for (const instrument of this.#replica.instruments.values()) {
      // The relay cannot vouch for it, and what it missed is unknown.
      if (!restored.has(instrument.id)) this.#replica.distrust(instrument, 'MISSED_RECORDS');
    }
    if (skippedFrom > 0 && sequence > skippedFrom) {
      this.stats.skippedRecords += sequence - skippedFrom;
      this.#tell({ type: 'trades-missed', from: skippedFrom, to: sequence });
    }
    this.#tell({ type: 'snapshot', sequence, instruments: restored.size });
    this.#drain(this.#options.nowMs());
    return true;
  }

  /** Single books have come, which the stream may have passed already. */
  #fetched(loader: SnapshotLoader): boolean {
    if (!sameEpoch(loader.epoch ?? NO_EPOCH, this.#detector.epoch)) return false;
    if (loader.firstSequence < this.#catchUp.minimumSequence) return false;
    const restored = this.#restore(loader);
    this.#catchUp.stop();
    const { firstSequence: sequence } = loader;
    this.#tell({ type: 'snapshot', sequence, instruments: restored.size });
    return restored.size > 0;
  }

  #restore(loader: SnapshotLoader): ReadonlyMap<number, InstrumentReplica> {
    const restored = new Map<number, InstrumentReplica>();
    for (const loaded of loader.loaded) {
      const instrument = this.#replica.restore(loaded);
      if (instrument !== undefined) restored.set(instrument.id, instrument);
    }
    this.stats.snapshots += 1;
    const { boundary } = this.#assembler;
    this.#catchUp.apply(restored, this.#replica, boundary);
    for (const instrument of restored.values()) {
      if (instrument.joinSequence > boundary) this.#ahead.push(instrument);
      this.#listener.instrumentChanged?.(instrument);
      this.#listener.bookReset?.(instrument);
      this.#refresh(instrument);
    }
    return restored;
  }

  /** No relay can fill the hole: each instrument has to prove that it missed nothing. */
  #skipHole(nowMs: number): void {
    const isHopeless = this.#options.mustRepair !== true;
    if (!isHopeless || this.#phase === ConsumerPhase.Joining) return;
    const from = this.#detector.next;
    const to = this.#holeEnd();
    this.#hole = undefined;
    this.#phase = ConsumerPhase.Following;
    this.requester.cancel();
    this.#purpose = undefined;
    const ahead = this.#ahead;
    this.#jump(this.#detector.epoch, to);
    this.#ahead = ahead;
    for (const instrument of this.#replica.instruments.values()) {
      if (instrument.trouble === 'NONE' && instrument.joinSequence < to)
        instrument.isSuspect = true;
    }
    this.#maySuspect = true;
    this.stats.skippedRecords += to - from;
    this.#tell({ type: 'trades-missed', from, to });
    this.#drain(nowMs);
  }

  // States

  #settle(nowMs: number): void {
    if (this.#ahead.length > 0) this.#lookAhead();
    if (this.#maySuspect) this.#countSuspects();
    this.#pursue(nowMs);
    if (this.#staleReason !== 'NONE') this.#judge(nowMs);
    this.#refreshAll();
  }

  #lookAhead(): void {
    const { boundary } = this.#assembler;
    const reached = this.#ahead.filter((instrument) => instrument.joinSequence <= boundary);
    if (reached.length === 0) return;
    this.#ahead = this.#ahead.filter((instrument) => instrument.joinSequence > boundary);
    for (const instrument of reached) this.#refresh(instrument);
  }

  #countSuspects(): void {
    for (const instrument of this.#replica.instruments.values()) {
      if (instrument.isSuspect) return;
    }
    this.#maySuspect = false;
  }

  #judge(nowMs: number): void {
    const reason = this.#freshness.judge(nowMs);
    if (reason === this.#staleReason) return;
    this.#staleReason = reason;
    if (reason !== 'NONE' && this.#phase !== ConsumerPhase.Joining) {
      this.#tell({ type: 'stale', reason });
    }
  }

  #refreshAll(): void {
    const joinReason = this.#joinReason();
    const standing = streamStanding(this.#phase, joinReason, this.#staleReason);
    if (standing.state === this.#standing.state && standing.reason === this.#standing.reason) {
      return;
    }
    this.#standing = standing;
    for (const instrument of this.#replica.instruments.values()) this.#refresh(instrument);
  }

  #joinReason(): StateReason {
    if (this.#freshness.isSilent) return 'NO_DATA';
    return this.#isRelaySilent || this.#options.repairEndpoints === 0 ? 'NO_RELAY' : 'JOINING';
  }

  #refresh(instrument: InstrumentReplica): void {
    const { boundary } = this.#assembler;
    const { state, reason } = instrumentStanding(this.#standing, instrument, boundary);
    if (instrument.state === state && instrument.reason === reason) return;
    instrument.state = state;
    instrument.reason = reason;
    this.#listener.stateChanged?.(instrument);
  }

  // Small things

  #open(packet: Uint8Array): PacketHeader | undefined {
    try {
      const header = this.#reader.open(packet);
      for (let i = 0; i < this.#topic.length; i++) {
        if (packet[i] !== this.#topic[i]) throw new DecodeError('BAD_TOPIC', i, '');
      }
      return header;
    } catch (error) {
      this.#bad(error);
      return undefined;
    }
  }

  #ageMs(header: PacketHeader): number {
    const { wallClock } = this.#options;
    const { publishTime } = header;
    wallClock(this.#now);
    return (
      nanosBetween(publishTime.high, publishTime.low, this.#now.high, this.#now.low) / 1_000_000
    );
  }

  #hashChecked(instrument: InstrumentReplica, isEqual: boolean): void {
    this.stats.hashChecks += 1;
    if (!isEqual) this.stats.hashMismatches += 1;
    const { symbol, sequence } = instrument;
    this.#tell({ type: isEqual ? 'hash-checked' : 'hash-mismatch', symbol, sequence });
  }

  /** Counts what a decoder refused; anything else is a mistake in this code and goes on. */
  #bad(error: unknown): void {
    if (!(error instanceof DecodeError)) throw error;
    this.stats.badPackets += 1;
    this.#tell({ type: 'bad-packet', code: error.code, message: error.message });
  }

  #tell(event: FeedEvent): void {
    this.#options.observe?.(event);
    this.#listener.event?.(event);
  }
}
