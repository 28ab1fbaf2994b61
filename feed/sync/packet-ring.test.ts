import { expect, test } from 'vitest';
import { testSeeds, withSeed } from '../testing/random.ts';
import { PacketPage } from './packet-page.ts';
import { PacketRing } from './packet-ring.ts';

const packet = (bytes = 100): Uint8Array => new Uint8Array(bytes);

/** First sequences of the packets from the one that holds `sequence` on. */
function from(ring: PacketRing, sequence: number): number[] {
  return [...ring.packetsFrom(sequence)].map(({ firstSequence }) => firstSequence);
}

test('finds the packet that holds a sequence, and those behind it', () => {
  const ring = new PacketRing(10_000);
  ring.add(packet(), 5, 3);
  ring.add(packet(), 8, 1);
  ring.add(packet(), 9, 4);
  expect([4, 5, 7, 8, 9, 12, 13].map((sequence) => from(ring, sequence))).toEqual([
    [],
    [5, 8, 9],
    [5, 8, 9],
    [8, 9],
    [9],
    [9],
    [],
  ]);
  expect([ring.firstSequence, ring.nextSequence]).toEqual([5, 13]);
});

test('drops the oldest beyond its bound, but never the newest', () => {
  const one = PacketPage.bytesOf(100);
  const ring = new PacketRing(2 * one + 1);
  for (let i = 1; i <= 5; i++) ring.add(packet(), i, 1);
  expect([ring.firstSequence, ring.nextSequence, ring.bytes]).toEqual([4, 6, 2 * one]);
  ring.add(packet(1000), 6, 1);
  expect([ring.firstSequence, ring.length]).toEqual([6, 1]);
});

test('a packet is copied: whatever it came in may go', () => {
  const ring = new PacketRing(10_000);
  const received = packet(13).fill(7);
  ring.add(received, 1, 1);
  received.fill(9);
  expect([...ring.packetsFrom(1)].map((held) => held.packet)).toEqual([packet(13).fill(7)]);
});

test.each([80, 160, 8_000, 33_000])(
  'holds no more than its bound in packets of %i bytes, and uses it',
  (bytes) => {
    const bound = 1 << 22;
    const ring = new PacketRing(bound);
    const before = process.memoryUsage().arrayBuffers;
    const one = packet(bytes);
    let next = 1;
    for (; next * bytes < 3 * bound; next++) ring.add(one, next, 1);
    expect(ring.bytes).toBeLessThanOrEqual(bound);
    // What is kept of a full ring: all but the page that makes room, and what no packet fits into.
    expect(ring.length * PacketPage.bytesOf(bytes)).toBeGreaterThan(bound * 0.48);
    expect(ring.nextSequence - ring.firstSequence).toBe(ring.length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * bound);
  },
);

test('passes over heartbeats and repetitions, and refuses a hole', () => {
  const ring = new PacketRing(10_000);
  ring.add(packet(), 1, 5);
  ring.add(packet(), 6, 0);
  ring.add(packet(), 2, 4);
  expect(ring.length).toBe(1);
  ring.add(packet(), 4, 4);
  expect(ring.nextSequence).toBe(8);
  expect(() => ring.add(packet(), 9, 1)).toThrow('leaves a hole after 8');
  ring.clear();
  ring.add(packet(), 9, 1);
  expect(ring.firstSequence).toBe(9);
});

test.each(testSeeds(10))('holds what a plain list holds (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const ring = new PacketRing(50_000);
    let list: { packet: Uint8Array; firstSequence: number; count: number }[] = [];
    let next = 1;
    for (let i = 0; i < 3000; i++) {
      // Now and then one that repeats the end of the one before.
      const firstSequence = next - (next > 1 && random.below(20) === 0 ? 1 : 0);
      const count = 2 + random.below(9);
      const bytes = random.below(50) === 0 ? random.below(5000) : random.below(200);
      const added = packet(bytes).fill(random.below(256));
      ring.add(added, firstSequence, count);
      list.push({ packet: added, firstSequence, count });
      next = firstSequence + count;
      list = list.slice(-ring.length);
      expect(ring.bytes).toBeLessThanOrEqual(50_000);
      if (i % 100 > 0) continue;
      const sequence = random.below(next + 5);
      const place = list.findLastIndex((held) => held.firstSequence <= sequence);
      const isHeld = place >= 0 && sequence < next;
      expect([...ring.packetsFrom(sequence)]).toEqual(isHeld ? list.slice(place) : []);
    }
    expect(ring.length).toBeGreaterThan(100);
  });
});
