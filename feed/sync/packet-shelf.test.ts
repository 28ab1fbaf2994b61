import { expect, test } from 'vitest';
import { PacketShelf } from './packet-shelf.ts';

function packet(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

test('small packets are copied one behind the other into a block, aligned', () => {
  const shelf = new PacketShelf();
  const originals = [packet(150, 1), packet(8, 2), packet(1000, 3)];
  const kept = originals.map((one) => shelf.place(one));
  for (const original of originals) original.fill(9);
  expect(kept).toEqual([packet(150, 1), packet(8, 2), packet(1000, 3)]);
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBe(1);
  expect(kept.map(({ byteOffset }) => byteOffset)).toEqual([0, 152, 160]);
});

test('a block that is full is followed by another, and nothing overlaps', () => {
  const shelf = new PacketShelf();
  const kept = Array.from({ length: 200 }, (_, i) => shelf.place(packet(4001, i % 256)));
  for (const [i, one] of kept.entries()) expect(one).toEqual(packet(4001, i % 256));
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBe(Math.ceil(200 / 16));
});

test('a large packet is kept as it is', () => {
  const large = packet(8192, 1);
  expect(new PacketShelf().place(large)).toBe(large);
});
