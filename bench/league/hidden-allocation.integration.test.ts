/** The book off its plain way in steady state: nothing grows, and nothing is left to collect. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SteadyState } from './steady-state.ts';

/** Young generation of 1 MiB: with 1 M commands, one byte a command would scavenge. */
const NODE_OPTIONS = ['--max-semi-space-size=1', '--min-semi-space-size=1'];

test('a million commands of hidden orders, bounds and uncrosses allocate nothing', () => {
  const script = join(import.meta.dirname, 'hidden-steady-state.ts');
  const result = JSON.parse(
    execFileSync(process.execPath, [...NODE_OPTIONS, script], { encoding: 'utf8' }),
  );
  const { messages, scavenges, grown, uncrosses } = result as SteadyState & { uncrosses: number };
  expect(messages).toBeGreaterThanOrEqual(1_000_000);
  expect(uncrosses).toBeGreaterThan(1000);
  expect(grown).toBe(false);
  expect(scavenges).toBe(0);
});
