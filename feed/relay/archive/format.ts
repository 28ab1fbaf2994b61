/**
 * The archive's files. One segment is a keyframe (the books as they were) and the packets that
 * follow it, so that any of its moments can be built from it alone.
 *
 * ```
 *  <archive>/<level>-<epoch>/<first sequence, 16 digits>.tla
 *
 *  segment   header (64)
 *            KEYFRAME entries: the packets of a book snapshot at the first sequence
 *            PACKET entries: the stream's own packets, byte for byte, one behind the other
 *            END entry, once the segment is complete
 *
 *  header
 *   0                                8       10      12      14      16
 *   +--------------------------------+-------+-------+-------+-------+
 *   | "TLARCH01"                     | level | shard | bytes | zero  |
 *   +----------------+---------------+-------+-------+-------+-------+
 *   | epoch seconds  | epoch random  | first sequence (u64)          | 32
 *   +----------------+---------------+-------------------------------+
 *   | begun at, ns since 1970 (u64)  | zero                          | 48
 *   +--------------------------------+---------------+---------------+
 *   | zero                           | zero          | crc32         | 64
 *   +--------------------------------+---------------+---------------+
 *
 *  entry
 *   0                4       6       8                               16
 *   +----------------+-------+-------+-------------------------------+
 *   | crc32          | kind  | zero  | sequence (u64)                |
 *   +----------------+-------+-------+---------------+---------------+
 *   | received at, ns since 1970     | length        | zero          | 32
 *   +--------------------------------+---------------+---------------+
 *   | payload, padded with zeros to a multiple of 8                  |
 * ```
 * Little-endian. An entry's CRC-32 (zlib's) covers everything behind it, the padding too. `sequence`
 * is that of a packet's first record, of a keyframe its position, of the end what comes next.
 */

import type { Epoch } from '../../market.ts';
import type { Nanos } from '../../nanos.ts';
import type { Crc32 } from '../../wire/packet.ts';

export const SEGMENT_HEADER_BYTES = 64;
export const ENTRY_HEADER_BYTES = 32;
export const SEGMENT_SUFFIX = '.tla';
const MAGIC = new TextEncoder().encode('TLARCH01');
const TWO_32 = 4_294_967_296;

export const EntryKind = { Keyframe: 1, Packet: 2, End: 3 } as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

const SegmentOffset = {
  Magic: 0,
  Level: 8,
  Shard: 10,
  HeaderBytes: 12,
  EpochSeconds: 16,
  EpochRandom: 20,
  FirstSequence: 24,
  BegunAt: 32,
  Crc32: 60,
} as const;

const EntryOffset = { Crc32: 0, Kind: 4, Sequence: 8, ReceivedAt: 16, Length: 24 } as const;

export interface SegmentHeader {
  readonly level: number;
  readonly shard: number;
  readonly epoch: Epoch;
  readonly firstSequence: number;
  readonly begunAt: Nanos;
}

export interface ArchiveEntry {
  readonly kind: EntryKind;
  readonly sequence: number;
  readonly receivedAt: Nanos;
  /** A view into what it was read from. */
  readonly payload: Uint8Array;
}

export function encodeSegmentHeader(header: SegmentHeader, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(SegmentOffset.Level, header.level, true);
  view.setUint16(SegmentOffset.Shard, header.shard, true);
  view.setUint16(SegmentOffset.HeaderBytes, SEGMENT_HEADER_BYTES, true);
  view.setUint32(SegmentOffset.EpochSeconds, header.epoch.seconds, true);
  view.setUint32(SegmentOffset.EpochRandom, header.epoch.random, true);
  writeU64(view, SegmentOffset.FirstSequence, header.firstSequence);
  writeNanos(view, SegmentOffset.BegunAt, header.begunAt);
  view.setUint32(SegmentOffset.Crc32, crc32(bytes.subarray(0, SegmentOffset.Crc32)), true);
  return bytes;
}

