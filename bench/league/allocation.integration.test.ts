/** Steady state: nothing grows, and (next to) nothing is left for the garbage collector. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireTestData } from '../setup/test-data.ts';
import type { FullSteadyState } from './full-steady-state.ts';
import { SCENARIOS } from './scenarios.ts';
import type { SteadyState } from './steady-state.ts';

/** Young generation of 1 MiB: with 1 M messages, one byte a message would scavenge. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--min-semi-space-size=1'];
const ROUNDS = 14;

test.for(SCENARIOS)('a million messages of $name allocate nothing', ({ small }, context) => {
  const path = requireTestData(context, small.file);
  const script = join(import.meta.dirname, 'steady-state.ts');
  const args = [...NODE_OPTIONS, script, path, String(ROUNDS)];
  const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const { messages, scavenges, grown } = result as SteadyState;
  expect(messages).toBeGreaterThan(1_000_000);
  expect(grown).toBe(false);
  expect(scavenges).toBe(0);
});

/**
 * The whole engine hands out a packet per 32 KiB of records and a frame per 32 KiB of reports: an
 * object or two each, and ten times a second a hash of the book: 6 bytes a command. One number that is
 * put on the heap for every command would be 16 more.
 */
const HEAP_BYTES_PER_COMMAND = 8;
/**
 * Code that the compiler throws away and makes anew puts numbers on the heap for a while; what a
 * command leaves it leaves in every run, so the best of a few counts.
 */
const RUNS = 3;

test.for([
  ['plain orders', 'plain'],
  ['icebergs, post-only and minimum quantities, and self-trade prevention', 'conditional'],
] as const)('%s leave less than a word on the heap per command', ([, kind], context) => {
  const path = requireTestData(context, SCENARIOS[1]?.small.file ?? '');
  const script = join(import.meta.dirname, 'full-steady-state.ts');
  const args = [script, path, '20', kind];
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS && best >= HEAP_BYTES_PER_COMMAND; run += 1) {
    const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    const { commands, heapBytes, openOrders } = result as FullSteadyState;
    expect(commands).toBeGreaterThan(1_000_000);
    expect(openOrders).toBe(0);
    best = Math.min(best, heapBytes / commands);
  }
  expect(best).toBeLessThan(HEAP_BYTES_PER_COMMAND);
});
