/** The shape of the bars, read back by the corners it names. */

import { expect, test } from 'vitest';
import { barsPath } from './ladder-bars.ts';

const lengths = [0.25, 0.5, 1];
const lengthOf = (index: number) => lengths[index] as number;

test('bids grow to the left from the price, the best on top', () => {
  expect(barsPath('bid', 4, 3, lengthOf)).toBe(
    'M1 0.05h-0.250v0.9H1zM1 1.05h-0.500v0.9H1zM1 2.05h-1.000v0.9H1z',
  );
});

test('asks grow to the right, the best at the bottom', () => {
  expect(barsPath('ask', 4, 2, lengthOf)).toBe('M0 3.05h0.250v0.9H0zM0 2.05h0.500v0.9H0z');
});

test('a side without levels has no bars', () => {
  expect(barsPath('ask', 4, 0, lengthOf)).toBe('');
});
