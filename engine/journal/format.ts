/**
 * The bytes of a segment: a header, two commit marks, and records. FORMAT.md is the normative text.
 *
 * ```
 *   0       4       8               16              24              32
 *   +---------------+-------+---+---+---------------+---------------+
 *   | "TLJOURNL"    |ver|dur| bytes | 0                             |    0
 *   +---------------+---+---+-------+---------------+---------------+
 *   | matcher fingerprint           | configuration fingerprint     |   32
 *   +-------------------------------+-------------------------------+
 *   | boot id                       | epoch         | previous epoch|   64
 *   +---------------+---------------+---------------+---------------+
 *   | previous last | first         | inode         | created       |   96
 *   +-------+-------+---------------+---------------+---------------+
 *   | chain | 0     | previous last | born          | 0     |CRC-32 |  128
 *   +-------+-----------------------------------------------+-------+
 *   | commit mark A                                                 |  160
 *   | commit mark B                                                 |  192
 *   +---------------------------------------------------------------+
 *   | records ...                                                     224
 * ```
 */

import { type Crc32, DecodeError, type Epoch, MAX_INTEGER } from '../../feed/index.ts';

/** Of the records; header and commit marks are the same in every version. */
export const FORMAT_VERSION = 2;
export const FINGERPRINT_BYTES = 16;
export const HEADER_BYTES = 160;
export const MARK_BYTES = 32;
/** The first record of a segment. */
export const FIRST_RECORD = HEADER_BYTES + 2 * MARK_BYTES;

export const HeaderOffset = {
  Magic: 0,
  Version: 8,
  Durability: 10,
  HeaderBytes: 12,
  Matcher: 32,
  Configuration: 48,
  BootId: 64,
  EpochSeconds: 80,
  EpochRandom: 84,
  PreviousEpochSeconds: 88,
  PreviousEpochRandom: 92,
  PreviousLast: 96,
  FirstTransaction: 104,
  Inode: 112,
  Created: 120,
  PreviousChain: 128,
  PreviousLastOrder: 136,
  Born: 144,
  Crc: 156,
} as const;

export const MarkOffset = { End: 0, Transaction: 8, Chain: 16, Flags: 20, Crc: 28 } as const;

/**
 * A record is what one commit has written: a head, and behind it an entry for each command and each
 * client that was named.
 *
 * ```
 *   0       4       8       12      16              24              32              40
 *   +-------+-------+-------+-------+---------------+---------------+-------+-------+
 *   | 254   | bytes | CRC-32|command| transaction   | next sequence | lane A| lane B|  entries ...
 *   +-------+-------+-------+-------+---------------+---------------+-------+-------+
 * ```
 * From `transaction` on it says where the engine stood before the record: whoever does the journal
 * again compares. The CRC runs from `Commands` to the end of the record and is seeded with the one
 * of the record before.
 */
export const RECORD_HEAD_BYTES = 40;
export const RECORD_HEAD_TYPE = 254;
export const RecordOffset = {
  Length: 4,
  Crc: 8,
  Commands: 12,
  Transaction: 16,
  NextSequence: 24,
  LaneA: 32,
  LaneB: 36,
} as const;

/**
 * In front of each message; laid out like a message itself, so that one cursor reads both. The
 * first word holds the type and, above it, the owner: MAX_OWNERS is 2^22.
 *
 * ```
 *   0       4       8               16
 *   +---+---+-------+-------+-------+---------------+
 *   |255|own| 16    | time low, high| message ...   |
 *   +---+---+-------+-------+-------+---------------+
 * ```
 */
export const ENTRY_HEAD_BYTES = 16;
export const ENTRY_HEAD_TYPE = 255;
export const EntryOffset = { Owner: 1, TimeLow: 8, TimeHigh: 12 } as const;
/** An entry's shortest message. */
const SHORTEST_MESSAGE = 8;
/** Where the message says how long it is, from the start of the entry. */
const MESSAGE_LENGTH = ENTRY_HEAD_BYTES + 4;
export const SHORTEST_RECORD = RECORD_HEAD_BYTES + ENTRY_HEAD_BYTES + SHORTEST_MESSAGE;

export const Durability = { Write: 0, Fsync: 1 } as const;
export type Durability = (typeof Durability)[keyof typeof Durability];

