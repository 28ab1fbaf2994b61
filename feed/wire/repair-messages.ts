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

import {
  MAX_CHUNK_PAYLOAD_BYTES,
  MAX_PACKET_BYTES,
  MAX_REPAIR_CREDIT,
  MAX_REPAIR_REQUEST_BYTES,
  MAX_SNAPSHOT_NAMES,
  MAX_SYMBOL_BYTES,
} from '../limits.ts';
import type { Epoch } from '../market.ts';
import { DecodeError } from './decode-error.ts';
import { HEADER_BYTES, PacketOffset, readU64, writeU64 } from './packet.ts';

export const RepairType = {
  Replay: 1,
  Snapshot: 2,
  Credit: 3,
  Cancel: 4,
  Acknowledge: 5,
  Chunk: 16,
  Reject: 17,
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
} as const;
export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode];

export const REPAIR_HEADER_BYTES = 16;
export const CHUNK_HEADER_BYTES = 24;
const ACKNOWLEDGE_BYTES = 56;

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

export interface ReplayRequest extends RepairHeader {
  readonly type: typeof RepairType.Replay;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** Chunks that may be sent before more credit is granted. */
  readonly credit: number;
}

export interface SnapshotRequest extends RepairHeader {
  readonly type: typeof RepairType.Snapshot;
  /** The position that the books must have reached at least. */
  readonly minimumSequence: number;
  readonly credit: number;
  /** Both empty: all instruments. */
  readonly ids: readonly number[];
  readonly symbols: readonly string[];
}

export interface CreditGrant extends RepairHeader {
  readonly type: typeof RepairType.Credit;
  readonly chunks: number;
}

export interface CancelRequest extends RepairHeader {
  readonly type: typeof RepairType.Cancel;
}

/** A relay tells its engine how far it has come; not answered. */
export interface RelayAcknowledgement extends RepairHeader {
  readonly type: typeof RepairType.Acknowledge;
  /** As the engine's configuration calls it: 1 to 32 printable ASCII characters. */
  readonly name: string;
  /** Everything before this sequence is safe with it. */
  readonly next: number;
}

/** Part of an answer. `packets` is a view of the message. */
export interface RepairChunk extends RepairHeader {
  readonly type: typeof RepairType.Chunk;
  /** Counts from 0 within the answer. */
  readonly number: number;
  readonly isLast: boolean;
  readonly packets: Uint8Array;
}

export interface RepairReject extends RepairHeader {
  readonly type: typeof RepairType.Reject;
  /** A `RejectCode`, or one of a later version, which only says "no". */
  readonly code: number;
  /** The server's own range: its oldest record, and its next. */
  readonly oldest: number;
  readonly next: number;
}

export type RepairRequest =
  | ReplayRequest
  | SnapshotRequest
  | CreditGrant
  | CancelRequest
  | RelayAcknowledgement;
export type RepairAnswer = RepairChunk | RepairReject;

const text = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function encodeRepairRequest(request: RepairRequest): Uint8Array {
  switch (request.type) {
    case RepairType.Replay: {
      const { bytes, view } = open(request, 40);
      writeU64(view, RepairOffset.ReplayFrom, request.from);
      writeU64(view, RepairOffset.ReplayTo, request.to);
      view.setUint32(RepairOffset.ReplayCredit, request.credit, true);
      return bytes;
    }
    case RepairType.Snapshot:
      return encodeSnapshotRequest(request);
    case RepairType.Credit: {
      const { bytes, view } = open(request, 24);
      view.setUint32(RepairOffset.CreditChunks, request.chunks, true);
      return bytes;
    }
    case RepairType.Cancel:
      return open(request, REPAIR_HEADER_BYTES).bytes;
    case RepairType.Acknowledge: {
      const { bytes, view } = open(request, ACKNOWLEDGE_BYTES);
      writeU64(view, RepairOffset.AcknowledgeNext, request.next);
      text.encodeInto(request.name, bytes.subarray(RepairOffset.AcknowledgeName));
      return bytes;
    }
  }
}

