/** The order index against a Map. */

import { expect, test } from 'vitest';
import { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { type Random, SEED, seededRandom } from './seeded-random.suite.ts';

const { NONE, ORDER_ID, SHIFT } = ROW;

const HIGHEST = Number.MAX_SAFE_INTEGER;

const ID_SOURCES: readonly (readonly [string, (below: Random) => number])[] = [
  ['small', (below) => 1 + below(500)],
  ['the highest', (below) => HIGHEST - below(500)],
  ['multiples of 16', (below) => 16 * (1 + below(500))],
  ['multiples of 2^20', (below) => 2 ** 20 * (1 + below(500))],
  ['multiples of 2^32', (below) => 2 ** 32 * (1 + below(500))],
  ['random over all bits', (below) => 1 + below(2 ** 26) * 2 ** 27 + below(2 ** 27 - 1)],
];

test.each(ID_SOURCES)('finds exactly what was added and not removed: ids %s', (_, nextId) => {
  const below = seededRandom(SEED);
  const memory = new BookMemory(100_000, 1);
  const rows = new Map<number, number>();
  for (let step = 0; step < 20_000; step += 1) {
    const orderId = nextId(below);
    const bucket = memory.index.bucketOf(orderId);
    const row = rows.get(orderId);
    const found = memory.index.find(bucket, orderId);
    if (found !== (row ?? NONE)) expect(found, `seed ${SEED}, step ${step}`).toBe(row ?? NONE);
    if (row !== undefined) {
      memory.index.remove(bucket, row);
      memory.release(row);
      memory.openOrders -= 1;
      rows.delete(orderId);
      continue;
    }
    memory.reserve();
    const added = memory.take();
    memory.values[(added << SHIFT) + ORDER_ID] = orderId;
    memory.index.add(memory.index.bucketOf(orderId), added);
    memory.openOrders += 1;
    rows.set(orderId, added);
  }
  for (const [orderId, row] of rows) {
    expect(memory.index.find(memory.index.bucketOf(orderId), orderId)).toBe(row);
  }
});

const STRIDES = [1, 2, 3, 5, 8, 10, 16, 64, 1000, 1024, 65_536, 2 ** 20, 2 ** 31, 2 ** 32, 2 ** 36];

test.each(STRIDES)(
  'spreads 65,536 ids with a stride of %d: no bucket holds more than 16',
  (stride) => {
    const memory = new BookMemory(65_536, 65_536);
    const held = new Uint8Array(memory.index.bucketCount);
    expect(held).toHaveLength(65_536);
    for (let i = 1; i <= 65_536; i += 1) held[memory.index.bucketOf(i * stride)]! += 1;
    expect(Math.max(...held)).toBeLessThanOrEqual(16);
    const average = held.reduce((sum, n) => sum + (n * (n + 1)) / 2, 0) / 65_536;
    expect(average, 'rows looked at per find').toBeLessThan(4);
  },
);
