/**
 * The bytes of a checkpoint: a header, and the engine's state behind it. FORMAT.md is normative.
 *
 * ```
 *   0       4       8               16              24              32
 *   +---------------+-------+-------+---------------+---------------+
 *   | "TLCHKPNT"    |ver|sta| bytes | state bytes   | digest        |    0
 *   +---------------+---+---+-------+---------------+---------------+
 *   | matcher fingerprint           | configuration fingerprint     |   32
 *   +-------------------------------+-------------------------------+
 *   | epoch         | previous epoch| previous last | transaction   |   64
 *   +---------------+---------------+---------------+---------------+
 *   | segment       | offset        | next sequence | created       |   96
 *   +-------+-------+---------------+---------------+-------+-------+
 *   | chain | 0     | previous last | 0             | state | CRC-32|  128
 *   +-------+---------------------------------------+-------+-------+
 *   | state ...                                                       160
 * ```
 */

import { type Crc32, DecodeError, type Epoch, MAX_INTEGER, readU64 } from '../../feed/index.ts';
import { digestOf } from '../state.ts';
import { FINGERPRINT_BYTES } from './format.ts';

export const CHECKPOINT_VERSION = 1;
export const CHECKPOINT_HEADER_BYTES = 160;

export const CheckpointOffset = {
  Magic: 0,
  Version: 8,
  StateVersion: 10,
  HeaderBytes: 12,
  StateBytes: 16,
  Digest: 24,
  Matcher: 32,
  Configuration: 48,
  EpochSeconds: 64,
  EpochRandom: 68,
  PreviousEpochSeconds: 72,
  PreviousEpochRandom: 76,
  PreviousLast: 80,
  Transaction: 88,
  Segment: 96,
  Offset: 104,
  NextSequence: 112,
  Created: 120,
  Chain: 128,
  PreviousLastOrder: 136,
  StateCrc: 152,
  Crc: 156,
} as const;

/** What a checkpoint says of itself: which state it holds, and which place in the journal it is of. */
export interface CheckpointHeader {
  /** Of `state.ts`, when it was written. */
  readonly stateVersion: number;
  readonly matcher: Uint8Array;
  readonly configuration: Uint8Array;
  readonly epoch: Epoch;
  readonly previousEpoch: Epoch;
  readonly previousLastSequence: number;
  readonly previousLastOrderSequence: number;
  /** The last one done. */
  readonly transaction: number;
  /** First transaction of the segment, as in its name, and the offset behind the last record done. */
  readonly segment: number;
  readonly offset: number;
  /** Chain value there. */
  readonly chain: number;
  /** Of the L2 stream. */
  readonly nextSequence: number;
  /** Nanoseconds since 1970. */
  readonly created: bigint;
}

export interface FoundCheckpoint extends CheckpointHeader {
  /** See `digestOf`. */
  readonly digest: string;
}

const MAGIC = new TextEncoder().encode('TLCHKPNT');
const NAME = /^checkpoint-([0-9]{16})\.tlc$/;

/** `checkpoint-0000000000001000.tlc`: the last transaction in it. */
export function checkpointName(transaction: number): string {
  return `checkpoint-${String(transaction).padStart(16, '0')}.tlc`;
}

/** The transaction that a file's name says; undefined for any other file. */
export function transactionOfCheckpoint(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined || Number(digits) > MAX_INTEGER ? undefined : Number(digits);
}

