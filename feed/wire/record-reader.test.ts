import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { packetHeader, sealPacket } from './packet.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import { StreamLevel, shardTopic } from './topic.ts';

function sealed(bytes: Uint8Array, count: number): Uint8Array {
  bytes.set(shardTopic(StreamLevel.L2));
  const header = packetHeader();
  header.firstSequence = 1;
  header.count = count;
  sealPacket(bytes, header, crc32);
  return bytes;
}

test('an old consumer passes over types it does not know, and counts them', () => {
  const writer = new RecordWriter();
  writer.level(1, 1, 0, 100, 5, 1);
  writer.level(1, 2, 0, 99, 5, 1);
  writer.level(1, 3, 0, 98, 5, 1);
  const packet = writer.take();
  packet[48 + 32] = 200;
  const reader = new RecordReader(crc32);
  reader.open(sealed(packet, 3));
  const seen: number[][] = [];
  while (reader.next()) seen.push([reader.type, reader.sequenceLow]);
  expect(seen).toEqual([
    [2, 1],
    [200, 2],
    [2, 3],
  ]);
});

test('an old consumer lives with a record, and a header, that have grown', () => {
  const writer = new RecordWriter();
  writer.level(1, 1, 1, 100, 5, 1);
  writer.level(1, 2, 1, 101, 6, 1);
  const old = writer.take();
  const packet = new Uint8Array(old.length + 16 + 8);
  packet.set(old.subarray(0, 48));
  packet.set(old.subarray(48, 80), 56);
  packet[57] = 6;
  packet.set(old.subarray(80), 56 + 48);
  sealed(packet, 2);
  new DataView(packet.buffer).setUint16(40, 56, true);
  const view = new DataView(packet.buffer);
  view.setUint32(8, crc32(packet.subarray(12), crc32(packet.subarray(0, 8))), true);
  const reader = new RecordReader(crc32);
  reader.open(packet);
  const prices: number[] = [];
  while (reader.next()) prices.push(reader.price);
  expect(prices).toEqual([100, 101]);
});

test('every single flipped bit of a packet is noticed', () => {
  const writer = new RecordWriter();
  writer.transaction(1, 2, 3);
  writer.level(1, 1, 0, 100, 5, 1);
  const packet = sealed(writer.take(), 2);
  const reader = new RecordReader(crc32);
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const damaged = packet.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => reader.open(damaged), `bit ${bit}`).toThrow();
  }
});

test('a writer that is asked to write beyond its end throws instead of writing elsewhere', () => {
  const writer = new RecordWriter(64);
  expect(writer.fits(16)).toBe(true);
  writer.bookClear(1, 1);
  expect(writer.fits(16)).toBe(false);
  expect(() => writer.bookClear(1, 2)).toThrow(RangeError);
  expect(() => new RecordWriter().endTransaction()).toThrow('no record has been written');
});

test('a packet that lies at any place in its memory is read alike', () => {
  const writer = new RecordWriter();
  writer.level(1, 1, 1, -100, 2 ** 40, 7);
  const packet = sealed(writer.take(), 1);
  const reader = new RecordReader(crc32);
  for (let offset = 0; offset < 9; offset++) {
    const memory = new Uint8Array(packet.length + offset);
    memory.set(packet, offset);
    reader.open(memory.subarray(offset));
    expect(reader.next()).toBe(true);
    expect([reader.price, reader.quantity, reader.orderCount]).toEqual([-100, 2 ** 40, 7]);
    reader.open(Buffer.from(memory.buffer, offset));
    reader.survey();
    expect(reader.recordCount).toBe(1);
  }
});
