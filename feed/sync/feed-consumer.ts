/**
 * The consumer of one stream: joins late, applies whole transactions, sees gaps, has them repaired,
 * and says what each book is worth. Knows no socket, clock or timer; they come in as options.
 *
 * ```
 *   packets --> follower --> assembler --> applier --> replica --> listener
 *                  |  ^                                   |
 *          a hole, |  | records, books                    | trust
 *        no books  v  |                                   v
 *   relays <-----> healer                             standings --> states
 * ```
 */

import type { FeedInstrument } from '../listener.ts';
import {
  type Epoch,
  type FeedState,
  NO_EPOCH,
  type StateReason,
  type StreamPosition,
  sameEpoch,
} from '../market.ts';
import { nanos, nanosBetween } from '../nanos.ts';
import { PacketFlag, type PacketHeader } from '../wire/packet.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import type { FeedConsumerOptions, KeptStream } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import type { FeedStats } from './feed-stats.ts';
import { FeedVoice } from './feed-voice.ts';
import { Freshness } from './freshness.ts';
import { PacketVerdict } from './gap-detector.ts';
import type { LineStats } from './line-arbiter.ts';
import { MutedListener } from './muted-listener.ts';
import { PacketIntake } from './packet-intake.ts';
import { Replica } from './replica.ts';
import { SlowReader } from './slow-reader.ts';
import { Standings } from './standings.ts';
import { StreamFollower } from './stream-follower.ts';
import { StreamHealer } from './stream-healer.ts';

export class FeedConsumer {
  readonly #options: FeedConsumerOptions;
  readonly #voice: FeedVoice;
  readonly #replica: Replica;
  readonly #freshness = new Freshness();
  readonly #slowReader = new SlowReader();
  readonly #standings: Standings;
  readonly #follower: StreamFollower;
  readonly #intake: PacketIntake;
  readonly #healer: StreamHealer;
  /** When the packet at hand was received. */
  readonly #now = nanos();
  #lowerEpochTold: Epoch = NO_EPOCH;