/** `undefined` for bytes that are no header. */
export function decodeSegmentHeader(bytes: Uint8Array, crc32: Crc32): SegmentHeader | undefined {
  if (bytes.byteLength < SEGMENT_HEADER_BYTES) return undefined;
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  const crc = crc32(bytes.subarray(0, SegmentOffset.Crc32));
  if (view.getUint32(SegmentOffset.Crc32, true) !== crc) return undefined;
  return {
    level: view.getUint16(SegmentOffset.Level, true),
    shard: view.getUint16(SegmentOffset.Shard, true),
    epoch: {
      seconds: view.getUint32(SegmentOffset.EpochSeconds, true),
      random: view.getUint32(SegmentOffset.EpochRandom, true),
    },
    firstSequence: readU64(view, SegmentOffset.FirstSequence),
    begunAt: readNanos(view, SegmentOffset.BegunAt),
  };
}

/** Bytes of an entry in the file. */
export function entryBytes(payloadBytes: number): number {
  return ENTRY_HEADER_BYTES + Math.ceil(payloadBytes / 8) * 8;
}

/** Of an entry's header alone, unchecked: what it is, and how long what follows is. */
export function entryLength(head: Uint8Array): { readonly kind: number; readonly length: number } {
  const view = new DataView(head.buffer, head.byteOffset, ENTRY_HEADER_BYTES);
  const kind = view.getUint16(EntryOffset.Kind, true);
  return { kind, length: view.getUint32(EntryOffset.Length, true) };
}

/** Writes an entry into `out` at `at`, where it has room; returns where the next one goes. */
export function encodeEntry(
  out: Uint8Array,
  at: number,
  entry: ArchiveEntry,
  crc32: Crc32,
): number {
  const { kind, sequence, receivedAt, payload } = entry;
  const end = at + entryBytes(payload.byteLength);
  const view = new DataView(out.buffer, out.byteOffset + at, end - at);
  out.fill(0, at, at + ENTRY_HEADER_BYTES);
  view.setUint16(EntryOffset.Kind, kind, true);
  writeU64(view, EntryOffset.Sequence, sequence);
  writeNanos(view, EntryOffset.ReceivedAt, receivedAt);
  view.setUint32(EntryOffset.Length, payload.byteLength, true);
  out.set(payload, at + ENTRY_HEADER_BYTES);
  out.fill(0, at + ENTRY_HEADER_BYTES + payload.byteLength, end);
  view.setUint32(EntryOffset.Crc32, crc32(out.subarray(at + EntryOffset.Kind, end)), true);
  return end;
}

/**
 * The entry at `at`, or `undefined` where there is no whole and intact one: the end of the file, a
 * write that was cut off, damage.
 */
export function decodeEntry(bytes: Uint8Array, at: number, crc32: Crc32): ArchiveEntry | undefined {
  if (at + ENTRY_HEADER_BYTES > bytes.byteLength) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, ENTRY_HEADER_BYTES);
  const length = view.getUint32(EntryOffset.Length, true);
  const end = at + entryBytes(length);
  if (end > bytes.byteLength) return undefined;
  const crc = crc32(bytes.subarray(at + EntryOffset.Kind, end));
  if (view.getUint32(EntryOffset.Crc32, true) !== crc) return undefined;
  const kind = view.getUint16(EntryOffset.Kind, true);
  if (kind !== EntryKind.Keyframe && kind !== EntryKind.Packet && kind !== EntryKind.End) {
    return undefined;
  }
  const start = at + ENTRY_HEADER_BYTES;
  return {
    kind,
    sequence: readU64(view, EntryOffset.Sequence),
    receivedAt: readNanos(view, EntryOffset.ReceivedAt),
    payload: bytes.subarray(start, start + length),
  };
}

/** `2-66f1c3a0-9b3c11d2`: level and epoch; sorts by level and then by age. */
export function streamFolder(level: number, epoch: Epoch): string {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  return `${level}-${hex(epoch.seconds)}-${hex(epoch.random)}`;
}

export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(16, '0')}${SEGMENT_SUFFIX}`;
}

function writeU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % TWO_32, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
}

function readU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * TWO_32 + view.getUint32(at, true);
}

function writeNanos(view: DataView, at: number, { high, low }: Nanos): void {
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high, true);
}

function readNanos(view: DataView, at: number): Nanos {
  return { high: view.getUint32(at + 4, true), low: view.getUint32(at, true) };
}