/** What a segment says of itself. */
export interface SegmentHeader {
  /** Of another version than `FORMAT_VERSION` only header and marks can be read. */
  readonly version: number;
  readonly durability: Durability;
  /** What the matcher does, and with which limits; see fingerprint.ts. */
  readonly matcher: Uint8Array;
  readonly configuration: Uint8Array;
  /** Of the machine's run in which the segment was begun; zeros where it cannot be known. */
  readonly bootId: Uint8Array;
  readonly epoch: Epoch;
  /** As in the epoch's EPOCH_START record. */
  readonly previousEpoch: Epoch;
  readonly previousLastSequence: number;
  readonly previousLastOrderSequence: number;
  /** Number of the first transaction in it, or of the next one while it has none. */
  readonly firstTransaction: number;
  /** The file's own, so that a copy out of a backup is known for one; 0 where there is none. */
  readonly inode: bigint;
  /** When the file itself was made, by its file system; 0 where that does not say. */
  readonly born: bigint;
  /** Nanoseconds since 1970. */
  readonly created: bigint;
  /** Chain value after the last record of the segment before; 0 in the first segment. */
  readonly previousChain: number;
}

/** How far a segment counts: what stands before `end` has been, or is about to be, answered. */
export interface CommitMark {
  readonly end: number;
  readonly transaction: number;
  readonly chain: number;
  /** True when another segment follows. */
  readonly isClosed: boolean;
}

/** A mark as it was found; the next one is written to the other place. */
export interface FoundMark extends CommitMark {
  readonly place: number;
}

const MAGIC = new TextEncoder().encode('TLJOURNL');
const CLOSED = 1;
const NAME = /^journal-([0-9]{16})\.tlj$/;

/** `journal-0000000000000001.tlj`: sorted by name they are sorted by transaction. */
export function segmentName(firstTransaction: number): string {
  return `journal-${String(firstTransaction).padStart(16, '0')}.tlj`;
}

/** The first transaction that a file's name says; undefined for any other file. */
export function transactionOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined || Number(digits) > MAX_INTEGER ? undefined : Number(digits);
}

/** Header and first commit mark: a segment without records. */
export function encodeHeader(header: SegmentHeader, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(FIRST_RECORD);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, HeaderOffset.Magic);
  view.setUint16(HeaderOffset.Version, header.version, true);
  bytes[HeaderOffset.Durability] = header.durability;
  view.setUint32(HeaderOffset.HeaderBytes, FIRST_RECORD, true);
  bytes.set(header.matcher, HeaderOffset.Matcher);
  bytes.set(header.configuration, HeaderOffset.Configuration);
  bytes.set(header.bootId, HeaderOffset.BootId);
  view.setUint32(HeaderOffset.EpochSeconds, header.epoch.seconds, true);
  view.setUint32(HeaderOffset.EpochRandom, header.epoch.random, true);
  view.setUint32(HeaderOffset.PreviousEpochSeconds, header.previousEpoch.seconds, true);
  view.setUint32(HeaderOffset.PreviousEpochRandom, header.previousEpoch.random, true);
  view.setBigUint64(HeaderOffset.PreviousLast, BigInt(header.previousLastSequence), true);
  view.setBigUint64(HeaderOffset.FirstTransaction, BigInt(header.firstTransaction), true);
  view.setBigUint64(HeaderOffset.Inode, header.inode, true);
  view.setBigUint64(HeaderOffset.Born, header.born, true);
  view.setBigUint64(HeaderOffset.Created, header.created, true);
  view.setUint32(HeaderOffset.PreviousChain, header.previousChain, true);
  const previousLastOrder = BigInt(header.previousLastOrderSequence);
  view.setBigUint64(HeaderOffset.PreviousLastOrder, previousLastOrder, true);
  const chain = crc32(bytes.subarray(0, HeaderOffset.Crc));
  view.setUint32(HeaderOffset.Crc, chain, true);
  const transaction = header.firstTransaction - 1;
  const mark = encodeMark({ end: FIRST_RECORD, transaction, chain, isClosed: false }, crc32);
  bytes.set(mark, HEADER_BYTES);
  return bytes;
}

