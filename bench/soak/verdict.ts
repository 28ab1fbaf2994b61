/** What a soak has shown: whether anything grew, was left open, or was not what the engine holds. */

import { linearRegression } from 'simple-statistics';
import { PACKET_RING_BYTES } from '../../feed/index.ts';
import { median } from '../harness/statistics.ts';
import {
  type LatencySample,
  PROCESSES,
  type ProcessName,
  type ProcessSample,
  type SoakSample,
  type SoakVerdict,
  type Trend,
} from './soak-file.ts';

/** Caches, pools and the compiler fill up at first: at most the second half counts. */
const SETTLED_SHARE = 0.5;
/** And what is meant to fill must be full: no record is smaller, so no ring holds more than so many. */
const LEAST_RECORD_BYTES = 32;
const RING_RECORDS = PACKET_RING_BYTES / LEAST_RECORD_BYTES;
/** So that each process has been collected several times in what counts. */
const LEAST_SETTLED_S = 240;
const LEAST_SAMPLES = 16;

/**
 * What a process holds after a collection may rise by this over what counts, along the straight line
 * through it; in 30 minutes that is 16 MiB an hour. What is on its way through sockets makes it breathe
 * by a few MiB: a line that this alone could have drawn is no leak (one in a hundred and more is steeper).
 */
const HELD_GROWTH_MIB = 4;
const LEAST_SIGNIFICANCE = 3;
/**
 * Resident memory breathes by tens of MiB with the heap, whose room V8 doubles whenever it likes, up
 * to a bound of its own. So what is resident beside the heap is compared, the least of the first half
 * of what counts and of the second: what leaks there is seen when it is as much as this.
 */
const BESIDE_GROWTH = 1.05;
const BESIDE_GROWTH_MIB = 8;
/** The medians of the two halves. */
const HANDLE_GROWTH = 4;
const LATENCY_GROWTH = 2;
const LATENCY_GROWTH_US = 2000;
/** The flow is steady: no half may bring less than this share of the other. */
const LEAST_FLOW = 0.8;

/** Where each process ends up at the usual rate, and some: more is no plateau anybody planned. */
export const PLATEAU_MIB: Readonly<Record<ProcessName, number>> = {
  engine: 480,
  relay: 500,
  gateway: 350,
  source: 250,
  clients: 400,
};

type Halves = readonly [before: readonly SoakSample[], after: readonly SoakSample[]];

export function verdictOf(samples: readonly SoakSample[]): SoakVerdict {
  const settled = settledPart(samples);
  const isJudged = settled.length >= LEAST_SAMPLES && secondsOf(settled) >= LEAST_SETTLED_S;
  const judged = isJudged ? settled : samples;
  const memory = Object.fromEntries(
    PROCESSES.map((name) => [name, trendOf(judged, name)]),
  ) as SoakVerdict['memory'];
  const last = samples.at(-1);
  if (last === undefined) return { isFlat: false, problems: ['There are no samples.'], memory };
  const problems = [
    ...PROCESSES.flatMap((name) => plateauProblems(samples, name)),
    ...equalityProblems(last),
  ];
  if (!isJudged) return { isFlat: false, problems, unjudged: whyUnjudged(samples), memory };
  const middle = settled.length >> 1;
  const halves: Halves = [settled.slice(0, middle), settled.slice(middle)];
  problems.push(
    ...PROCESSES.flatMap((name) => growthProblems(halves, memory[name], name)),
    ...flowProblems(halves),
  );
  return { isFlat: problems.length === 0, problems, memory };
}

/** From where all rings are full, and the first half is over. */
function settledPart(samples: readonly SoakSample[]): readonly SoakSample[] {
  const full = samples.findIndex(({ records }) => records > RING_RECORDS);
  if (full < 0) return [];
  return samples.slice(Math.max(full, Math.floor(samples.length * SETTLED_SHARE)));
}

function secondsOf(samples: readonly SoakSample[]): number {
  return (samples.at(-1)?.atS ?? 0) - (samples[0]?.atS ?? 0);
}

function whyUnjudged(samples: readonly SoakSample[]): string {
  const { atS = 0, records = 0 } = samples.at(-1) ?? {};
  const fullS = records === 0 ? Number.POSITIVE_INFINITY : (RING_RECORDS / records) * atS;
  // The second half must be long enough, and begin when the rings are full or later.
  const wantedS = Math.max(2 * LEAST_SETTLED_S, fullS + LEAST_SETTLED_S) * 1.1;
  const why = `Whether anything grows was not judged: rings are full after ${RING_RECORDS} records, and what comes then must last ${LEAST_SETTLED_S / 60} minutes.`;
  return Number.isFinite(wantedS)
    ? `${why} At this rate ask for --minutes ${Math.ceil(wantedS / 60)}.`
    : why;
}

function plateauProblems(samples: readonly SoakSample[], name: ProcessName): string[] {
  const most = Math.max(...samples.map(({ processes }) => processes[name].residentMiB));
  const bound = PLATEAU_MIB[name];
  return most > bound ? [`${name}: took ${most.toFixed(0)} MiB, more than ${bound}.`] : [];
}