function encodeSnapshotRequest(request: SnapshotRequest): Uint8Array {
  const { ids, symbols } = request;
  const symbolsAt = RepairOffset.SnapshotNames + idBytes(ids.length);
  const { bytes, view } = open(request, symbolsAt + symbols.length * MAX_SYMBOL_BYTES);
  writeU64(view, RepairOffset.SnapshotMinimum, request.minimumSequence);
  view.setUint32(RepairOffset.SnapshotCredit, request.credit, true);
  view.setUint16(RepairOffset.SnapshotIds, ids.length, true);
  view.setUint16(RepairOffset.SnapshotSymbols, symbols.length, true);
  for (const [i, id] of ids.entries()) {
    view.setUint32(RepairOffset.SnapshotNames + i * 4, id, true);
  }
  for (const [i, symbol] of symbols.entries()) {
    const at = symbolsAt + i * MAX_SYMBOL_BYTES;
    text.encodeInto(symbol, bytes.subarray(at, at + MAX_SYMBOL_BYTES));
  }
  return bytes;
}

/** The packets are copied behind each other into one message. */
export function encodeRepairChunk(
  header: RepairHeader,
  number: number,
  isLast: boolean,
  packets: readonly Uint8Array[],
): Uint8Array {
  let length = CHUNK_HEADER_BYTES;
  for (const packet of packets) length += packet.byteLength;
  const { bytes, view } = open({ ...header, type: RepairType.Chunk }, length);
  view.setUint32(RepairOffset.ChunkNumber, number, true);
  view.setUint32(RepairOffset.ChunkFlags, isLast ? ChunkFlag.Last : 0, true);
  let at = CHUNK_HEADER_BYTES;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.byteLength;
  }
  return bytes;
}

export function encodeRepairReject(
  header: RepairHeader,
  code: RejectCode,
  oldest: number,
  next: number,
): Uint8Array {
  const { bytes, view } = open({ ...header, type: RepairType.Reject }, 40);
  view.setUint32(RepairOffset.RejectCode, code, true);
  writeU64(view, RepairOffset.RejectOldest, oldest);
  writeU64(view, RepairOffset.RejectNext, next);
  return bytes;
}

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

/** What a server receives. Throws `DecodeError` for anything but a request. */
export function decodeRepairRequest(bytes: Uint8Array): RepairRequest {
  if (bytes.byteLength > MAX_REPAIR_REQUEST_BYTES) {
    throw new DecodeError('TOO_LONG', 0, `A request has at most ${MAX_REPAIR_REQUEST_BYTES}.`);
  }
  const header = decodeRepairHeader(bytes);
  switch (header.type) {
    case RepairType.Replay: {
      const view = viewOf(bytes, 40);
      return {
        ...header,
        type: RepairType.Replay,
        from: readU64(view, RepairOffset.ReplayFrom),
        to: readU64(view, RepairOffset.ReplayTo),
        credit: readCredit(view, RepairOffset.ReplayCredit),
      };
    }
    case RepairType.Snapshot:
      return decodeSnapshotRequest(header, bytes);
    case RepairType.Credit: {
      const view = viewOf(bytes, 24);
      const chunks = readCredit(view, RepairOffset.CreditChunks);
      return { ...header, type: RepairType.Credit, chunks };
    }
    case RepairType.Cancel:
      return { ...header, type: RepairType.Cancel };
    case RepairType.Acknowledge: {
      const view = viewOf(bytes, ACKNOWLEDGE_BYTES);
      return {
        ...header,
        type: RepairType.Acknowledge,
        next: readU64(view, RepairOffset.AcknowledgeNext),
        name: readSymbol(bytes, RepairOffset.AcknowledgeName),
      };
    }
    default:
      throw new DecodeError('UNKNOWN_TYPE', RepairOffset.Type, `${header.type} is no request.`);
  }
}

