/** A short run of chaos: each kind of process is killed once, and comes back to equal books. */

import { expect, test } from 'vitest';
import { runChaos, VICTIMS } from './chaos.ts';

test('engine, relay and subscriber are killed under load, and all books are equal after each', async () => {
  const seed = Number(process.env['TOUCHLINE_SEED'] ?? 1);
  const tally = await runChaos({
    seed,
    goesOn: ({ rounds }) => rounds < VICTIMS.length,
    victimOf: (round) => VICTIMS[round - 1] ?? 'engine',
  });
  expect(tally.kills).toEqual({ engine: 1, relay: 1, subscriber: 1 });
  // Two subscribers with five books each, three times.
  expect(tally.booksProved).toBe(30);
  expect(tally.commands).toBeGreaterThan(100);
});
