/** Brings the packets of one line or of several to the follower, and measures how long they take. */

import { LINE_WAIT_MS } from '../limits.ts';
import { type Nanos, nanos, nanosBetween } from '../nanos.ts';
import { PacketFlag, type PacketHeader } from '../wire/packet.ts';
import type { FeedConsumerOptions, LatencyObserver } from './feed-consumer-options.ts';
import { ConsumerPhase } from './feed-states.ts';
import type { FeedStats } from './feed-stats.ts';
import { LineArbiter, type LineStats, LineVerdict } from './line-arbiter.ts';
import type { StreamFollower } from './stream-follower.ts';

export interface PacketIntakeOptions {
  readonly follower: StreamFollower;
  readonly stats: FeedStats;
  /** When the packet at hand was received; kept up to date by the caller. */
  readonly received: Readonly<Nanos>;
}

export class PacketIntake {
  readonly #options: PacketIntakeOptions;
  readonly #consumer: FeedConsumerOptions;
  /** Absent where there is one line only. */
  readonly #arbiter: LineArbiter | undefined;
  readonly #applied = nanos();

  constructor(options: PacketIntakeOptions, consumer: FeedConsumerOptions) {
    this.#options = options;
    this.#consumer = consumer;
    const { lines = 1, lineWaitMs: waitMs = LINE_WAIT_MS } = consumer;
    this.#arbiter = lines > 1 ? new LineArbiter({ lines, waitMs }) : undefined;
  }

  /** What each line has brought; empty where there is one only. */
  get lines(): readonly Readonly<LineStats>[] {
    return this.#arbiter?.stats ?? [];
  }

  /** Another history begins. */
  restart(): void {
    this.#arbiter?.reset();
  }

  /** A packet of the epoch being followed; it is open. */
  receive(line: number, packet: Uint8Array, header: PacketHeader, nowMs: number): void {
    const arbiter = this.#arbiter;
    if (arbiter === undefined) {
      this.#take(packet, header, nowMs);
      return;
    }
    const { follower, stats } = this.#options;
    const { firstSequence: first, count } = header;
    if (follower.phase !== ConsumerPhase.Following) {
      // Whatever comes is kept anyway.
      arbiter.note(line, first, count, nowMs);
      this.#take(packet, header, nowMs);
      return;
    }
    const { next } = follower.detector;
    const verdict = arbiter.offer(line, packet, first, count, next, nowMs);
    if (verdict === LineVerdict.Take) this.#take(packet, header, nowMs);
    else if (verdict === LineVerdict.Late) stats.duplicates += 1;
    this.#takeWaiting(arbiter, nowMs, false);
  }

  /** Looks after what waits for another line; `isDrained` when nothing more waits in any socket. */
  poll(nowMs: number, isDrained: boolean): void {
    if (this.#arbiter !== undefined) this.#takeWaiting(this.#arbiter, nowMs, isDrained);
  }

  #takeWaiting(arbiter: LineArbiter, nowMs: number, isDrained: boolean): void {
    const { follower } = this.#options;
    const { detector } = follower;
    let packet = arbiter.take(detector.next, nowMs, isDrained);
    while (packet !== undefined) {
      const header = follower.open(packet);
      if (header !== undefined) this.#take(packet, header, nowMs);
      packet = arbiter.take(detector.next, nowMs, isDrained);
    }
  }

  #take(packet: Uint8Array, header: PacketHeader, nowMs: number): void {
    const { follower } = this.#options;
    const { measure } = this.#consumer;
    if ((header.flags & PacketFlag.Heartbeat) !== 0) follower.heartbeat(header, nowMs);
    else if (measure === undefined) follower.data(packet, header, nowMs);
    else this.#takeMeasured(packet, header, nowMs, measure);
  }

  /** Only what is applied at once is measured: a repair has a latency of its own. */
  #takeMeasured(
    packet: Uint8Array,
    header: PacketHeader,
    nowMs: number,
    measure: LatencyObserver,
  ): void {
    const { follower, stats, received } = this.#options;
    const { high, low } = header.publishTime;
    const { transactions } = stats;
    const isFollowing = follower.phase === ConsumerPhase.Following;
    follower.data(packet, header, nowMs);
    if (!isFollowing || stats.transactions === transactions) return;
    const applied = this.#applied;
    const { engineTime } = follower;
    this.#consumer.wallClock(applied);
    measure(
      nanosBetween(engineTime.high, engineTime.low, high, low),
      nanosBetween(high, low, received.high, received.low),
      nanosBetween(received.high, received.low, applied.high, applied.low),
    );
  }
}
