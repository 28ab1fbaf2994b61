/** The bytes of a segment: golden ones, and any others. */

import { expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { crc32 } from '../../feed/process/index.ts';
import type { Command } from '../protocol/index.ts';
import { cancel, limit } from '../testing/orders.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import {
  decodeHeader,
  decodeMarks,
  encodeHeader,
  encodeMark,
  FIRST_RECORD,
  headerChain,
  markOffset,
  type SegmentHeader,
  segmentName,
  transactionOfName,
} from './format.ts';
import { NEW_ENGINE, RecordBatch } from './record-batch.ts';
import { RecordPlayer } from './record-player.ts';
import { scanSegment } from './segment-scan.ts';
import { GOLDEN_CLIENT, GOLDEN_HEADER, goldenSegment } from './testing/golden-segment.ts';

it('writes a header that it reads again, and names files so that they sort', () => {
  const header: SegmentHeader = {
    ...GOLDEN_HEADER,
    firstTransaction: 2 ** 53 - 1,
    previousLastSequence: 2 ** 53 - 1,
    previousLastOrderSequence: 2 ** 53 - 1,
    inode: 2n ** 64n - 1n,
    born: 2n ** 64n - 1n,
    previousChain: 2 ** 32 - 1,
  };
  expect(decodeHeader(encodeHeader(header, crc32), crc32)).toEqual(header);
  expect(transactionOfName(segmentName(2 ** 53 - 1))).toBe(2 ** 53 - 1);
  expect([segmentName(10), segmentName(9)].sort()).toEqual([segmentName(9), segmentName(10)]);
  for (const name of ['journal-1.tlj', 'journal-9999999999999999.tlj', `${segmentName(1)}.new`]) {
    expect(transactionOfName(name)).toBeUndefined();
  }
});

it('takes the newer mark, and the closing one of two that are equally far', () => {
  const bytes = encodeHeader(GOLDEN_HEADER, crc32);
  expect(decodeMarks(bytes, crc32)).toMatchObject({ end: FIRST_RECORD, place: 0 });
  const mark = { end: 500, transaction: 12, chain: 5, isClosed: false };
  bytes.set(encodeMark(mark, crc32), markOffset(1));
  expect(decodeMarks(bytes, crc32)).toEqual({ ...mark, place: 1 });
  bytes.set(encodeMark({ ...mark, isClosed: true }, crc32), markOffset(0));
  expect(decodeMarks(bytes, crc32)).toEqual({ ...mark, isClosed: true, place: 0 });
});

it('gives commands and clients back as they came, with their numbers and times', () => {
  const played: unknown[] = [];
  const player = new RecordPlayer({
    command: (...command) => played.push(structuredClone(command)),
    client: (client) => played.push(client),
  });
  const { bytes } = goldenSegment();
  player.play(bytes, FIRST_RECORD, bytes.length);
  expect(played).toEqual([
    GOLDEN_CLIENT,
    [7, 1, 2, 3, 41, limit(1, 1001, Side.Ask, -25, 300)],
    [8, 1, 2, 3, 42, cancel(1, 1001)],
  ]);
  expect(scanSegment(bytes, crc32)).toMatchObject({
    end: bytes.length,
    transaction: 8,
    records: 1,
    tornBytes: 0,
    damage: undefined,
  });
});

it('plays batches that are longer than one frame of the reader', () => {
  const batch = new RecordBatch();
  const count = 20_000;
  for (let i = 1; i <= count; i++) batch.command(0, i, 1, i, limit(1, i, Side.Bid, i, 1));
  const { bytes } = batch.seal(NEW_ENGINE, 0, crc32);
  let next = 1;
  const player = new RecordPlayer({
    command: (transaction, _high, timeLow, _owner, number, command: Command) => {
      const id = 'clientOrderId' in command ? command.clientOrderId : 0;
      expect([transaction, timeLow, number, id]).toEqual([next, next, next, next]);
      next += 1;
    },
    client: () => {},
  });
  player.play(bytes, 0, bytes.length);
  expect(next).toBe(count + 1);
});

it('adds nothing of a command that cannot be written down', () => {
  const batch = new RecordBatch();
  expect(batch.command(0, 0, 1, 1, limit(1, -5, Side.Bid, 1, 1))).toBe(false);
  expect(batch.length).toBe(0);
});

it('survives any bytes', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const { bytes } = goldenSegment();
  for (let i = 0; i < 5000; i++) {
    const mutated = random(3) === 0 ? new Uint8Array(random(600)) : bytes.slice();
    for (let k = random(8); k >= 0; k--) mutated[random(mutated.length)] = random(256);
    if (random(4) === 0 && mutated.length >= FIRST_RECORD + 40) {
      // Lengths of every size, with a header that is right.
      mutated.set(bytes.subarray(0, FIRST_RECORD));
      new DataView(mutated.buffer).setUint32(FIRST_RECORD + 4, random(2) * 0xffff_fff8, true);
    }
    const scan = scanSegment(mutated, crc32, new Set([FIRST_RECORD, bytes.length]));
    expect(scan.end, `seed ${seed}`).toBeLessThanOrEqual(mutated.length);
    if (scan.header === undefined) expect(scan.damage).toBeDefined();
  }
});

it('chains every record to all before it', () => {
  const chain = headerChain(encodeHeader(GOLDEN_HEADER, crc32));
  const { bytes } = goldenSegment();
  const other = goldenSegment({ ...GOLDEN_HEADER, previousChain: 1 }).bytes;
  // The same records behind another header are other bytes.
  expect(Buffer.compare(bytes.subarray(FIRST_RECORD), other.subarray(FIRST_RECORD))).not.toBe(0);
  expect(chain).not.toBe(0);
});