function decodeSnapshotRequest(header: RepairHeader, bytes: Uint8Array): SnapshotRequest {
  const view = viewOf(bytes, RepairOffset.SnapshotNames);
  const idCount = view.getUint16(RepairOffset.SnapshotIds, true);
  const symbolCount = view.getUint16(RepairOffset.SnapshotSymbols, true);
  if (idCount > MAX_SNAPSHOT_NAMES || symbolCount > MAX_SNAPSHOT_NAMES) {
    throw new DecodeError(
      'BAD_VALUE',
      RepairOffset.SnapshotIds,
      `It names more than ${MAX_SNAPSHOT_NAMES}.`,
    );
  }
  const symbolsAt = RepairOffset.SnapshotNames + idBytes(idCount);
  viewOf(bytes, symbolsAt + symbolCount * MAX_SYMBOL_BYTES);
  const ids: number[] = [];
  for (let i = 0; i < idCount; i++) {
    ids.push(view.getUint32(RepairOffset.SnapshotNames + i * 4, true));
  }
  const symbols: string[] = [];
  for (let i = 0; i < symbolCount; i++) {
    symbols.push(readSymbol(bytes, symbolsAt + i * MAX_SYMBOL_BYTES));
  }
  return {
    ...header,
    type: RepairType.Snapshot,
    minimumSequence: readU64(view, RepairOffset.SnapshotMinimum),
    credit: readCredit(view, RepairOffset.SnapshotCredit),
    ids,
    symbols,
  };
}

/** What a client receives. Throws `DecodeError` for anything but an answer. */
export function decodeRepairAnswer(bytes: Uint8Array): RepairAnswer {
  if (bytes.byteLength > CHUNK_HEADER_BYTES + MAX_CHUNK_PAYLOAD_BYTES) {
    throw new DecodeError('TOO_LONG', 0, `A chunk holds at most ${MAX_CHUNK_PAYLOAD_BYTES}.`);
  }
  const header = decodeRepairHeader(bytes);
  switch (header.type) {
    case RepairType.Chunk: {
      const view = viewOf(bytes, CHUNK_HEADER_BYTES);
      return {
        ...header,
        type: RepairType.Chunk,
        number: view.getUint32(RepairOffset.ChunkNumber, true),
        isLast: (view.getUint32(RepairOffset.ChunkFlags, true) & ChunkFlag.Last) !== 0,
        packets: bytes.subarray(CHUNK_HEADER_BYTES),
      };
    }
    case RepairType.Reject: {
      const view = viewOf(bytes, 40);
      const code = view.getUint32(RepairOffset.RejectCode, true);
      return {
        ...header,
        type: RepairType.Reject,
        code,
        oldest: readU64(view, RepairOffset.RejectOldest),
        next: readU64(view, RepairOffset.RejectNext),
      };
    }
    default:
      throw new DecodeError('UNKNOWN_TYPE', RepairOffset.Type, `${header.type} is no answer.`);
  }
}

/** The packets of a chunk, as views. Throws `DecodeError` when their lengths do not add up. */
export function splitPackets(payload: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 0;
  while (at < payload.byteLength) {
    const left = payload.byteLength - at;
    if (left < HEADER_BYTES) throw new DecodeError('TRUNCATED', at, 'A packet has at least 48.');
    const length = view.getUint32(at + PacketOffset.Length, true);
    if (length < HEADER_BYTES || length > left || length > MAX_PACKET_BYTES) {
      throw new DecodeError('BAD_LENGTH', at, `A packet says ${length}, ${left} are left.`);
    }
    packets.push(payload.subarray(at, at + length));
    at += length;
  }
  return packets;
}

function open(
  header: RepairHeader & { readonly type: RepairType },
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

function viewOf(bytes: Uint8Array, atLeast: number): DataView {
  if (bytes.byteLength < atLeast) {
    throw new DecodeError('TRUNCATED', bytes.byteLength, `At least ${atLeast} are needed.`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function idBytes(count: number): number {
  return Math.ceil(count / 2) * 8;
}

/** Above the bound a client is greedy, not wrong: it gets the bound. */
function readCredit(view: DataView, offset: number): number {
  return Math.min(view.getUint32(offset, true), MAX_REPAIR_CREDIT);
}

function readSymbol(bytes: Uint8Array, at: number): string {
  let end = at;
  while (end < at + MAX_SYMBOL_BYTES && bytes[end] !== 0) end += 1;
  try {
    return utf8.decode(bytes.subarray(at, end));
  } catch {
    throw new DecodeError('BAD_TEXT', at, '');
  }
}
