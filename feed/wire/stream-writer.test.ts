import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { TARGET_PACKET_BYTES } from '../limits.ts';
import { testSeeds, withSeed } from '../testing/random.ts';
import { PacketFlag } from './packet.ts';
import { PositionRotation } from './position-rotation.ts';
import { RecordReader } from './record-reader.ts';
import { RECORD_BYTES, RecordType } from './records.ts';
import { StreamWriter } from './stream-writer.ts';
import { StreamLevel, shardTopic } from './topic.ts';

interface Sent {
  readonly packet: Uint8Array;
  readonly first: number;
  readonly count: number;
}

function writerInto(sent: Sent[], firstSequence = 1): StreamWriter {
  return new StreamWriter({
    epoch: { seconds: 5, random: 6 },
    topic: shardTopic(StreamLevel.L2),
    firstSequence,
    crc32,
    wallClock: (out) => {
      out.high = 1;
      out.low = 2;
    },
    sink: (packet, first, count) => sent.push({ packet, first, count }),
  });
}

function level(writer: StreamWriter, sequence: number): void {
  writer.reserve(RECORD_BYTES[RecordType.Level]);
  writer.records.level(1, sequence, 0, 100, 5, 1);
}

test('numbers records through packets', () => {
  const sent: Sent[] = [];
  const writer = writerInto(sent, 10);
  level(writer, 1);
  level(writer, 2);
  expect(writer.nextSequence).toBe(12);
  writer.flush();
  level(writer, 3);
  writer.flush();
  writer.flush();
  expect(sent.map(({ first, count }) => [first, count])).toEqual([
    [10, 2],
    [12, 1],
  ]);
});

test('sends a packet of its own accord when it has grown to the target', () => {
  const sent: Sent[] = [];
  const writer = writerInto(sent);
  for (let i = 1; i <= 5000; i++) level(writer, i);
  writer.flush();
  expect(sent.length).toBeGreaterThan(4);
  for (const { packet } of sent) expect(packet.length).toBeLessThan(TARGET_PACKET_BYTES + 32);
  expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
});

test('never hands out the same bytes twice', () => {
  const sent: Sent[] = [];
  const writer = writerInto(sent);
  level(writer, 1);
  writer.flush();
  const copy = sent[0]?.packet.slice();
  level(writer, 2);
  writer.heartbeat(() => {});
  expect(sent[0]?.packet).toEqual(copy);
  expect(new Set(sent.map(({ packet }) => packet.buffer)).size).toBe(sent.length);
});

test('a heartbeat sends what waits first, then the next sequence and the positions', () => {
  const sent: Sent[] = [];
  const writer = writerInto(sent);
  level(writer, 1);
  writer.heartbeat((records) => records.instrumentPosition(1, 1, 2, 3, 4));
  expect(sent.map(({ first, count }) => [first, count])).toEqual([
    [1, 1],
    [2, 0],
  ]);
  const reader = new RecordReader(crc32);
  const header = reader.open(sent[1]?.packet ?? new Uint8Array(0));
  expect([header.flags, header.firstSequence, header.count]).toEqual([PacketFlag.Heartbeat, 2, 0]);
  expect(reader.next()).toBe(true);
  expect(reader.lastSequence).toBe(1);
});

test('the end of a session is a heartbeat that says so', () => {
  const sent: Sent[] = [];
  writerInto(sent, 7).endOfSession();
  const header = new RecordReader(crc32).open(sent[0]?.packet ?? new Uint8Array(0));
  expect(header.flags).toBe(PacketFlag.Heartbeat | PacketFlag.EndOfSession);
  expect(header.firstSequence).toBe(7);
});

test.each([0, 1, 3, 4, 9, 1000, 20_000])('four heartbeats show all of %i instruments', (total) => {
  const sent: Sent[] = [];
  const writer = writerInto(sent);
  const rotation = new PositionRotation();
  const seen = new Set<number>();
  for (let i = 0; i < 4; i++) {
    rotation.heartbeat(writer, total, (records, index) => {
      seen.add(index);
      records.instrumentPosition(index + 1, 1, 0, 0, 1);
    });
  }
  expect(seen.size).toBe(total);
  expect(sent.length).toBeGreaterThanOrEqual(4);
});

test.each(testSeeds(10))('what was written is what is read (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const sent: Sent[] = [];
    const writer = writerInto(sent);
    const written: number[][] = [];
    for (let i = 0; i < 500; i++) {
      const price = Math.round((random.float() - 0.5) * 2 * Number.MAX_SAFE_INTEGER);
      const quantity = Math.round(random.float() * Number.MAX_SAFE_INTEGER);
      const fields = [
        1 + random.below(9),
        random.u32(),
        random.below(2),
        price,
        quantity,
        random.u32(),
      ];
      const [instrument = 0, sequence = 0, side = 0, , , orderCount = 0] = fields;
      writer.reserve(RECORD_BYTES[RecordType.Level]);
      writer.records.level(instrument, sequence, side, price, quantity, orderCount);
      written.push(fields);
      if (random.chance(0.1)) writer.flush();
    }
    writer.flush();
    const reader = new RecordReader(crc32);
    const read: number[][] = [];
    for (const { packet } of sent) {
      reader.open(packet);
      while (reader.next()) {
        const { instrument, sequenceLow, detail, price, quantity, orderCount } = reader;
        read.push([instrument, sequenceLow, detail, price, quantity, orderCount]);
      }
    }
    expect(read).toEqual(written);
  });
});
