/** Either end in steady state leaves nothing for the garbage collector but a little per packet. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OrderSteadyState } from './order-steady-state.ts';
import type { PublisherSteadyState } from './publisher-steady-state.ts';
import type { ConsumerSteadyState } from './steady-state.ts';

/** Young generation of 1 MiB: one boxed number a delta would scavenge a dozen times. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--min-semi-space-size=1'];

test('a million deltas allocate nothing, each', () => {
  const args = [...NODE_OPTIONS, join(import.meta.dirname, 'steady-state.ts')];
  const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const { deltas, scavenges, isLive } = result as ConsumerSteadyState;
  expect(isLive).toBe(true);
  expect(deltas).toBe(1_000_000);
  expect(scavenges).toBeLessThanOrEqual(4);
});

test('neither do a million records of orders, whose ids exceed 32 bits', () => {
  const args = [...NODE_OPTIONS, join(import.meta.dirname, 'order-steady-state.ts')];
  const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const { records, scavenges, isLive, isEqual } = result as OrderSteadyState;
  expect([isLive, isEqual]).toEqual([true, true]);
  expect(records).toBe(1_000_000);
  expect(scavenges).toBeLessThanOrEqual(4);
});

test('to publish a million deltas allocates nothing for each', () => {
  const args = [...NODE_OPTIONS, join(import.meta.dirname, 'publisher-steady-state.ts')];
  const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  const { deltas, packets, scavenges } = result as PublisherSteadyState;
  expect(deltas).toBe(1_000_000);
  expect(packets).toBeGreaterThan(1000);
  expect(scavenges).toBeLessThanOrEqual(4);
});