  constructor(options: FeedConsumerOptions) {
    const { instruments = 'all', level = StreamLevel.L2, shard = 0 } = options;
    this.#options = options;
    const muted = options.from === undefined ? undefined : new MutedListener(options.listener);
    const listener = muted ?? options.listener;
    const voice = new FeedVoice(listener, options.observe);
    this.#voice = voice;
    const replica = new Replica({
      level,
      selected: instruments === 'all' ? undefined : new Set(instruments),
      listener,
      changed: (instrument) => this.#standings.refresh(instrument),
      hashChecked: ({ symbol, sequence }, isEqual) => voice.hashChecked(symbol, sequence, isEqual),
    });
    this.#replica = replica;
    const follower = new StreamFollower(
      {
        topic: shardTopic(level, shard),
        replica,
        voice,
        worsened: () => this.#standings.refreshAll(),
        abandoned: () => this.#healer.abandon(),
        restarted: () => {
          this.#freshness.restart();
          this.#slowReader.reset();
          this.#intake.restart();
          this.#healer.restart();
        },
        reached: () => muted?.unmute(replica.instruments.values()),
      },
      options,
    );
    this.#follower = follower;
    this.#intake = new PacketIntake({ follower, stats: voice.stats, received: this.#now }, options);
    const symbols = instruments === 'all' ? [] : instruments;
    this.#healer = new StreamHealer(
      {
        level,
        shard,
        symbols,
        follower,
        replica,
        voice,
        restored: (instrument) => this.#standings.restored(instrument),
      },
      options,
    );
    this.#standings = new Standings({
      voice,
      freshness: this.#freshness,
      instruments: replica.instruments,
      phase: () => (follower.isFetchingHistory ? ConsumerPhase.Joining : follower.phase),
      gapReason: () => follower.gapReason,
      applied: () => follower.boundary,
      isWithoutRelay: () => this.#healer.isWithoutRelay,
    });
  }

  get stats(): FeedStats {
    return this.#voice.stats;
  }

  get instruments(): ReadonlyMap<number, FeedInstrument> {
    return this.#replica.instruments;
  }

  find(symbol: string): FeedInstrument | undefined {
    return this.#replica.find(symbol);
  }

  /** After the last whole transaction that the books show. */
  get position(): StreamPosition {
    return { epoch: this.#follower.detector.epoch, sequence: this.#follower.boundary };
  }

  get state(): FeedState {
    return this.#standings.stream.state;
  }

  get reason(): StateReason {
    return this.#standings.stream.reason;
  }

  /** True once there are books, whatever they are worth at the moment. */
  get hasJoined(): boolean {
    const { phase, isFetchingHistory } = this.#follower;
    return phase !== ConsumerPhase.Joining && !isFetchingHistory;
  }

  /** Whether an instrument's book is right as of `position`, whatever has come since. */
  isProven(id: number): boolean {
    return this.hasJoined && this.isTrusted(id);
  }

  /** The same while what was kept is being brought up to date, and nobody may be told of it yet. */
  isTrusted(id: number): boolean {
    const instrument = this.#replica.instruments.get(id);
    if (instrument === undefined) return false;
    const isTrusted = instrument.trouble === 'NONE' && !instrument.isSuspect;
    return isTrusted && instrument.joinSequence <= this.#follower.boundary;
  }

  /** Begins with what was kept; see `StreamRestorer.kept`. Before anything is received. */
  restore(kept: KeptStream): void {
    this.#healer.restorer.kept(kept);
    this.#settle(this.#options.nowMs());
  }

  /** What each line has brought; empty where there is one only. */
  get lines(): readonly Readonly<LineStats>[] {
    return this.#intake.lines;
  }

  /** Takes one frame of a line, whatever it holds; the bytes are the consumer's to keep. */
  receive(packet: Uint8Array, line = 0): void {
    const follower = this.#follower;
    const header = follower.open(packet);
    if (header === undefined) return;
    const nowMs = this.#options.nowMs();
    this.stats.packets += 1;
    this.stats.bytes += packet.byteLength;
    const verdict = follower.classify(header);
    const epoch = { seconds: header.epochSeconds, random: header.epochRandom };
    if (verdict === PacketVerdict.LowerEpoch) {
      this.#lowerEpoch(epoch, nowMs);
    } else if ((header.flags & PacketFlag.Snapshot) === 0) {
      if (verdict === PacketVerdict.HigherEpoch) follower.startEpoch(epoch);
      const endsSession = (header.flags & PacketFlag.EndOfSession) !== 0;
      const ageMs = this.#ageMs(header);
      this.#freshness.heard(nowMs, ageMs, endsSession);
      if (this.#slowReader.heard(nowMs, ageMs)) this.#skip();
      this.#intake.receive(line, packet, header, nowMs);
      if (endsSession) {
        this.#standings.judge(nowMs);
        this.#voice.tell({ type: 'end-of-session' });
      }
    }
    this.#settle(nowMs);
  }

  /**
   * Judges freshness and time-outs: call it every few milliseconds, with the socket drained, or
   * with `isDrained` false when it has not been for a while.
   */
  poll(isDrained = true): void {
    const nowMs = this.#options.nowMs();
    if (isDrained) this.#slowReader.drained();
    this.#intake.poll(nowMs, isDrained);
    this.#healer.poll(nowMs);
    this.#standings.judge(nowMs);
    this.#settle(nowMs);
  }

  /** Takes one frame from a relay. */
  receiveRepair(endpoint: number, message: Uint8Array): void {
    const nowMs = this.#options.nowMs();
    this.#healer.requester.receive(endpoint, message, nowMs);
    this.#settle(nowMs);
  }

  #settle(nowMs: number): void {
    this.#healer.pursue(nowMs);
    this.#standings.settle(nowMs);
  }

  /** By how much what is read is older than usual: what still waits in the socket, in time. */
  get lagMs(): number {
    return this.#slowReader.lagMs;
  }

  /** It reads slower than is published: the rest is given up for books of the present. */
  #skip(): void {
    const { mustRepair, repairEndpoints } = this.#options;
    if (mustRepair === true || repairEndpoints === 0) return;
    if (this.#follower.phase !== ConsumerPhase.Following) return;
    const { lagMs } = this.#slowReader;
    const sequence = this.#follower.boundary;
    this.#follower.skipToBooks();
    this.stats.skips += 1;
    this.#voice.tell({ type: 'slow-consumer', lagMs, sequence });
  }

  #lowerEpoch(heard: Epoch, nowMs: number): void {
    this.stats.lowerEpochPackets += 1;
    this.#freshness.heardLowerEpoch(nowMs);
    if (sameEpoch(heard, this.#lowerEpochTold)) return;
    this.#lowerEpochTold = heard;
    const current = this.#follower.detector.epoch;
    this.#voice.tell({ type: 'lower-epoch', heard, current });
  }

  #ageMs(header: PacketHeader): number {
    const { publishTime } = header;
    const now = this.#now;
    this.#options.wallClock(now);
    return nanosBetween(publishTime.high, publishTime.low, now.high, now.low) / 1_000_000;
  }
}
