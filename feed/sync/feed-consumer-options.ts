/** What a consumer of the feed is given: everything that is not pure comes in here. */

import type { FeedEvent, FeedListener } from '../listener.ts';
import type { Epoch, StreamPosition } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { StreamLevel } from '../wire/topic.ts';

/** What was kept of a stream: books at a position, and the packets behind it. */
export interface KeptStream {
  readonly epoch: Epoch;
  readonly firstSequence: number;
  /** Packets of a book snapshot at `firstSequence`; none: there were no books yet. */
  readonly keyframe: readonly Uint8Array[];
  readonly packets: Iterable<Uint8Array>;
}

/**
 * The engine's sequencing to publishing, publishing to receiving, receiving to applied. The first two
 * compare clocks, and below 0 means that they differ.
 */
export type LatencyObserver = (
  engineToPublishNs: number,
  publishToReceiveNs: number,
  receiveToApplyNs: number,
) => void;

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
  /** How many lines carry the stream; `receive` is told which. 1 by default. */
  readonly lines?: number;
  /** How long a hole in one line waits for another before it is a gap: LINE_WAIT_MS by default. */
  readonly lineWaitMs?: number | undefined;
  /** Told how long each hop took, in nanoseconds, of the newest transaction in a packet. */
  readonly measure?: LatencyObserver | undefined;
  /** Bytes of packets that may wait for a repair. */
  readonly bufferBytes?: number;
  /**
   * Every record from there on is told, older ones out of the relays' archives: they are asked for
   * the whole history, of which the listener hears nothing before this position.
   */
  readonly from?: StreamPosition | undefined;
  /**
   * True: there are no books, and none are asked for. It begins with what it hears first, or exactly
   * at `from`; what no relay holds any more is skipped and said.
   */
  readonly withoutBooks?: boolean;
  /** True for a relay: asks for the whole history before it asks for books. */
  readonly fromStart?: boolean;
  /** True for a relay: a gap is never skipped while there is hope, and nothing for slowness. */
  readonly mustRepair?: boolean;
  /** Every packet with records, in order and without holes, after its records were applied. */
  readonly accepted?: (packet: Uint8Array, firstSequence: number, count: number) => void;
  /** Books have been put in place at a new position; the next accepted packet follows them. */
  readonly joined?: () => void;
  /** The next accepted packet does not follow the one before. */
  readonly restarted?: (epoch: Epoch, sequence: number) => void;
}
