/** Follows the packets of one stream: applies what comes next, keeps what comes too early. */

import { JOIN_BUFFER_BYTES } from '../limits.ts';
import { type Epoch, NO_EPOCH, type StateReason, sameEpoch } from '../market.ts';
import type { Nanos } from '../nanos.ts';
import type { PacketHeader } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordType } from '../wire/records.ts';
import { CatchUp } from './catch-up.ts';
import type { FeedConsumerOptions } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import type { FeedVoice } from './feed-voice.ts';
import { GapDetector, type PacketVerdict } from './gap-detector.ts';
import { JoinBuffer } from './join-buffer.ts';
import { LeftEpoch } from './left-epoch.ts';
import { PositionGate } from './position-gate.ts';
import type { Replica } from './replica.ts';
import { expectTopic } from './stream-topic.ts';
import { TransactionApplier } from './transaction-applier.ts';
import { TransactionAssembler } from './transaction-assembler.ts';

/** Records known to exist that have not come. */
interface Hole {
  readonly from: number;
  /** When it was seen, or when a relay last sent part of it. */
  progressMs: number;
  /** False for the history that a relay fetches when it starts. */
  readonly isGap: boolean;
}

export interface StreamFollowerOptions {
  readonly topic: Uint8Array;
  readonly replica: Replica;
  readonly voice: FeedVoice;
  /** The phase has changed for the worse: the states go before anything else is done or told. */
  readonly worsened: () => void;
  /** What was asked of relays no longer fits. */
  readonly abandoned: () => void;
  /** Another history begins: nothing of it has been heard or asked for. */
  readonly restarted: () => void;
  /** The position that the listener waits for has been reached: what follows is told. */
  readonly reached: () => void;
}

export class StreamFollower {
  phase: ConsumerPhase = ConsumerPhase.Joining;
  hole: Hole | undefined;
  readonly detector = new GapDetector();
  readonly buffer: JoinBuffer;
  readonly catchUp: CatchUp;
  /** The highest sequence that any packet has announced as next. */
  announced = 0;
  /** Why records are missing, while they are. */
  gapReason: StateReason = 'MISSED_RECORDS';
  readonly #options: StreamFollowerOptions;
  readonly #consumer: FeedConsumerOptions;
  readonly #reader: RecordReader;
  readonly #assembler: TransactionAssembler;
  readonly #applier: TransactionApplier;
  readonly #left: LeftEpoch;
  /** The position that the listener waits for. */
  readonly #gate: PositionGate;

