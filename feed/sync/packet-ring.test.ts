import { expect, test } from 'vitest';
import { testSeeds, withSeed } from '../testing/random.ts';
import { PacketRing } from './packet-ring.ts';

const packet = (bytes = 100): Uint8Array => new Uint8Array(bytes);

test('finds the packet that holds a sequence', () => {
  const ring = new PacketRing(10_000);
  ring.add(packet(), 5, 3);
  ring.add(packet(), 8, 1);
  ring.add(packet(), 9, 4);
  expect([4, 5, 7, 8, 9, 12, 13].map((sequence) => ring.indexOf(sequence))).toEqual([
    -1, 0, 0, 1, 2, 2, -1,
  ]);
  expect([ring.firstSequence, ring.nextSequence]).toEqual([5, 13]);
});

test('drops the oldest beyond its bound, but never the newest', () => {
  const ring = new PacketRing(250);
  for (let i = 1; i <= 5; i++) ring.add(packet(), i, 1);
  expect([ring.firstSequence, ring.nextSequence, ring.bytes]).toEqual([4, 6, 200]);
  ring.add(packet(1000), 6, 1);
  expect([ring.firstSequence, ring.length]).toEqual([6, 1]);
});

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

test.each(testSeeds(10))('finds what a plain list finds (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const ring = new PacketRing(200_000);
    const list: [number, number][] = [];
    let next = 1;
    for (let i = 0; i < 5000; i++) {
      const count = 1 + random.below(9);
      ring.add(packet(), next, count);
      list.push([next, count]);
      if (list.length > 2000) list.shift();
      next += count;
    }
    expect(ring.length).toBe(2000);
    for (let i = 0; i < 2000; i++) {
      const sequence = random.below(next + 5);
      const place = list.findIndex(
        ([first, count]) => first <= sequence && sequence < first + count,
      );
      expect(ring.indexOf(sequence)).toBe(place);
    }
  });
});
