/**
 * The packet: one ZeroMQ frame of a stream, a 48-byte header and records behind it. Little-endian
 * but for the topic.
 *
 * ```
 *  0                                8               12              16
 *  +--------------------------------+---------------+---------------+
 *  | topic (8, see topic.ts)        | crc32 (u32)   | length (u32)  |
 *  +----------------+---------------+---------------+---------------+
 *  | epoch seconds  | epoch random  | first sequence (u64)          |
 *  +----------------+---------------+---------+---------+-----------+ 32
 *  | publish time, ns (u64)         | hdr u16 | flg u16 | count u32 |
 *  +--------------------------------+---------+---------+-----------+ 48
 *  | records ...                                                    |
 * ```
 * The CRC-32 (zlib's) covers the topic and everything from byte 12 to the end. `length` is that of
 * the whole frame. `hdr` is where the records start, so that the header may grow. `count` is how
 * many sequence numbers the records use: `next = first + count`.
 */

import { MAX_INTEGER, MAX_PACKET_BYTES } from '../limits.ts';
import type { Nanos } from '../nanos.ts';
import { DecodeError } from './decode-error.ts';
import { TOPIC_BYTES } from './topic.ts';

export const HEADER_BYTES = 48;

export const PacketOffset = {
  Topic: 0,
  Crc32: 8,
  Length: 12,
  EpochSeconds: 16,
  EpochRandom: 20,
  FirstSequence: 24,
  PublishTime: 32,
  HeaderBytes: 40,
  Flags: 42,
  Count: 44,
} as const;

export const PacketFlag = {
  /** Nothing new: announces the next sequence; its records use no sequence numbers. */
  Heartbeat: 1,
  /** Part of a book snapshot; its records use no sequence numbers. */
  Snapshot: 2,
  /** Of a range of the past: holds the records of some instruments; `count` is what it covers. */
  Filtered: 4,
  /** No records will follow in this epoch. */
  EndOfSession: 8,
} as const;

/** `crc32(bytes, seed)`, as zlib's: the function comes in from outside, for this folder knows no platform. */
export type Crc32 = (bytes: Uint8Array, seed?: number) => number;

const TWO_32 = 4_294_967_296;

export interface PacketHeader {
  epochSeconds: number;
  epochRandom: number;
  firstSequence: number;
  publishTime: Nanos;
  flags: number;
  count: number;
}

export function packetHeader(): PacketHeader {
  return {
    epochSeconds: 0,
    epochRandom: 0,
    firstSequence: 0,
    publishTime: { high: 0, low: 0 },
    flags: 0,
    count: 0,
  };
}

/**
 * Writes `header` into the first 48 bytes of `packet`, whose topic and records are already in
 * place, and its length and checksum.
 */
export function sealPacket(packet: Uint8Array, header: PacketHeader, crc32: Crc32): void {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  view.setUint32(PacketOffset.Length, packet.byteLength, true);
  view.setUint32(PacketOffset.EpochSeconds, header.epochSeconds, true);
  view.setUint32(PacketOffset.EpochRandom, header.epochRandom, true);
  writeU64(view, PacketOffset.FirstSequence, header.firstSequence);
  view.setUint32(PacketOffset.PublishTime, header.publishTime.low, true);
  view.setUint32(PacketOffset.PublishTime + 4, header.publishTime.high, true);
  view.setUint16(PacketOffset.HeaderBytes, HEADER_BYTES, true);
  view.setUint16(PacketOffset.Flags, header.flags, true);
  view.setUint32(PacketOffset.Count, header.count, true);
  view.setUint32(PacketOffset.Crc32, packetChecksum(packet, crc32), true);
}

function packetChecksum(packet: Uint8Array, crc32: Crc32): number {
  return crc32(packet.subarray(PacketOffset.Length), crc32(packet.subarray(0, TOPIC_BYTES)));
}

/**
 * Checks the frame as a whole (length, checksum, field ranges) and reads its header into `out`.
 * Returns the offset of the first record. Throws `DecodeError` for anything else.
 */
export function openPacket(packet: Uint8Array, out: PacketHeader, crc32: Crc32): number {
  const bytes = packet.byteLength;
  if (bytes < HEADER_BYTES)
    throw new DecodeError('TRUNCATED', bytes, `A packet has at least ${HEADER_BYTES}.`);
  if (bytes > MAX_PACKET_BYTES)
    throw new DecodeError('TOO_LONG', bytes, `The limit is ${MAX_PACKET_BYTES}.`);
  const view = new DataView(packet.buffer, packet.byteOffset, bytes);
  const length = view.getUint32(PacketOffset.Length, true);
  if (length !== bytes) {
    throw new DecodeError(
      'BAD_LENGTH',
      PacketOffset.Length,
      `It says ${length}, the frame has ${bytes}.`,
    );
  }
  if (view.getUint32(PacketOffset.Crc32, true) !== packetChecksum(packet, crc32)) {
    throw new DecodeError('BAD_CHECKSUM', PacketOffset.Crc32, '');
  }
  const headerBytes = view.getUint16(PacketOffset.HeaderBytes, true);
  if (headerBytes < HEADER_BYTES || headerBytes > bytes || headerBytes % 8 !== 0) {
    throw new DecodeError('BAD_HEADER', PacketOffset.HeaderBytes, `It says ${headerBytes}.`);
  }
  out.epochSeconds = view.getUint32(PacketOffset.EpochSeconds, true);
  out.epochRandom = view.getUint32(PacketOffset.EpochRandom, true);
  out.firstSequence = readU64(view, PacketOffset.FirstSequence);
  out.publishTime.low = view.getUint32(PacketOffset.PublishTime, true);
  out.publishTime.high = view.getUint32(PacketOffset.PublishTime + 4, true);
  out.flags = view.getUint16(PacketOffset.Flags, true);
  out.count = view.getUint32(PacketOffset.Count, true);
  return headerBytes;
}

/** `value`: 0 to 2^53 - 1. */
export function writeU64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value >>> 0, true);
  view.setUint32(offset + 4, Math.floor(value / TWO_32), true);
}

/** Throws `DecodeError` above 2^53 - 1, which a JavaScript number cannot hold exactly. */
export function readU64(view: DataView, offset: number): number {
  const value = view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
  if (value > MAX_INTEGER) throw new DecodeError('BAD_VALUE', offset, 'It exceeds 2^53 - 1.');
  return value;
}
