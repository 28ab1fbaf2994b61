import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { firstDifference } from '../book/naive-book.ts';
import { Random } from '../testing/random.ts';
import { ToyEngine, wordsOf } from '../testing/toy-engine.ts';
import { packetHeader, sealPacket } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordWriter } from '../wire/record-writer.ts';
import { StreamLevel, shardTopic } from '../wire/topic.ts';
import { SnapshotEncoder } from './snapshot-encoder.ts';
import { SnapshotLoader } from './snapshot-loader.ts';

const wallClock = (): void => {};

function snapshotOf(engine: ToyEngine): Uint8Array[] {
  const encoder = new SnapshotEncoder({ topic: shardTopic(engine.level), crc32, wallClock });
  const packets: Uint8Array[] = [];
  const ids = engine.instrumentIds();
  let from = 0;
  while (from < ids.length) from = encoder.encode(engine, ids, from, packets);
  return packets;
}

function engineWith(acts: number, level: StreamLevel = StreamLevel.L2): ToyEngine {
  const epoch = { seconds: 3, random: 4 };
  const engine = new ToyEngine({ level, epoch, instruments: 5, wallClock, sink: () => {} });
  const random = new Random(11);
  for (let i = 0; i < acts; i++) engine.act(random);
  return engine;
}

test('builds the books that were encoded, over as many packets as it takes', () => {
  const engine = engineWith(4000);
  const [toy] = engine.instruments;
  if (toy === undefined) throw new Error('no instrument');
  for (let i = 0; i < 5000; i++) engine.setLevel(toy, 0, 1000 + i, 1 + i, 1);
  const packets = snapshotOf(engine);
  expect(packets.length).toBeGreaterThan(4);
  const loader = new SnapshotLoader(crc32);
  for (const packet of packets) loader.add(packet);
  expect(loader.isComplete).toBe(true);
  expect(loader.epoch).toEqual(engine.epoch);
  for (const { id, book, sequence, transaction, streamSequence, definition } of loader.loaded) {
    const right = engine.instrument(id);
    if (right === undefined) throw new Error(`no instrument ${id}`);
    expect(firstDifference(book, right.naive)).toBeUndefined();
    expect([sequence, transaction]).toEqual([right.sequence, right.transaction]);
    expect([streamSequence, definition.symbol]).toEqual([engine.nextSequence, right.symbol]);
  }
});

test('builds the queues of an L3 snapshot, over as many packets as it takes', () => {
  const engine = engineWith(500, StreamLevel.L3);
  const [toy] = engine.instruments;
  if (toy === undefined) throw new Error('no instrument');
  for (let i = 0; i < 2000; i++) engine.addOrder(toy, 0, 1000 + (i % 7), 1 + i);
  const packets = snapshotOf(engine);
  expect(packets.length).toBeGreaterThan(2);
  const loader = new SnapshotLoader(crc32, StreamLevel.L3);
  for (const packet of packets) loader.add(packet);
  expect(loader.isComplete).toBe(true);
  let orders = 0;
  for (const { id, book, definition } of loader.loaded) {
    const right = engine.instrument(id);
    if (right === undefined) throw new Error(`no instrument ${id}`);
    const loaded = { ...right, ...definition, book };
    expect(wordsOf(loaded)).toEqual(right.words);
    orders += right.orderList?.orders.length ?? 0;
  }
  expect(orders).toBeGreaterThan(2000);
});

test('an order that is there twice, or shows nothing, is refused', () => {
  const epoch = { seconds: 3, random: 4 };
  for (const shown of [0, 5]) {
    const records = new RecordWriter();
    records.bytes.set(shardTopic(StreamLevel.L3));
    records.instrument(1, 1, 2, 0, 1, 9, '1', '1', 'TWICE');
    if (shown > 0) records.orderAdded(1, 0, 0, 5, 77, shown);
    records.orderAdded(1, 0, 1, 6, 77, shown);
    const packet = records.take();
    const header = packetHeader();
    Object.assign(header, { epochSeconds: epoch.seconds, epochRandom: epoch.random, flags: 2 });
    sealPacket(packet, header, crc32);
    const loader = new SnapshotLoader(crc32, StreamLevel.L3);
    expect(() => loader.add(packet)).toThrow('Order 77 does not fit');
    expect(() => new SnapshotLoader(crc32).add(packet)).toThrow('WRONG_LEVEL');
  }
});

test('a snapshot that ends within an instrument is not complete', () => {
  const engine = engineWith(10);
  const [toy] = engine.instruments;
  if (toy === undefined) throw new Error('no instrument');
  for (let i = 0; i < 3000; i++) engine.setLevel(toy, 0, 1000 + i, 1 + i, 1);
  const loader = new SnapshotLoader(crc32);
  expect(loader.isComplete).toBe(false);
  loader.add(snapshotOf(engine)[0] ?? new Uint8Array(0));
  expect(loader.isComplete).toBe(false);
});

test('a book that does not have the hash of its position is refused', () => {
  const [packet = new Uint8Array(0)] = snapshotOf(engineWith(200));
  const reader = new RecordReader(crc32);
  reader.open(packet);
  let at = reader.cursor;
  while (reader.next() && reader.type !== 2) at = reader.cursor;
  // One lot more on one level, with the packet sealed again.
  const view = new DataView(packet.buffer);
  view.setUint32(at + 24, view.getUint32(at + 24, true) + 1, true);
  const header = packetHeader();
  Object.assign(header, reader.header);
  sealPacket(packet, header, crc32);
  expect(() => new SnapshotLoader(crc32).add(packet)).toThrow('BAD_CHECKSUM');
});

test('a packet of the stream is no part of a snapshot', () => {
  const engine = engineWith(1);
  engine.writer.flush();
  const [first] = engine.ring.packetsFrom(1);
  const packet = first?.packet ?? new Uint8Array();
  expect(() => new SnapshotLoader(crc32).add(packet)).toThrow('BAD_HEADER');
});

test.each([
  ['L3', StreamLevel.L2, StreamLevel.L3],
  ['L2', StreamLevel.L3, StreamLevel.L2],
])('a snapshot of the other level is none of %s, whatever its books are', (_, told, wanted) => {
  // Those of a venue look the same on both, but their sequences are the stream's.
  const [first] = snapshotOf(engineWith(0, told));
  if (first === undefined) throw new Error('no packet');
  expect(() => new SnapshotLoader(crc32, wanted).add(first)).toThrow('WRONG_LEVEL');
  expect(() => new SnapshotLoader(crc32, told, 1).add(first)).toThrow('BAD_TOPIC');
});
