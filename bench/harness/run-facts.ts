/** Where and when a measurement was made, and how fast the machine was at that moment. */

import { execFileSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { median } from './statistics.ts';

export interface RunFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly runtime: string;
  /** Of the working tree; with a plus behind it where that has changes. */
  readonly commit: string;
  readonly date: string;
  /** Processes that wanted to run in the last minute: above the cores, the machine was shared. */
  readonly load: number;
  readonly calibrationMs: number;
}

const REPOSITORY = resolve(import.meta.dirname, '../..');
const CALIBRATION_STEPS = 20_000_000;
const CALIBRATION_ROUNDS = 5;

export function runFacts(now: Date): RunFacts {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    runtime: `Node ${process.version}, V8 ${process.versions.v8}`,
    commit: commitOf(REPOSITORY),
    date: now.toISOString(),
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    calibrationMs: Math.round(calibrationMs() * 10) / 10,
  };
}

export function commitOf(folder: string): string {
  try {
    const head = git(folder, 'rev-parse', '--short=12', 'HEAD');
    return git(folder, 'status', '--porcelain', '--untracked-files=no') === '' ? head : `${head}+`;
  } catch {
    return 'unknown';
  }
}

export function git(folder: string, ...args: string[]): string {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio }).trim();
}

/**
 * A loop of integers that touches no memory, in milliseconds, the median of five: two machines, or
 * one machine at two times, can be told apart by it. It says nothing of caches, memory or disks.
 */
export function calibrationMs(): number {
  const rounds = Array.from({ length: CALIBRATION_ROUNDS + 1 }, () => {
    const start = performance.now();
    if (countSteps(CALIBRATION_STEPS) === 0) throw new Error('The loop was left out.');
    return performance.now() - start;
  });
  return median(rounds.slice(1));
}

function countSteps(steps: number): number {
  let state = 1;
  for (let i = 0; i < steps; i += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}

/** The facts as the lines of a table, for reports. */
export function factRows(facts: RunFacts): readonly (readonly [string, string])[] {
  return [
    ['processor', `${facts.processor}, ${facts.cores} cores`],
    ['memory', `${facts.memoryGiB} GiB`],
    ['system', facts.system],
    ['runtime', facts.runtime],
    ['commit', facts.commit],
    ['date', facts.date],
    ['load when it began', `${facts.load}`],
    ['calibration loop', `${facts.calibrationMs} ms (20 M integer steps; no memory)`],
  ];
}
