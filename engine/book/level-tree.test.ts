/** The level tree against a sorted array. */

import { expect, test } from 'vitest';
import { BookMemory } from './book-memory.ts';
import { ROW } from './book-rows.ts';
import { LevelTree } from './level-tree.ts';
import { SEED, seededRandom } from './seeded-random.suite.ts';

const { NONE, PRICE, SHIFT } = ROW;

test.each([1, -1] as const)('finds levels and their neighbours by key, sign %d', (sign) => {
  const below = seededRandom(SEED);
  const memory = new BookMemory(10_000, 1);
  const tree = new LevelTree(memory, sign);
  const levels = new Map<number, number>();
  for (let step = 0; step < 2000; step += 1) {
    const where = `seed ${SEED}, step ${step}`;
    const price = (below(300) - 150) * 2 ** 44;
    const level = levels.get(price);
    expect(tree.find(sign * price), where).toBe(level ?? NONE);
    if (level === undefined) {
      memory.reserve();
      const row = memory.take();
      memory.values[(row << SHIFT) + PRICE] = price;
      tree.add(row);
      levels.set(price, row);
    } else {
      tree.remove(level);
      memory.release(level);
      levels.delete(price);
    }
    const key = (below(302) - 151) * 2 ** 44;
    const lower = [...levels.keys()].map((other) => sign * other).filter((other) => other < key);
    const expected = lower.length === 0 ? NONE : levels.get(sign * Math.max(...lower) + 0);
    expect(tree.highestBelow(key), where).toBe(expected);
    expect(tree.size, where).toBe(levels.size);
  }
});

test('stays shallow when levels come in order of price', () => {
  const memory = new BookMemory(100_000, 1);
  const tree = new LevelTree(memory, 1);
  for (let i = 0; i < 50_000; i += 1) {
    memory.reserve();
    const row = memory.take();
    memory.values[(row << SHIFT) + PRICE] = i;
    tree.add(row);
  }
  // A balanced tree of 50,000 is 16 deep; a treap is some 2.5 times that at the most.
  expect(tree.depth()).toBeLessThan(48);
});
