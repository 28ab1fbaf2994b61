/**
 * What consumers and relays say to each other to fill gaps: one frame per message, little-endian.
 *
 * ```
 *  0      1       2           4              8               12             16
 *  +------+-------+-----------+--------------+---------------+--------------+
 *  | type | level | shard u16 | request u32  | epoch seconds | epoch random |
 *  +------+-------+-----------+--------------+---------------+--------------+
 * ```
 * The sixteen bytes above open every message; what follows is drawn at `RepairOffset`. In a
 * request the epoch is the one that the client follows, or 0-0 for "whichever you have"; in an
 * answer it is the server's. A longer message than this version knows is accepted.
 */

import { MAX_REPAIR_CREDIT, MAX_SYMBOL_BYTES } from '../limits.ts';
import type { Epoch } from '../market.ts';
import { DecodeError } from './decode-error.ts';

export const RepairType = {
  Replay: 1,
  Snapshot: 2,
  Credit: 3,
  Cancel: 4,
  Acknowledge: 5,
  BookAt: 6,
  Range: 7,
  Candles: 8,
  Chunk: 16,
  Reject: 17,
  Moment: 18,
} as const;
export type RepairType = (typeof RepairType)[keyof typeof RepairType];

/** Why a request is refused: stable numbers. */
export const RejectCode = {
  /** The range is no longer held; take a snapshot. */
  TOO_OLD: 1,
  /** The server follows another epoch, the one in the answer. */
  WRONG_EPOCH: 2,
  /** The server has not caught up itself; try later or elsewhere. */
  NOT_READY: 3,
  /** The server has not yet seen what is asked for; try again shortly. */
  AHEAD_OF_ME: 4,
  UNKNOWN_INSTRUMENT: 5,
  /** Too many answers are under way. */
  BUSY: 6,
  /** The bytes are not a request, or are for another stream. */
  BAD_REQUEST: 7,
  /** This server keeps no archive, so it knows nothing of the past. */
  NO_ARCHIVE: 8,
} as const;
export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode];

export const REPAIR_HEADER_BYTES = 16;
export const CHUNK_HEADER_BYTES = 24;

export const RepairOffset = {
  Type: 0,
  Level: 1,
  Shard: 2,
  Request: 4,
  EpochSeconds: 8,
  EpochRandom: 12,
  /** Replay, 40 bytes: records from @16 up to, not including, @24. */
  ReplayFrom: 16,
  ReplayTo: 24,
  ReplayCredit: 32,
  /** Snapshot, 32 bytes and the names: ids (u32, padded to 8 together), then symbols of 32 bytes. */
  SnapshotMinimum: 16,
  SnapshotCredit: 24,
  SnapshotIds: 28,
  SnapshotSymbols: 30,
  SnapshotNames: 32,
  /** Credit, 24 bytes: further chunks granted. */
  CreditChunks: 16,
  /** Acknowledge, 56 bytes: a relay's name (32) and the first sequence that it does not hold yet. */
  AcknowledgeNext: 16,
  AcknowledgeName: 24,
  /** Books of the past, 40 bytes and the names: at a position, or with 0 at a time. */
  BookAtPosition: 16,
  BookAtTime: 24,
  BookAtCredit: 32,
  BookAtIds: 36,
  BookAtSymbols: 38,
  BookAtNames: 40,
  /** Records of the past, 40 bytes and the names: from @16 up to, not including, @24. */
  RangeFrom: 16,
  RangeTo: 24,
  RangeCredit: 32,
  RangeIds: 36,
  RangeSymbols: 38,
  RangeNames: 40,
  /** Candles, 80 bytes: of an id, or with 0 of a symbol; begun from @24 up to, not including, @32. */
  CandlesCredit: 16,
  CandlesInterval: 20,
  CandlesFrom: 24,
  CandlesTo: 32,
  CandlesId: 40,
  CandlesSymbol: 48,
  /** Moment, 56 bytes: which moment of the past the chunks behind it show, and what that took. */
  MomentPosition: 16,
  MomentTime: 24,
  MomentRecords: 32,
  MomentMicros: 36,
  MomentOldest: 40,
  MomentNext: 48,
  /** Chunk, 24 bytes and whole packets one behind the other. */
  ChunkNumber: 16,
  ChunkFlags: 20,
  ChunkPackets: 24,
  /** Reject, 40 bytes. */
  RejectCode: 16,
  RejectOldest: 24,
  RejectNext: 32,
} as const;

export const ChunkFlag = { Last: 1 } as const;

/** Which stream, which request of this client, which history. */
export interface RepairHeader {
  readonly level: number;
  readonly shard: number;
  readonly request: number;
  readonly epoch: Epoch;
}

const text = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The sixteen bytes that open every message. Throws `DecodeError`. */
export function decodeRepairHeader(bytes: Uint8Array): RepairHeader & { readonly type: number } {
  const view = viewOf(bytes, REPAIR_HEADER_BYTES);
  return {
    type: view.getUint8(RepairOffset.Type),
    level: view.getUint8(RepairOffset.Level),
    shard: view.getUint16(RepairOffset.Shard, true),
    request: view.getUint32(RepairOffset.Request, true),
    epoch: {
      seconds: view.getUint32(RepairOffset.EpochSeconds, true),
      random: view.getUint32(RepairOffset.EpochRandom, true),
    },
  };
}

/** A message of `length` bytes, of which the first sixteen are written. */
export function openMessage(
  header: RepairHeader & { readonly type: number },
  length: number,
): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(RepairOffset.Type, header.type);
  view.setUint8(RepairOffset.Level, header.level);
  view.setUint16(RepairOffset.Shard, header.shard, true);
  view.setUint32(RepairOffset.Request, header.request, true);
  view.setUint32(RepairOffset.EpochSeconds, header.epoch.seconds, true);
  view.setUint32(RepairOffset.EpochRandom, header.epoch.random, true);
  return { bytes, view };
}

/** Throws `DecodeError` when there are fewer. */
export function viewOf(bytes: Uint8Array, atLeast: number): DataView {
  if (bytes.byteLength < atLeast) {
    throw new DecodeError('TRUNCATED', bytes.byteLength, `At least ${atLeast} are needed.`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Above the bound a client is greedy, not wrong: it gets the bound. */
export function readCredit(view: DataView, offset: number): number {
  return Math.min(view.getUint32(offset, true), MAX_REPAIR_CREDIT);
}

/** 32 bytes of text, padded with NUL. Throws `DecodeError`. */
export function readSymbol(bytes: Uint8Array, at: number): string {
  let end = at;
  while (end < at + MAX_SYMBOL_BYTES && bytes[end] !== 0) end += 1;
  try {
    return utf8.decode(bytes.subarray(at, end));
  } catch {
    throw new DecodeError('BAD_TEXT', at, '');
  }
}

export function writeSymbol(bytes: Uint8Array, at: number, symbol: string): void {
  text.encodeInto(symbol, bytes.subarray(at, at + MAX_SYMBOL_BYTES));
}
