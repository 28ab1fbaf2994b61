/** A conflation class: the clients that get the same bytes, and what such a class can do. */

import { CLIENT_HEARTBEAT_MS, type CodecName } from '../protocol/index.ts';
import type { ResumePoint } from './book-history.ts';

/** All that makes the bytes differ. Two clients with equal keys share every encode. */
export interface ClassKey {
  readonly channel: string;
  readonly symbol: string;
  readonly depth: number;
  /** Ticks per price step. */
  readonly grouping: number;
  readonly interval: number;
  /** Which slice of the interval its clients are written to in. */
  readonly phase: number;
  readonly codec: CodecName;
}

export function keyText(key: ClassKey): string {
  const { channel, codec, depth, grouping, interval, phase, symbol } = key;
  return `${channel} ${codec} ${depth} ${grouping} ${interval} ${phase} ${symbol}`;
}

/** Where a member stands that has been sent nothing yet. */
export const NOTHING_SENT = -1;
/** Where a member stands that must be told of the class anew: its anchor or its epoch changed. */
export const NOT_ANNOUNCED = -2;

/** The times a frame carries and a class counts by. */
export interface ClassTime {
  /** Microseconds since 1970. */
  readonly nowUs: number;
  /** Milliseconds of a clock that only runs forward. */
  readonly nowMs: number;
}

export interface Resumed {
  readonly frames: Uint8Array[];
  readonly result: 'noop' | 'diff' | 'snapshot';
  /** Where the member stands after them, when that is ahead of this class. */
  readonly version?: number;
}

export interface ConflationClass {
  readonly id: number;
  readonly key: ClassKey;
  /** What a member that has every frame stands at; heartbeats do not count. */
  readonly version: number;
  /** The instrument's sequence that has been shown; 0 where there is none. */
  readonly sequence: number;
  /** The answer to a subscribe request, or with id 0 an announcement. */
  subscribed(requestId: number): Uint8Array;
  /** What a member that was in `other`, a class of the same channel and symbol, stands at here. */
  versionFrom?(version: number, other: ConflationClass): number;
  /**
   * The frames for a member who was at `point` on another connection, perhaps at another gateway:
   * what has happened since, or as for a new one where that is shorter or not known.
   */
  resume(point: ResumePoint, time: ClassTime): Resumed;
  /** The frames that bring a member who stands at `version` to this class's own. */
  catchUp(version: number, time: ClassTime): Uint8Array[];
}

/** A class of one instrument, which a channel flushes when it has changed. */
export interface FlushedClass extends ConflationClass {
  /** Transactions that touched the instrument since the last frame. */
  pending: number;
  /** True when what was sent leads nowhere any more, and `restart` is due for everybody. */
  readonly mustRestart: boolean;
  /** Whether the instrument has moved on without a change that is shown here. */
  readonly isSequenceBehind: boolean;
  restart(): void;
  /** What has changed since the last frame; nothing at all moves the version on by no frame. */
  flush(time: ClassTime, isEmptyWanted: boolean): readonly Uint8Array[];
  /** The announcement of a state; left out where none is made. It counts, so nobody misses it. */
  statusChanged?(): Uint8Array;
  /** Says that nothing happened; left out where nothing is said. */
  heartbeat?(time: ClassTime, isDirty: boolean): Uint8Array;
}

export const NO_FRAMES: readonly Uint8Array[] = [];

/** Connections are spread over an interval so that their writes do not come all at once. */
export function phasesOf(interval: number): number {
  // A slice shorter than a timer's error spreads nothing; eight of them are spread enough.
  return Math.max(1, Math.min(8, Math.floor(interval / 12)));
}

/** A class that sent nothing for this long says so with a heartbeat. */
export const IDLE_AFTER_MS = CLIENT_HEARTBEAT_MS;
