/** Where a side keeps its levels: the window follows the prices, and grows only when that pays. */

import { beforeEach, describe, expect, test } from 'vitest';
import { BookMemory } from './book-memory.ts';
import { INITIAL_WINDOW_TICKS, MAX_WINDOW_TICKS, PriceLevels } from './price-levels.ts';
import { SEED, seededRandom } from './seeded-random.suite.ts';

describe.each([
  ['bids', 1],
  ['asks', -1],
] as const)('%s', (_, sign) => {
  let memory: BookMemory;
  let levels: PriceLevels;

  beforeEach(() => {
    memory = new BookMemory(1_000_000);
    levels = new PriceLevels(memory, sign, 2);
  });

  function add(key: number): number {
    memory.reserve();
    return levels.add(key);
  }

  test('have no window before their first level', () => {
    expect(levels.windowTicks).toBe(0);
    add(5);
    expect([levels.windowTicks, levels.outsideCount]).toEqual([INITIAL_WINDOW_TICKS, 0]);
  });

  test('that walk far stay inside a small window', () => {
    let outside = 0;
    const live: number[] = [];
    for (let step = 0; step < 50_000; step += 1) {
      live.push(add(step * 3));
      if (live.length > 40) levels.remove(live.shift()!);
      outside += levels.outsideCount;
    }
    expect(levels.windowTicks).toBe(INITIAL_WINDOW_TICKS);
    expect(outside / 50_000, 'levels outside, on average').toBeLessThan(4);
  });

  test('that spread make the window grow until it holds nearly all', () => {
    const below = seededRandom(SEED);
    const live = new Map<number, number>();
    for (let step = 0; step < 40_000; step += 1) {
      const key = below(60_000);
      const level = live.get(key);
      if (level === undefined) live.set(key, add(key));
      else levels.remove(level);
      if (level !== undefined) live.delete(key);
    }
    expect(levels.outsideCount / levels.count).toBeLessThan(0.1);
    expect(levels.windowTicks).toBeGreaterThanOrEqual(60_000);
    expect(levels.windowTicks).toBeLessThanOrEqual(MAX_WINDOW_TICKS);
  });

  test('far from all others stay outside and cost no memory', () => {
    for (let key = 1000; key < 1040; key += 1) add(key);
    for (let round = 0; round < 10_000; round += 1) levels.remove(add(-(2 ** 50) - round));
    add(-(2 ** 51));
    expect([levels.windowTicks, levels.outsideCount]).toEqual([INITIAL_WINDOW_TICKS, 1]);
    expect(levels.bestKey).toBe(1039);
  });

  test('take the window along when the best of them settle far away', () => {
    for (let key = 1000; key < 1040; key += 1) add(key);
    for (let key = 2 ** 40; key < 2 ** 40 + 200; key += 1) add(key);
    expect(levels.outsideCount, 'only the forty of before').toBe(40);
    expect(levels.bestKey).toBe(2 ** 40 + 199);
  });
});
