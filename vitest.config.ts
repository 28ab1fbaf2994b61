/** Three projects: unit (pure), integration (sockets, files, captures), end-to-end (real processes). */

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './bench/setup/closing-line.ts';
import { requireAll } from './bench/setup/test-data.ts';
import { compiledCode } from './feed/process/compiled-code.ts';

const INTEGRATION = '**/*.integration.test.ts';
const END_TO_END = '**/*.e2e.test.ts';
const closingLineFile = process.env['TOUCHLINE_CLOSING_LINE_FILE'];
const EXCLUDED = ['**/node_modules/**', '**/dist/**', '**/.touchline/**'];

/**
 * The processes that tests start share what Node has compiled: half a second of processor time each,
 * most of it for taking the types out, becomes a fifth.
 */
const SHARED = compiledCode({});

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine({ requireAll, file: closingLineFile })],
    // A test left focused by accident would hide all others.
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...EXCLUDED, INTEGRATION, END_TO_END],
          pool: 'threads',
          // A machine that does much else makes a second of work ten.
          testTimeout: 60_000,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: [INTEGRATION],
          exclude: EXCLUDED,
          env: SHARED,
          // Native sockets get a process each: a worker thread may not outlive them.
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: [END_TO_END],
          exclude: EXCLUDED,
          env: SHARED,
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // Each of these starts several processes: one at a time, after everything else.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
