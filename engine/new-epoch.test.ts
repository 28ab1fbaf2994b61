/** A later engine has a later epoch, also within the same second. */

import { expect, it } from 'vitest';
import { compareEpochs, nanos, setNanos } from '../feed/index.ts';
import { epochAfter, newEpoch } from './new-epoch.ts';

function epochAt(nanosSince1970: bigint, random: number): ReturnType<typeof newEpoch> {
  const time = nanos();
  setNanos(time, nanosSince1970);
  return newEpoch(time, random);
}

it('rises with time whatever the random bits are, a quarter of a millisecond apart', () => {
  const start = 1_700_000_000_999_000_000n;
  for (let step = 0n; step < 20n; step++) {
    const earlier = epochAt(start + step * 250_000n, 2 ** 20 - 1);
    const later = epochAt(start + (step + 1n) * 250_000n, 0);
    expect(compareEpochs(earlier, later)).toBeLessThan(0);
  }
});

it('fits two numbers of 32 bits', () => {
  const last = epochAt(1_700_000_000_999_999_999n, 2 ** 20 - 1);
  expect(last).toEqual({ seconds: 1_700_000_000, random: 2 ** 32 - 1 });
});

it('follows an epoch that the clock says is still to come', () => {
  const now = nanos();
  setNanos(now, 1_700_000_000_000_000_000n);
  const hourAhead = { seconds: 1_700_003_600, random: 2 ** 32 - 1 };
  expect(epochAfter(hourAhead, now, 5)).toEqual({ seconds: 1_700_003_601, random: 0 });
  expect(epochAfter({ seconds: 1_700_003_600, random: 7 }, now, 5).random).toBe(8);
  expect(epochAfter({ seconds: 1_699_999_999, random: 0 }, now, 5)).toEqual(newEpoch(now, 5));
});