/** Throws `DecodeError`. */
export function decodeHeader(bytes: Uint8Array, crc32: Crc32): SegmentHeader {
  if (bytes.length < FIRST_RECORD) {
    throw new DecodeError('TRUNCATED', bytes.length, `A segment begins with ${FIRST_RECORD}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(HeaderOffset.Crc, true) !== crc32(bytes.subarray(0, HeaderOffset.Crc))) {
    throw new DecodeError('BAD_CHECKSUM', HeaderOffset.Crc, 'The header of a segment.');
  }
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new DecodeError('BAD_VALUE', HeaderOffset.Magic, 'It is no segment.');
  }
  const slice = (at: number) => bytes.slice(at, at + FINGERPRINT_BYTES);
  return {
    version: view.getUint16(HeaderOffset.Version, true),
    durability: bytes[HeaderOffset.Durability] === 1 ? Durability.Fsync : Durability.Write,
    matcher: slice(HeaderOffset.Matcher),
    configuration: slice(HeaderOffset.Configuration),
    bootId: slice(HeaderOffset.BootId),
    epoch: epochAt(view, HeaderOffset.EpochSeconds),
    previousEpoch: epochAt(view, HeaderOffset.PreviousEpochSeconds),
    previousLastSequence: Number(view.getBigUint64(HeaderOffset.PreviousLast, true)),
    previousLastOrderSequence: Number(view.getBigUint64(HeaderOffset.PreviousLastOrder, true)),
    firstTransaction: Number(view.getBigUint64(HeaderOffset.FirstTransaction, true)),
    inode: view.getBigUint64(HeaderOffset.Inode, true),
    born: view.getBigUint64(HeaderOffset.Born, true),
    created: view.getBigUint64(HeaderOffset.Created, true),
    previousChain: view.getUint32(HeaderOffset.PreviousChain, true),
  };
}

/** The chain's value before a segment's first record. */
export function headerChain(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(HeaderOffset.Crc, true);
}

export function encodeMark(mark: CommitMark, crc32: Crc32): Uint8Array {
  const bytes = new Uint8Array(MARK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(MarkOffset.End, BigInt(mark.end), true);
  view.setBigUint64(MarkOffset.Transaction, BigInt(mark.transaction), true);
  view.setUint32(MarkOffset.Chain, mark.chain, true);
  view.setUint32(MarkOffset.Flags, mark.isClosed ? CLOSED : 0, true);
  view.setUint32(MarkOffset.Crc, crc32(bytes.subarray(0, MarkOffset.Crc)), true);
  return bytes;
}

/** The newer of a segment's two marks; undefined when neither can be read. */
export function decodeMarks(bytes: Uint8Array, crc32: Crc32): FoundMark | undefined {
  const first = decodeMark(bytes, 0, crc32);
  const second = decodeMark(bytes, 1, crc32);
  if (first === undefined || second === undefined) return first ?? second;
  const isSecondNewer = second.end > first.end || (second.end === first.end && second.isClosed);
  return isSecondNewer ? second : first;
}

/** Where a mark stands in its segment; place 0 or 1. */
export function markOffset(place: number): number {
  return HEADER_BYTES + place * MARK_BYTES;
}

function decodeMark(bytes: Uint8Array, place: number, crc32: Crc32): FoundMark | undefined {
  const at = markOffset(place);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, MARK_BYTES);
  const end = Number(view.getBigUint64(MarkOffset.End, true));
  const crc = crc32(bytes.subarray(at, at + MarkOffset.Crc));
  if (crc !== view.getUint32(MarkOffset.Crc, true) || end < FIRST_RECORD) return undefined;
  return {
    place,
    end,
    transaction: Number(view.getBigUint64(MarkOffset.Transaction, true)),
    chain: view.getUint32(MarkOffset.Chain, true),
    isClosed: (view.getUint32(MarkOffset.Flags, true) & CLOSED) !== 0,
  };
}

/** Length of the record at `at`, of which at least its head is there. */
export function recordLength(view: DataView, at: number): number {
  return view.getUint32(at + RecordOffset.Length, true);
}

/** Length of the entry at `at`, of which at least its head and 8 bytes are there. */
export function entryLength(view: DataView, at: number): number {
  return ENTRY_HEAD_BYTES + view.getUint32(at + MESSAGE_LENGTH, true);
}

function epochAt(view: DataView, at: number): Epoch {
  return { seconds: view.getUint32(at, true), random: view.getUint32(at + 4, true) };
}
