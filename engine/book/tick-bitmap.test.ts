/** The tick bitmap against a Set. */

import { expect, test } from 'vitest';
import { SEED, seededRandom } from './seeded-random.suite.ts';
import { TickBitmap } from './tick-bitmap.ts';

test.each([1, 31, 32, 33, 1024, 1025, 32_768, 131_072])(
  'finds the neighbours in a window of %d ticks',
  (ticks) => {
    const below = seededRandom(SEED + ticks);
    const bitmap = new TickBitmap(ticks);
    const held = new Set<number>();
    for (let step = 0; step < 800; step += 1) {
      const tick = below(ticks);
      if (below(3) === 0 || held.has(tick)) {
        held.delete(tick);
        bitmap.clear(tick);
      } else {
        held.add(tick);
        bitmap.set(tick);
      }
      const from = below(ticks);
      const where = `seed ${SEED + ticks}, step ${step}`;
      const lower = [...held].filter((other) => other < from);
      expect(bitmap.has(from), where).toBe(held.has(from));
      expect(bitmap.highestBelow(from), where).toBe(Math.max(-1, ...lower));
      expect(bitmap.highest(), where).toBe(Math.max(-1, ...held));
      expect(bitmap.lowest(), where).toBe(held.size === 0 ? -1 : Math.min(...held));
    }
  },
);
