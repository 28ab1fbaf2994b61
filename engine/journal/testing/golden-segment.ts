/** One segment byte by byte: what FORMAT.md shows. */

import { Side } from '../../../feed/index.ts';
import { crc32 } from '../../../feed/process/index.ts';
import { USUAL_CHOICE } from '../../entry/client-directory.ts';
import { cancel, limit } from '../../testing/orders.ts';
import {
  Durability,
  encodeHeader,
  encodeMark,
  FORMAT_VERSION,
  headerChain,
  markOffset,
  type SegmentHeader,
} from '../format.ts';
import { RecordBatch } from '../record-batch.ts';

export const GOLDEN_CLIENT = {
  owner: 3,
  name: 'risk-desk',
  token: '000102030405060708090a0b0c0d0e0f',
  ...USUAL_CHOICE,
};

export const GOLDEN_HEADER: SegmentHeader = {
  version: FORMAT_VERSION,
  durability: Durability.Fsync,
  matcher: new Uint8Array(16).fill(0xaa),
  configuration: new Uint8Array(16).fill(0xbb),
  bootId: new Uint8Array(16).fill(0xcc),
  epoch: { seconds: 0x66f1_c3a0, random: 0x9b3c_11d2 },
  previousEpoch: { seconds: 0x66f1_c000, random: 5 },
  previousLastSequence: 1000,
  previousLastOrderSequence: 2000,
  firstTransaction: 7,
  inode: 4242n,
  born: 1_699_999_999_000_000_000n,
  created: 1_700_000_000_000_000_000n,
  previousChain: 0x1234_5678,
};

const GOLDEN_STANDING = { transaction: 6, nextSequence: 1001, laneA: 0xa1a2_a3a4, laneB: 5 };

/** A client, an order, and its cancel, all in one record, which is committed. */
export function goldenSegment(header: SegmentHeader = GOLDEN_HEADER): {
  readonly bytes: Uint8Array;
} {
  const head = encodeHeader(header, crc32);
  const batch = new RecordBatch();
  batch.client(GOLDEN_CLIENT);
  batch.command(1, 2, 3, 41, limit(1, 1001, Side.Ask, -25, 300));
  batch.command(1, 2, 3, 42, cancel(1, 1001));
  const { bytes: records, chain } = batch.seal(GOLDEN_STANDING, headerChain(head), crc32);
  const bytes = new Uint8Array(head.length + records.length);
  bytes.set(head);
  bytes.set(records, head.length);
  const mark = encodeMark({ end: bytes.length, transaction: 8, chain, isClosed: false }, crc32);
  bytes.set(mark, markOffset(1));
  return { bytes };
}
