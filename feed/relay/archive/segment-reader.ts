/** Reads one segment: its keyframe, its packets, and how far it is whole. */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Nanos } from '../../nanos.ts';
import type { Crc32 } from '../../wire/packet.ts';
import {
  type ArchiveEntry,
  decodeEntry,
  decodeSegmentHeader,
  ENTRY_HEADER_BYTES,
  EntryKind,
  entryBytes,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from './format.ts';
import { countOf } from './packet-count.ts';

/** What is known of a segment without reading all of it. */
export interface SegmentInfo extends SegmentHeader {
  readonly path: string;
  readonly bytes: number;
  /** Sequence after its last whole packet. */
  readonly nextSequence: number;
  /** Its END is there; else it is being written, or was left in the middle of a write. */
  readonly isComplete: boolean;
  /** When its last packet was received; when it was begun, for one without any. */
  readonly lastReceivedAt: Nanos;
}

/** A packet out of a segment. */
export interface ArchivedPacket {
  readonly packet: Uint8Array;
  readonly firstSequence: number;
  readonly count: number;
  readonly receivedAt: Nanos;
}

/** `undefined` for a file that is no segment. A complete one is known by its ends alone. */
export function segmentInfo(path: string, crc32: Crc32): SegmentInfo | undefined {
  const ends = readEnds(path);
  const header = decodeSegmentHeader(ends.head, crc32);
  if (header === undefined) return undefined;
  const end = decodeEntry(ends.tail, 0, crc32);
  if (end?.kind === EntryKind.End) {
    const { sequence: nextSequence, receivedAt: lastReceivedAt } = end;
    return { ...header, path, bytes: ends.bytes, nextSequence, isComplete: true, lastReceivedAt };
  }
  return scan(path, header, crc32);
}

function scan(path: string, header: SegmentHeader, crc32: Crc32): SegmentInfo {
  let nextSequence = header.firstSequence;
  let lastReceivedAt = header.begunAt;
  let bytes = SEGMENT_HEADER_BYTES;
  let isComplete = false;
  for (const entry of entriesOf(readFileSync(path), crc32)) {
    bytes += entryBytes(entry.payload.byteLength);
    if (entry.kind === EntryKind.End) isComplete = true;
    if (entry.kind !== EntryKind.Packet) continue;
    nextSequence = entry.sequence + countOf(entry.payload);
    lastReceivedAt = entry.receivedAt;
  }
  return { ...header, path, bytes, nextSequence, isComplete, lastReceivedAt };
}

/** The keyframe's packets, and those of the stream behind it; read whole, a few dozen MiB at most. */
export interface SegmentContents {
  readonly keyframe: readonly Uint8Array[];
  readonly packets: readonly ArchivedPacket[];
}

export function readSegment(path: string, crc32: Crc32): SegmentContents {
  const keyframe: Uint8Array[] = [];
  const packets: ArchivedPacket[] = [];
  for (const { kind, sequence, receivedAt, payload } of entriesOf(readFileSync(path), crc32)) {
    if (kind === EntryKind.Keyframe) keyframe.push(payload);
    else if (kind === EntryKind.Packet) {
      const count = countOf(payload);
      packets.push({ packet: payload, firstSequence: sequence, count, receivedAt });
    }
  }
  return { keyframe, packets };
}

/** Up to the first that is not whole and intact. */
export function* entriesOf(bytes: Uint8Array, crc32: Crc32): Generator<ArchiveEntry> {
  if (decodeSegmentHeader(bytes, crc32) === undefined) return;
  let at = SEGMENT_HEADER_BYTES;
  for (;;) {
    const entry = decodeEntry(bytes, at, crc32);
    if (entry === undefined) return;
    yield entry;
    if (entry.kind === EntryKind.End) return;
    at += entryBytes(entry.payload.byteLength);
  }
}

interface Ends {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly bytes: number;
}

function readEnds(path: string): Ends {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = new Uint8Array(SEGMENT_HEADER_BYTES);
    const read = readSync(file, head, 0, SEGMENT_HEADER_BYTES, 0);
    const tail = new Uint8Array(ENTRY_HEADER_BYTES);
    const tailAt = size - ENTRY_HEADER_BYTES;
    const isLong = tailAt >= SEGMENT_HEADER_BYTES;
    const tailRead = isLong ? readSync(file, tail, 0, ENTRY_HEADER_BYTES, tailAt) : 0;
    return { head: head.subarray(0, read), tail: tail.subarray(0, tailRead), bytes: size };
  } finally {
    closeSync(file);
  }
}
