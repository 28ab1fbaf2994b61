/** What a soak has shown: whether anything grew, was left open, or was not what the engine holds. */

import { linearRegression } from 'simple-statistics';
import { median } from '../harness/statistics.ts';
import {
  PROCESSES,
  type ProcessName,
  type SoakSample,
  type SoakVerdict,
  type Trend,
} from './soak-file.ts';

/** Caches, pools and the compiler fill up at first: what comes after the first half counts. */
const SETTLED_SHARE = 0.5;
/** Between the third quarter's median and the last one's; garbage collectors breathe. */
const MEMORY_GROWTH = 1.1;
const MEMORY_GROWTH_MIB = 16;
const HANDLE_GROWTH = 4;
const LEAST_SAMPLES = 8;

export function verdictOf(samples: readonly SoakSample[]): SoakVerdict {
  const problems: string[] = [];
  const memory = {} as Record<ProcessName, Trend>;
  for (const name of PROCESSES) {
    memory[name] = trendOf(samples, name);
    problems.push(...growthOf(samples, name));
  }
  const last = samples.at(-1);
  if (last === undefined) return { isFlat: false, problems: ['There are no samples.'], memory };
  if (last.hashMismatches > 0) problems.push(`${last.hashMismatches} book hashes differed.`);
  if (last.viewHashMismatches > 0) {
    problems.push(`${last.viewHashMismatches} view hashes differed.`);
  }
  if (last.hashChecks === 0) problems.push('No book hash was compared.');
  if (last.viewHashChecks === 0) problems.push('No view hash was compared.');
  if (last.notLive > 0) problems.push(`${last.notLive} books are not LIVE at the end.`);
  return { isFlat: problems.length === 0, problems, memory };
}

function growthOf(samples: readonly SoakSample[], name: ProcessName): string[] {
  if (samples.length < LEAST_SAMPLES) return [];
  const problems: string[] = [];
  const settled = samples.slice(Math.floor(samples.length * SETTLED_SHARE));
  const middle = settled.length >> 1;
  const of = (part: readonly SoakSample[], what: 'residentMiB' | 'handles'): number =>
    median(part.map(({ processes }) => processes[name][what]));
  const [early, late] = [settled.slice(0, middle), settled.slice(middle)];
  const [before, after] = [of(early, 'residentMiB'), of(late, 'residentMiB')];
  if (after > before * MEMORY_GROWTH + MEMORY_GROWTH_MIB) {
    problems.push(`${name}: memory grew from ${before.toFixed(0)} to ${after.toFixed(0)} MiB.`);
  }
  const [held, holds] = [of(early, 'handles'), of(late, 'handles')];
  if (holds > held + HANDLE_GROWTH) {
    problems.push(`${name}: open handles grew from ${held} to ${holds}.`);
  }
  return problems;
}

function trendOf(samples: readonly SoakSample[], name: ProcessName): Trend {
  const points = samples.map(({ atS, processes }): [number, number] => [
    atS / 3600,
    processes[name].residentMiB,
  ]);
  const sizes = points.map(([, size]) => size);
  const settled = points.slice(Math.floor(points.length * SETTLED_SHARE));
  const slope = settled.length < 2 ? Number.NaN : linearRegression(settled).m;
  return {
    firstMiB: sizes[0] ?? Number.NaN,
    lastMiB: sizes.at(-1) ?? Number.NaN,
    mostMiB: Math.max(...sizes),
    slopeMiBPerHour: slope,
  };
}
