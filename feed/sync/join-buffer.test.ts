import { expect, test } from 'vitest';
import { testSeeds, withSeed } from '../testing/random.ts';
import { JoinBuffer } from './join-buffer.ts';

const packet = (label: number, bytes = 10): Uint8Array => new Uint8Array(bytes).fill(label);

test('gives packets back in order, whatever the order they came in', () => {
  const buffer = new JoinBuffer(1000);
  buffer.add(packet(3), 7, 3);
  buffer.add(packet(1), 1, 3);
  buffer.add(packet(2), 4, 3);
  expect([buffer.take(1)?.[0], buffer.take(4)?.[0], buffer.take(7)?.[0]]).toEqual([1, 2, 3]);
  expect(buffer.isEmpty).toBe(true);
  expect(buffer.bytes).toBe(0);
});

test('a small packet is copied out of what it came in, and lies aligned', () => {
  const received = new Uint8Array(8192).fill(7);
  const buffer = new JoinBuffer(1000);
  buffer.add(received.subarray(13, 53), 1, 1);
  received.fill(9);
  const kept = buffer.take(1);
  expect(kept).toEqual(new Uint8Array(40).fill(7));
  expect([kept?.buffer.byteLength, kept?.byteOffset]).toEqual([40, 0]);
});

test('a hole stays a hole', () => {
  const buffer = new JoinBuffer(1000);
  buffer.add(packet(1), 1, 3);
  buffer.add(packet(3), 7, 3);
  expect(buffer.take(1)?.[0]).toBe(1);
  expect(buffer.take(4)).toBeUndefined();
  expect(buffer.firstSequence).toBe(7);
});

test('drops what has been applied, and gives a packet whose end is new', () => {
  const buffer = new JoinBuffer(1000);
  buffer.add(packet(1), 1, 3);
  buffer.add(packet(2), 4, 3);
  expect(buffer.take(5)?.[0]).toBe(2);
  expect(buffer.isEmpty).toBe(true);
});

test('keeps a repetition once, and the longer of two that start together', () => {
  const buffer = new JoinBuffer(1000);
  buffer.add(packet(1), 1, 3);
  buffer.add(packet(1), 1, 3);
  expect(buffer.length).toBe(1);
  buffer.add(packet(2), 1, 5);
  expect(buffer.take(1)?.[0]).toBe(2);
  expect(buffer.take(6)).toBeUndefined();
});

test('refuses what exceeds its bound, and says so', () => {
  const two = new JoinBuffer(1000);
  two.add(packet(1), 1, 1);
  two.add(packet(2), 2, 1);
  expect(two.bytes).toBeGreaterThan(20);
  const buffer = new JoinBuffer(two.bytes + 25);
  expect(buffer.add(packet(1), 1, 1)).toBe(true);
  expect(buffer.add(packet(2), 2, 1)).toBe(true);
  expect(buffer.add(packet(3), 3, 1)).toBe(false);
  buffer.take(1);
  expect(buffer.add(packet(3), 3, 1)).toBe(true);
});

test.each(testSeeds(20))('a shuffled, repeated stream comes out whole (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const buffer = new JoinBuffer(1 << 20);
    const parts: [number, number][] = [];
    let next = 1;
    for (let i = 0; i < 200; i++) {
      const count = 1 + random.below(5);
      parts.push([next, count]);
      next += count;
    }
    const sent = [...parts, ...parts.filter(() => random.chance(0.3))];
    for (let i = sent.length - 1; i > 0; i--) {
      const j = Math.max(0, i - random.below(40));
      [sent[i], sent[j]] = [sent[j] as [number, number], sent[i] as [number, number]];
    }
    for (const [first, count] of sent) buffer.add(packet(first & 0xff), first, count);
    for (const [first] of parts) expect(buffer.take(first)?.[0]).toBe(first & 0xff);
    expect(buffer.take(next)).toBeUndefined();
    expect(buffer.bytes).toBe(0);
  });
});