function equalityProblems(last: SoakSample): string[] {
  const problems: string[] = [];
  if (last.hashMismatches > 0) problems.push(`${last.hashMismatches} book hashes differed.`);
  if (last.viewHashMismatches > 0) {
    problems.push(`${last.viewHashMismatches} view hashes differed.`);
  }
  if (last.hashChecks === 0) problems.push('No book hash was compared.');
  if (last.viewHashChecks === 0) problems.push('No view hash was compared.');
  if (last.notLive > 0) problems.push(`${last.notLive} books are not LIVE at the end.`);
  return problems;
}

function growthProblems(halves: Halves, trend: Trend, name: ProcessName): string[] {
  const problems: string[] = [];
  const [before, after] = halves;
  const hours = secondsOf([...before, ...after]) / 3600;
  const { heldMiBPerHour: slope, errorMiBPerHour: error } = trend;
  if (!Number.isFinite(slope)) problems.push(`${name}: what it holds was never looked at.`);
  if (slope * hours > HELD_GROWTH_MIB && slope > error * LEAST_SIGNIFICANCE) {
    const rate = `${slope.toFixed(0)} MiB an hour`;
    problems.push(`${name}: memory leaks, ${rate} after collections.`);
  }
  const [least, lately] = halves.map((half) => {
    return Math.min(...half.map(({ processes }) => besideMiB(processes[name])));
  }) as [number, number];
  if (lately > least * BESIDE_GROWTH + BESIDE_GROWTH_MIB) {
    problems.push(
      `${name}: memory beside the heap grew from ${least.toFixed(0)} to ${lately.toFixed(0)} MiB at least.`,
    );
  }
  const [held, holds] = halves.map((half) => {
    return median(half.map(({ processes }) => processes[name].handles));
  }) as [number, number];
  if (holds > held + HANDLE_GROWTH) {
    problems.push(`${name}: open handles grew from ${held} to ${holds}.`);
  }
  return problems;
}

function besideMiB({ residentMiB, besideMiB }: ProcessSample): number {
  return besideMiB ?? residentMiB;
}

function flowProblems(halves: Halves): string[] {
  const problems: string[] = [];
  for (const who of ['service', 'browsers'] as const) {
    const [before, after] = halves.map((half) => {
      const heard = half.map((sample): LatencySample => sample[who]);
      return median(heard.filter(({ count }) => count > 0).map(({ p50Us }) => p50Us));
    }) as [number, number];
    if (!(after <= before * LATENCY_GROWTH + LATENCY_GROWTH_US)) {
      problems.push(`The ${who}’s median latency grew from ${before} to ${after} us.`);
    }
  }
  for (const [what, count] of [
    ['records', ({ records }: SoakSample) => records],
    ['book hashes', ({ hashChecks }: SoakSample) => hashChecks],
    ['view hashes', ({ viewHashChecks }: SoakSample) => viewHashChecks],
  ] as const) {
    const [before, after] = halves.map((half) => perSecond(half, count)) as [number, number];
    if (!(after >= before * LEAST_FLOW)) {
      const rates = `${before.toFixed(1)} to ${after.toFixed(1)} a second`;
      problems.push(`Fewer ${what} came: from ${rates}.`);
    }
  }
  return problems;
}

function perSecond(samples: readonly SoakSample[], count: (sample: SoakSample) => number): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return Number.NaN;
  return (count(last) - count(first)) / (last.atS - first.atS);
}

function trendOf(samples: readonly SoakSample[], name: ProcessName): Trend {
  const sizes = samples.map(({ processes }) => processes[name].residentMiB);
  const held = looksAt(samples, name);
  return {
    firstMiB: sizes[0] ?? Number.NaN,
    lastMiB: sizes.at(-1) ?? Number.NaN,
    mostMiB: Math.max(...sizes),
    heldMiB: held.at(-1)?.[1] ?? Number.NaN,
    ...lineThrough(held),
  };
}

/** Hours and MiB: each look once, however many samples repeat it. */
function looksAt(samples: readonly SoakSample[], name: ProcessName): [number, number][] {
  const looks: [number, number][] = [];
  for (const { atS, processes } of samples) {
    const { heldMiB } = processes[name];
    if (heldMiB !== undefined && heldMiB !== looks.at(-1)?.[1]) looks.push([atS / 3600, heldMiB]);
  }
  return looks;
}

/** The slope of the straight line through points, and its standard error. */
function lineThrough(
  points: [number, number][],
): Pick<Trend, 'heldMiBPerHour' | 'errorMiBPerHour'> {
  // What is the same at every look has no slope.
  if (points.length === 1) return { heldMiBPerHour: 0, errorMiBPerHour: 0 };
  if (points.length === 0) return { heldMiBPerHour: Number.NaN, errorMiBPerHour: Number.NaN };
  const { m, b } = linearRegression(points);
  const mean = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const off = points.reduce((sum, [x, y]) => sum + (y - m * x - b) ** 2, 0);
  const width = points.reduce((sum, [x]) => sum + (x - mean) ** 2, 0);
  const error = Math.sqrt(off / Math.max(1, points.length - 2) / width);
  return { heldMiBPerHour: m, errorMiBPerHour: error };
}