  constructor(options: StreamFollowerOptions, consumer: FeedConsumerOptions) {
    this.#options = options;
    this.#consumer = consumer;
    const { crc32, bufferBytes = JOIN_BUFFER_BYTES } = consumer;
    const { replica, voice } = options;
    this.#reader = new RecordReader(crc32);
    this.buffer = new JoinBuffer(bufferBytes);
    this.catchUp = new CatchUp(bufferBytes, crc32);
    this.#applier = new TransactionApplier({
      replica,
      listener: voice.listener,
      stats: voice.stats,
      header: this.#reader.header,
      badRecord: (error) => voice.bad(error),
      epochStarted: (previous, last) => this.#left.started(previous, last),
    });
    this.#left = new LeftEpoch(voice);
    this.#gate = new PositionGate(this.#applier, options.reached);
    this.#assembler = new TransactionAssembler(crc32, {
      records: (reader, from, until) => this.#gate.records(reader, from, until),
      tooLong: (error) => voice.bad(error),
    });
    if (consumer.from !== undefined) {
      // As if it had been followed up to there.
      this.detector.follow(consumer.from.epoch, 0);
      this.#gate.closeUntil(consumer.from.sequence);
    }
  }

  /** See `TransactionApplier`. */
  get engineTime(): Readonly<Nanos> {
    return this.#applier.engineTime;
  }

  /** Sequence after the last whole transaction applied. */
  get boundary(): number {
    return this.#assembler.boundary;
  }

  /** Where the records that are missing end. */
  get holeEnd(): number {
    // The oldest packet that waits may begin before the next record expected.
    return this.buffer.isEmpty
      ? this.announced
      : Math.max(this.buffer.firstSequence, this.detector.next);
  }

  /** Checks a frame as a whole; `undefined`, counted, when it is none of this stream's. */
  open(packet: Uint8Array): PacketHeader | undefined {
    const { topic, voice } = this.#options;
    try {
      const header = this.#reader.open(packet);
      expectTopic(packet, topic);
      return header;
    } catch (error) {
      voice.bad(error);
      return undefined;
    }
  }

  classify(header: PacketHeader): PacketVerdict {
    const { epochSeconds, epochRandom, firstSequence, count } = header;
    return this.detector.classify(epochSeconds, epochRandom, firstSequence, count);
  }

  /** A packet with records, of the epoch being followed; it is open. */
  data(packet: Uint8Array, header: PacketHeader, nowMs: number): void {
    const { firstSequence: first, count } = header;
    this.announced = Math.max(this.announced, first + count);
    const isWaiting =
      this.phase === ConsumerPhase.Joining || this.phase === ConsumerPhase.Rejoining;
    if (first + count <= this.detector.next) {
      this.#options.voice.stats.duplicates += 1;
    } else if (isWaiting || first > this.detector.next) {
      // The states go first: nobody may believe a book while a gap is being looked at.
      if (this.phase === ConsumerPhase.Following) this.openHole(true, first, nowMs);
      this.#keep(packet, first, count);
      const begins = this.buffer.firstSequence === this.historyBegin;
      if (this.phase === ConsumerPhase.Joining && begins) this.begin();
    } else {
      this.consume(packet);
    }
    this.drain(nowMs);
  }

  /** A heartbeat of the epoch being followed; it is open. */
  heartbeat(header: PacketHeader, nowMs: number): void {
    const { firstSequence: next } = header;
    this.#options.voice.stats.heartbeats += 1;
    this.announced = Math.max(this.announced, next);
    if (this.phase === ConsumerPhase.Joining && this.announced === this.historyBegin) {
      this.begin();
    } else if (this.hole?.isGap === false) {
      // There may be nothing behind what was kept.
      this.drain(nowMs);
    } else if (this.phase === ConsumerPhase.Following) {
      if (next > this.detector.next) this.openHole(true, next, nowMs);
      else if (next === this.detector.next && !this.#assembler.isCarrying) {
        this.#checkPositions(next);
      }
    }
  }

  /** Takes the packet that is open, which holds the next record expected. */
  consume(packet: Uint8Array): void {
    const { firstSequence, count } = this.#reader.header;
    try {
      this.detector.next = this.#assembler.accept(this.#reader, packet, this.detector.next);
    } catch (error) {
      this.#options.voice.bad(error);
      return;
    }
    this.catchUp.keep(packet, firstSequence, count);
    this.#consumer.accepted?.(packet, firstSequence, count);
  }

  /** Consumes what has been waiting for the record that is expected next. */
  drain(nowMs: number): void {
    if (this.phase !== ConsumerPhase.Following && this.phase !== ConsumerPhase.Repairing) return;
    let packet = this.buffer.take(this.detector.next);
    while (packet !== undefined) {
      if (this.open(packet) !== undefined) this.consume(packet);
      packet = this.buffer.take(this.detector.next);
    }
    const { next } = this.detector;
    const hole = this.hole;
    if (hole !== undefined && next >= this.holeEnd) {
      this.hole = undefined;
      this.phase = ConsumerPhase.Following;
      if (hole.isGap) {
        const { voice } = this.#options;
        voice.stats.repairs += 1;
        voice.tell({ type: 'repaired', from: hole.from, to: next });
      }
    } else if (hole === undefined && next < this.announced) {
      this.openHole(true, this.holeEnd, nowMs);
    }
  }

  openHole(isGap: boolean, to: number, nowMs: number): void {
    const from = this.detector.next;
    this.phase = ConsumerPhase.Repairing;
    this.hole = { from, progressMs: nowMs, isGap };
    if (!isGap) return;
    this.#options.worsened();
    this.#options.voice.stats.gaps += 1;
    this.#options.voice.tell({ type: 'gap', from, to });
  }

  /** What waits and what is still to be read is given up: books of the present are asked for. */
  skipToBooks(): void {
    this.phase = ConsumerPhase.Rejoining;
    this.gapReason = 'SLOW_CONSUMER';
    this.hole = undefined;
    this.buffer.clear();
    this.#options.worsened();
    this.#options.abandoned();
  }

  /** Another history: the books of this one are dropped. */
  startEpoch(epoch: Epoch): void {
    const { replica, voice, worsened, restarted } = this.#options;
    const previous = this.detector.epoch;
    this.phase = ConsumerPhase.Joining;
    this.hole = undefined;
    restarted();
    if (!sameEpoch(previous, NO_EPOCH)) {
      this.#left.leave(previous, this.#gate.from || this.boundary);
      worsened();
      voice.tell({ type: 'epoch', previous, current: epoch });
    }
    replica.clear();
    this.buffer.clear();
    this.announced = 0;
    // All of another history is news.
    this.#gate.open();
    this.#jump(epoch, 0);
  }

  /** The record with which the history begins: only with books it has to be the first of all. */
  get historyBegin(): number {
    return this.#consumer.withoutBooks === true ? Math.max(1, this.#gate.from) : 1;
  }

  /** The record with which the history begins is at hand: no snapshot is needed. */
  begin(): void {
    this.resumeAt(this.detector.epoch, this.historyBegin);
  }

  /** The history, not a gap, is being fetched: there are books, but not yet of the present. */
  get isFetchingHistory(): boolean {
    return this.hole?.isGap === false;
  }

  /** The first record that the listener waits to be told; 0: it hears everything. */
  get toldFrom(): number {
    return this.#gate.from;
  }

  /** The first record that is passed over when all books come at `sequence`. */
  skippedFrom(sequence: number): number {
    if (this.#gate.from !== 0) return this.#gate.from;
    return this.phase === ConsumerPhase.Rejoining ? this.detector.next : sequence;
  }

  /** Follows from a position that does not follow from the one before. */
  resumeAt(epoch: Epoch, sequence: number): void {
    this.hole = undefined;
    this.phase = ConsumerPhase.Following;
    this.gapReason = 'MISSED_RECORDS';
    this.announced = Math.max(this.announced, sequence);
    this.#jump(epoch, sequence);
  }

  #jump(epoch: Epoch, sequence: number): void {
    this.detector.follow(epoch, sequence);
    this.#assembler.reset(sequence);
    this.#applier.reset(epoch);
    this.catchUp.stop();
    this.#gate.jump(sequence);
    this.#consumer.restarted?.(epoch, sequence);
  }

  #keep(packet: Uint8Array, first: number, count: number): void {
    if (this.buffer.add(packet, first, count)) return;
    if (this.isFetchingHistory) {
      // The history reaches up to the present: it holds what waits as well.
      this.buffer.clear();
      return;
    }
    // Too far behind: what waits is given up, and books as new as this packet are asked for.
    this.#options.voice.stats.bufferOverflows += 1;
    this.buffer.clear();
    this.buffer.add(packet, first, count);
    if (this.phase === ConsumerPhase.Repairing) this.phase = ConsumerPhase.Rejoining;
    this.#options.abandoned();
  }

  #checkPositions(sequence: number): void {
    try {
      while (this.#reader.next()) {
        if (this.#reader.type === RecordType.InstrumentPosition) {
          this.#options.replica.checkPosition(this.#reader, sequence);
        }
      }
    } catch (error) {
      this.#options.voice.bad(error);
    }
  }
}
