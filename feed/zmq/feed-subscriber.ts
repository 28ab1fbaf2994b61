/** The whole consumer: follows a feed, heals what it misses, and says what its books are worth. */

import type { FeedInstrument, FeedListener } from '../listener.ts';
import { FeedState, NO_EPOCH, type StateReason, type StreamPosition } from '../market.ts';
import type { MonotonicClock, WallClock } from '../nanos.ts';
import type { Crc32 } from '../wire/packet.ts';
import type { StreamLevel } from '../wire/topic.ts';

/** What a consumer has counted since it started. */
export interface FeedStats {
  packets: number;
  records: number;
  bytes: number;
  transactions: number;
  duplicates: number;
  gaps: number;
  repairedRecords: number;
  snapshots: number;
  badPackets: number;
  lowerEpochPackets: number;
  hashChecks: number;
  hashMismatches: number;
}

export interface FeedSubscriberLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface FeedSubscriberOptions {
  /** Endpoints of the publisher. */
  readonly feed: readonly string[];
  /** Endpoints of relays, tried in turn; empty: gaps and late joins cannot be repaired. */
  readonly repair: readonly string[];
  readonly level?: StreamLevel;
  readonly shard?: number;
  /** Symbols, or all (the default). */
  readonly instruments?: 'all' | readonly string[];
  readonly wallClock: WallClock;
  readonly nowMs: MonotonicClock;
  readonly crc32: Crc32;
  readonly log?: FeedSubscriberLog;
}

export interface FeedSubscriberView {
  readonly instruments: ReadonlyMap<number, FeedInstrument>;
  find(symbol: string): FeedInstrument | undefined;
  readonly position: StreamPosition;
  readonly state: FeedState;
  readonly reason: StateReason;
  readonly stats: Readonly<FeedStats>;
}

export class FeedSubscriber implements FeedSubscriberView {
  readonly instruments: ReadonlyMap<number, FeedInstrument> = new Map();
  readonly position: StreamPosition = { epoch: NO_EPOCH, sequence: 0 };
  readonly state: FeedState = FeedState.Syncing;
  readonly reason: StateReason = 'NO_DATA';
  readonly stats: Readonly<FeedStats> = feedStats();
  readonly options: FeedSubscriberOptions;
  readonly listener: FeedListener;

  constructor(options: FeedSubscriberOptions, listener: FeedListener) {
    this.options = options;
    this.listener = listener;
  }

  find(_symbol: string): FeedInstrument | undefined {
    return undefined;
  }

  /** Connects and begins; the books come by themselves. */
  async start(): Promise<void> {}

  async close(): Promise<void> {}
}

function feedStats(): FeedStats {
  return {
    packets: 0,
    records: 0,
    bytes: 0,
    transactions: 0,
    duplicates: 0,
    gaps: 0,
    repairedRecords: 0,
    snapshots: 0,
    badPackets: 0,
    lowerEpochPackets: 0,
    hashChecks: 0,
    hashMismatches: 0,
  };
}