export function encodeCheckpoint(
  header: CheckpointHeader,
  state: Uint8Array,
  crc32: Crc32,
): Uint8Array {
  const bytes = new Uint8Array(CHECKPOINT_HEADER_BYTES + state.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, CheckpointOffset.Magic);
  view.setUint16(CheckpointOffset.Version, CHECKPOINT_VERSION, true);
  view.setUint16(CheckpointOffset.StateVersion, header.stateVersion, true);
  view.setUint32(CheckpointOffset.HeaderBytes, CHECKPOINT_HEADER_BYTES, true);
  view.setBigUint64(CheckpointOffset.StateBytes, BigInt(state.length), true);
  view.setBigUint64(CheckpointOffset.Digest, BigInt(`0x${digestOf(state)}`), true);
  bytes.set(header.matcher, CheckpointOffset.Matcher);
  bytes.set(header.configuration, CheckpointOffset.Configuration);
  view.setUint32(CheckpointOffset.EpochSeconds, header.epoch.seconds, true);
  view.setUint32(CheckpointOffset.EpochRandom, header.epoch.random, true);
  view.setUint32(CheckpointOffset.PreviousEpochSeconds, header.previousEpoch.seconds, true);
  view.setUint32(CheckpointOffset.PreviousEpochRandom, header.previousEpoch.random, true);
  view.setBigUint64(CheckpointOffset.PreviousLast, BigInt(header.previousLastSequence), true);
  view.setBigUint64(CheckpointOffset.Transaction, BigInt(header.transaction), true);
  view.setBigUint64(CheckpointOffset.Segment, BigInt(header.segment), true);
  view.setBigUint64(CheckpointOffset.Offset, BigInt(header.offset), true);
  view.setBigUint64(CheckpointOffset.NextSequence, BigInt(header.nextSequence), true);
  view.setBigUint64(CheckpointOffset.Created, header.created, true);
  view.setUint32(CheckpointOffset.Chain, header.chain, true);
  const previousLastOrder = BigInt(header.previousLastOrderSequence);
  view.setBigUint64(CheckpointOffset.PreviousLastOrder, previousLastOrder, true);
  view.setUint32(CheckpointOffset.StateCrc, crc32(state), true);
  view.setUint32(CheckpointOffset.Crc, crc32(bytes.subarray(0, CheckpointOffset.Crc)), true);
  bytes.set(state, CHECKPOINT_HEADER_BYTES);
  return bytes;
}

/** The header alone, of which `bytes` holds at least all. Throws `DecodeError`. */
export function decodeCheckpointHeader(bytes: Uint8Array, crc32: Crc32): FoundCheckpoint {
  if (bytes.length < CHECKPOINT_HEADER_BYTES) {
    const detail = `A checkpoint begins with ${CHECKPOINT_HEADER_BYTES}.`;
    throw new DecodeError('TRUNCATED', bytes.length, detail);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const crc = crc32(bytes.subarray(0, CheckpointOffset.Crc));
  if (view.getUint32(CheckpointOffset.Crc, true) !== crc) {
    throw new DecodeError('BAD_CHECKSUM', CheckpointOffset.Crc, 'The header of a checkpoint.');
  }
  const version = view.getUint16(CheckpointOffset.Version, true);
  if (MAGIC.some((byte, i) => bytes[i] !== byte) || version !== CHECKPOINT_VERSION) {
    const detail = `It is of version ${version}, and this engine reads ${CHECKPOINT_VERSION}.`;
    throw new DecodeError('BAD_VALUE', CheckpointOffset.Version, detail);
  }
  const slice = (at: number) => bytes.slice(at, at + FINGERPRINT_BYTES);
  const epochAt = (at: number): Epoch => ({
    seconds: view.getUint32(at, true),
    random: view.getUint32(at + 4, true),
  });
  return {
    stateVersion: view.getUint16(CheckpointOffset.StateVersion, true),
    digest: view.getBigUint64(CheckpointOffset.Digest, true).toString(16).padStart(16, '0'),
    matcher: slice(CheckpointOffset.Matcher),
    configuration: slice(CheckpointOffset.Configuration),
    epoch: epochAt(CheckpointOffset.EpochSeconds),
    previousEpoch: epochAt(CheckpointOffset.PreviousEpochSeconds),
    previousLastSequence: readU64(view, CheckpointOffset.PreviousLast),
    previousLastOrderSequence: readU64(view, CheckpointOffset.PreviousLastOrder),
    transaction: readU64(view, CheckpointOffset.Transaction),
    segment: readU64(view, CheckpointOffset.Segment),
    offset: readU64(view, CheckpointOffset.Offset),
    chain: view.getUint32(CheckpointOffset.Chain, true),
    nextSequence: readU64(view, CheckpointOffset.NextSequence),
    created: view.getBigUint64(CheckpointOffset.Created, true),
  };
}

/** The state of a whole checkpoint, a view of its bytes. Throws `DecodeError`. */
export function stateOfCheckpoint(bytes: Uint8Array, crc32: Crc32): Uint8Array {
  const { digest } = decodeCheckpointHeader(bytes, crc32);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const state = bytes.subarray(CHECKPOINT_HEADER_BYTES);
  if (readU64(view, CheckpointOffset.StateBytes) !== state.length) {
    throw new DecodeError('BAD_LENGTH', CheckpointOffset.StateBytes, `${state.length} are there.`);
  }
  if (view.getUint32(CheckpointOffset.StateCrc, true) !== crc32(state)) {
    throw new DecodeError('BAD_CHECKSUM', CheckpointOffset.StateCrc, 'The state of a checkpoint.');
  }
  if (digestOf(state) !== digest) {
    throw new DecodeError('BAD_VALUE', CheckpointOffset.Digest, 'The state has another digest.');
  }
  return state;
}
