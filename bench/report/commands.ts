/** What `npm run bench:all` runs: each benchmark's command, if this project has it, and how long it may take. */

import type { Part } from './results.ts';

export interface BenchCommand {
  readonly part: Part;
  readonly script: string;
  readonly args: readonly string[];
  readonly quickArgs: readonly string[];
}

export const COMMANDS: readonly BenchCommand[] = [
  {
    part: 'micro',
    script: 'bench/micro/main.ts',
    args: [],
    quickArgs: ['--quick'],
  },
  {
    part: 'league',
    script: 'bench/league/main.ts',
    args: ['--both'],
    quickArgs: ['--both', '--processes', '1', '--warm-ups', '1', '--peer-seconds', '2'],
  },
  {
    part: 'openLoop',
    script: 'bench/league/open-loop.ts',
    args: [],
    quickArgs: ['--rate', '100000', '--warm-ups', '1'],
  },
  { part: 'growth', script: 'bench/league/growth.ts', args: [], quickArgs: [] },
  {
    part: 'journal',
    script: 'bench/journal/main.ts',
    args: [],
    quickArgs: ['--pairs', '2', '--commands', '100000', '--warm-up', '100000'],
  },
  { part: 'feed', script: 'bench/feed/main.ts', args: [], quickArgs: ['--quick'] },
  { part: 'gateway', script: 'bench/gateway/main.ts', args: [], quickArgs: ['--quick'] },
  { part: 'dashboard', script: 'bench/page/main.ts', args: [], quickArgs: ['--seconds', '10'] },
  {
    part: 'soak',
    script: 'bench/soak/main.ts',
    args: ['--minutes', '5'],
    quickArgs: ['--minutes', '0.5', '--rate', '500'],
  },
];
