/** The output ring beside a plain list, and what a reader is told whom the writer overtakes. */

import { describe, expect, it } from 'vitest';
import type { TransferChunk } from '../../feed/index.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { NaiveRing } from './naive-ring.ts';
import { OutputRing } from './output-ring.ts';
import { OutputRingReader } from './output-ring-reader.ts';
import { isWhole, ringPacket } from './ring-fixture.ts';

const SMALLEST = 2 * 65_536;

function filled(packets: number, bytes: number) {
  const ring = new OutputRing(SMALLEST);
  for (let i = 0; i < packets; i += 1) ring.add(ringPacket(bytes, 1 + i * 10, 10), 1 + i * 10, 10);
  return ring;
}

describe('an output ring', () => {
  it('holds nothing at first', () => {
    const reader = new OutputRingReader(new OutputRing(1).memory);
    expect([reader.isEmpty, reader.firstSequence, reader.nextSequence]).toEqual([true, 0, 0]);
    expect(reader.find(1)).toBe(-1);
    expect(reader.replay(1, 2).nextChunk()).toBeUndefined();
  });

  it('begins where its first packet begins', () => {
    const ring = new OutputRing(1);
    ring.add(ringPacket(104, 5000, 2), 5000, 2);
    const reader = new OutputRingReader(ring.memory);
    expect([reader.firstSequence, reader.nextSequence]).toEqual([5000, 5002]);
    expect([4999, 5000, 5001, 5002].map((one) => reader.find(one))).toEqual([-1, 0, 0, -1]);
  });

  it('passes over packets without records, and refuses a hole and what is no packet', () => {
    const ring = filled(1, 104);
    ring.add(ringPacket(48, 11, 0), 11, 0);
    expect(ring.head).toBe(104);
    expect(() => ring.add(ringPacket(104, 12, 1), 12, 1)).toThrow('12 does not follow 11');
    expect(() => ring.add(ringPacket(104, 10, 2), 10, 2)).toThrow('10 does not follow 11');
    expect(() => ring.add(new Uint8Array(101), 11, 1)).toThrow('a packet of 101 bytes');
    expect(() => ring.add(new Uint8Array(65_544), 11, 1)).toThrow('a packet of 65544 bytes');
  });

  it('answers with chunks of whole packets, within the limit of a chunk', () => {
    const reader = new OutputRingReader(filled(6, 24_000).memory);
    const from = reader.firstSequence + 5;
    const transfer = reader.replay(from, reader.nextSequence);
    const sizes: number[] = [];
    for (let isLast = false; !isLast; ) {
      const chunk = transfer.nextChunk() as TransferChunk;
      sizes.push(chunk.packets.length);
      expect(chunk.packets.every(isWhole)).toBe(true);
      isLast = chunk.isLast;
    }
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('gives nothing of a range that goes while it is being sent', () => {
    const ring = filled(100, 1000);
    const reader = new OutputRingReader(ring.memory);
    const transfer = reader.replay(1, 1000);
    expect((transfer.nextChunk() as TransferChunk).packets).toHaveLength(65);
    for (let next = 1001; next < 3000; next += 10) ring.add(ringPacket(1000, next, 10), next, 10);
    expect(transfer.nextChunk()).toBeUndefined();
  });

  it('gives nothing that was overwritten while it was being copied', () => {
    const ring = filled(131, 1000);
    let next = 1311;
    let isOvertaking = false;
    class OvertakenReader extends OutputRingReader {
      protected override copyBytes(position: number, bytes: number): Uint8Array {
        const half = super.copyBytes(position, bytes).subarray(0, bytes / 2);
        if (isOvertaking) {
          const end = next + 500;
          for (; next < end; next += 10) ring.add(ringPacket(1000, next, 10), next, 10);
        }
        const whole = super.copyBytes(position, bytes);
        whole.set(half);
        return whole;
      }
    }
    const reader = new OvertakenReader(ring.memory);
    expect(isWhole(reader.copy(reader.find(200)) as Uint8Array)).toBe(true);
    isOvertaking = true;
    expect(reader.copy(reader.find(200))).toBeUndefined();
    // Further from the tail the same writing does no harm.
    expect(isWhole(reader.copy(reader.find(next - 10)) as Uint8Array)).toBe(true);
  });
});

it('holds what a plain list holds, and finds what it finds', () => {
  const seed = testSeed();
  const random = seededRandom(seed);
  const ring = new OutputRing(SMALLEST + 4096 * random(4));
  const reader = new OutputRingReader(ring.memory);
  const naive = new NaiveRing(ring.capacity);
  let next = 1 + random(1_000_000);
  for (let round = 0; round < 1500; round += 1) {
    // Mostly small ones, as of an idle market, and now and then the largest.
    const bytes = random(20) === 0 ? 48 + 8 * random(8187) : 48 + 8 * (1 + random(60));
    const count = random(10) === 0 ? 0 : 1 + random(40);
    const packet = ringPacket(bytes, next, count);
    ring.add(packet, next, count);
    naive.add(packet, next, count);
    next += count;
    const oldest = naive.packets[0]?.first ?? 0;
    const what = `seed ${seed}, round ${round}`;
    expect([reader.firstSequence, reader.nextSequence], what).toEqual([oldest, naive.next]);
    const wanted = oldest - 2 + random(next - oldest + 4);
    const at = naive.indexOf(wanted);
    expect(reader.find(wanted), `${what}, ${wanted}`).toBe(naive.packets[at]?.position ?? -1);
    if (at < 0) continue;
    const found = reader.copy(reader.find(wanted));
    expect(found !== undefined && Buffer.compare(found, naive.packets[at]!.packet), what).toBe(0);
  }
  expect(naive.packets[0]?.position, `seed ${seed}: it went round`).toBeGreaterThan(ring.capacity);
});
