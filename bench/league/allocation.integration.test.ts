/** The fast book in steady state: nothing grows, and nothing is left for the garbage collector. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requireTestData } from '../setup/test-data.ts';
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
