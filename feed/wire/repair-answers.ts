/** What a server of repairs answers: chunks of packets, or a refusal. */

import { MAX_CHUNK_PAYLOAD_BYTES, MAX_PACKET_BYTES } from '../limits.ts';
import { DecodeError } from './decode-error.ts';
import { HEADER_BYTES, PacketOffset, readU64, writeU64 } from './packet.ts';
import {
  CHUNK_HEADER_BYTES,
  ChunkFlag,
  decodeRepairHeader,
  openMessage,
  type RejectCode,
  type RepairHeader,
  RepairOffset,
  RepairType,
  viewOf,
} from './repair-layout.ts';

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

export type RepairAnswer = RepairChunk | RepairReject;

/** The packets are copied behind each other into one message. */
export function encodeRepairChunk(
  header: RepairHeader,
  number: number,
  isLast: boolean,
  packets: readonly Uint8Array[],
): Uint8Array {
  let length = CHUNK_HEADER_BYTES;
  for (const packet of packets) length += packet.byteLength;
  const { bytes, view } = openMessage({ ...header, type: RepairType.Chunk }, length);
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
  const { bytes, view } = openMessage({ ...header, type: RepairType.Reject }, 40);
  view.setUint32(RepairOffset.RejectCode, code, true);
  writeU64(view, RepairOffset.RejectOldest, oldest);
  writeU64(view, RepairOffset.RejectNext, next);
  return bytes;
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
