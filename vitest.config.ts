/** Three projects: unit (pure), integration (sockets, files, captures), end-to-end (real processes). */

import { defineConfig } from 'vitest/config';

const INTEGRATION = '**/*.integration.test.ts';
const END_TO_END = '**/*.e2e.test.ts';
const EXCLUDED = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...EXCLUDED, INTEGRATION, END_TO_END],
        },
      },
      {
        test: {
          name: 'integration',
          include: [INTEGRATION],
          exclude: EXCLUDED,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: [END_TO_END],
          exclude: EXCLUDED,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
