import { expect, test } from 'vitest';
import { testSeeds, withSeed } from '../testing/random.ts';
import { RowIndex } from './row-index.ts';

const HIGHEST = Number.MAX_SAFE_INTEGER;

test('answers 0 for what is not there', () => {
  const index = new RowIndex();
  expect(index.find(7)).toBe(0);
  index.remove(7);
  index.add(7, 3);
  expect(index.find(7)).toBe(3);
  index.remove(7);
  expect([index.find(7), index.size]).toEqual([0, 0]);
});

test('tells keys apart that share their low or high half', () => {
  const index = new RowIndex();
  const keys = [1, 2 ** 32 + 1, 2 ** 33 + 1, -1, 2 ** 32 - 1, HIGHEST, -HIGHEST, 0];
  for (const [i, key] of keys.entries()) index.add(key, i + 1);
  expect(keys.map((key) => index.find(key))).toEqual(keys.map((_, i) => i + 1));
});

test.each(testSeeds(6))('agrees with a map, whatever comes and goes (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const index = new RowIndex();
    const map = new Map<number, number>();
    const strides = [1, 16, 2 ** 22, 2 ** 32];
    const stride = random.pick(strides);
    for (let i = 0; i < 20_000; i++) {
      const key = random.below(400) * stride;
      if (map.has(key)) {
        index.remove(key);
        map.delete(key);
      } else {
        index.add(key, i + 1);
        map.set(key, i + 1);
      }
      const other = random.below(400) * stride;
      if (index.find(other) !== (map.get(other) ?? 0)) expect.fail(`${other} at step ${i}`);
      if (i === 15_000) {
        index.clear();
        map.clear();
      }
      if (index.size !== map.size) expect.fail(`size at step ${i}`);
    }
    for (const [key, row] of map) expect(index.find(key)).toBe(row);
  });
});

test.each(testSeeds(4))('takes keys from a column and from two words alike (seed %i)', (seed) => {
  withSeed(seed, (random) => {
    const index = new RowIndex();
    const column = new Float64Array(301);
    const known = new Map<number, number>();
    const words = new Int32Array(2);
    for (let i = 0; i < 10_000; i++) {
      const row = 1 + random.below(300);
      const key = column[row] as number;
      if (known.has(key)) {
        index.removeOf(column, row);
        known.delete(key);
        column[row] = 0;
      } else {
        column[row] = row * 2 ** random.below(45) + (known.size % 2 === 0 ? 0 : 2 ** 52);
        if (known.has(column[row] as number)) {
          column[row] = 0;
          continue;
        }
        index.addOf(column, row);
        known.set(column[row] as number, row);
      }
      for (const [asked, at] of [...known].slice(0, 3)) {
        words[0] = asked;
        words[1] = Math.floor(asked / 2 ** 32);
        const isFound = index.find(asked) === at && index.findAt(words, 0) === at;
        if (!isFound) expect.fail(`${asked} at step ${i}`);
      }
    }
    expect(index.size).toBe(known.size);
    words.fill(-1);
    expect(index.findAt(words, 0)).toBe(0);
  });
});
