import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_TRANSACTION_RECORDS } from '../limits.ts';
import { testSeeds, withSeed } from '../testing/random.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { PacketOffset, packetHeader, sealPacket } from '../wire/packet.ts';
import { RecordReader } from '../wire/record-reader.ts';
import { RecordWriter } from '../wire/record-writer.ts';
import { TransactionAssembler } from './transaction-assembler.ts';

/** A packet of trades; `ends` says which of them end a transaction. The trade id is the sequence. */
function packetOf(first: number, ends: readonly boolean[]): Uint8Array {
  const writer = new RecordWriter();
  for (const [i, isLast] of ends.entries()) {
    writer.trade(1, 0, 0, 0, 1, 1, first + i);
    if (isLast) writer.endTransaction();
  }
  const count = writer.count;
  const packet = writer.take();
  const header = packetHeader();
  header.firstSequence = first;
  header.count = count;
  sealPacket(packet, header, crc32);
  return packet;
}

class Handed {
  readonly sequences: number[] = [];
  readonly errors: string[] = [];
  readonly assembler = new TransactionAssembler(crc32, {
    records: (reader, from, until) => {
      for (let sequence = from; sequence < until; sequence++) {
        expect(reader.next()).toBe(true);
        expect(reader.tradeId).toBe(sequence);
        this.sequences.push(sequence);
      }
    },
    tooLong: (error) => this.errors.push(error.code),
  });
  readonly #reader = new RecordReader(crc32);

  accept(packet: Uint8Array, from: number): number {
    this.#reader.open(packet);
    return this.assembler.accept(this.#reader, packet, from);
  }
}

test('hands on whole transactions and keeps the rest until its end comes', () => {
  const handed = new Handed();
  expect(handed.accept(packetOf(1, [false, true, false]), 1)).toBe(4);
  expect(handed.sequences).toEqual([1, 2]);
  expect([handed.assembler.boundary, handed.assembler.isCarrying]).toEqual([3, true]);
  handed.accept(packetOf(4, [false, false]), 4);
  handed.accept(packetOf(6, [true, true]), 6);
  expect(handed.sequences).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([handed.assembler.boundary, handed.assembler.isCarrying]).toEqual([8, false]);
});

test('of a packet that overlaps, only the new records are handed on', () => {
  const handed = new Handed();
  handed.accept(packetOf(1, [true, true]), 1);
  handed.accept(packetOf(1, [true, true, true]), 3);
  handed.accept(packetOf(2, [true, true, false, true]), 4);
  expect(handed.sequences).toEqual([1, 2, 3, 4, 5]);
});

test('a packet whose count is wrong is refused before anything is handed on', () => {
  const packet = packetOf(1, [true, true]);
  new DataView(packet.buffer).setUint32(PacketOffset.Count, 3, true);
  const topic = crc32(packet.subarray(0, 8));
  const sum = crc32(packet.subarray(PacketOffset.Length), topic);
  new DataView(packet.buffer).setUint32(PacketOffset.Crc32, sum, true);
  const handed = new Handed();
  expect(() => handed.accept(packet, 1)).toThrow(DecodeError);
  expect(handed.sequences).toEqual([]);
});

test('a transaction beyond the bound is dropped and said, and what follows goes on', () => {
  const handed = new Handed();
  const part = Array<boolean>(1000).fill(false);
  let next = 1;
  while (next <= MAX_TRANSACTION_RECORDS + 1000) next = handed.accept(packetOf(next, part), next);
  expect(handed.errors).toEqual(['TOO_LONG']);
  handed.accept(packetOf(next, [true, true]), next);
  expect(handed.sequences.at(-1)).toBe(next + 1);
  expect(handed.sequences.length).toBeLessThan(2000);
});

test.each(testSeeds(10))('however it is cut, everything whole comes once (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const ends = Array.from({ length: 500 }, (_, i) => i === 499 || random.chance(0.3));
    const handed = new Handed();
    let next = 1;
    while (next <= ends.length) {
      const first = Math.max(1, next - random.below(5));
      const part = ends.slice(first - 1, next + random.below(20));
      next = handed.accept(packetOf(first, part), next);
    }
    expect(handed.sequences).toEqual(ends.map((_, i) => i + 1));
  });
});
