/** Times one case with tinybench, and counts what it puts on the heap. */

import { getHeapStatistics } from 'node:v8';
import { Bench } from 'tinybench';
import { percentile, relativeSpread } from '../harness/statistics.ts';
import type { MicroCase, MicroRun } from './micro-suite.ts';

export interface MicroResult {
  readonly unit: string;
  readonly peer?: string | undefined;
  readonly nsPerOperation: number;
  readonly operationsPerSecond: number;
  /** Median distance from the median, as a share of it. */
  readonly spread: number;
  readonly p99NsPerOperation: number;
  readonly rounds: number;
  /** At most `MAX_KEPT_SAMPLES` of the rounds, evenly spread over them. */
  readonly samplesNs: readonly number[];
  /** On the heap, what `before` and `after` undo included. */
  readonly allocatedBytesPerOperation: number;
  /** What V8's counter cannot tell from nothing, at so many operations. */
  readonly allocationResolution: number;
  readonly bytesPerOperation?: number | undefined;
}

export interface MeasureOptions {
  readonly timeMs: number;
  readonly warmUpMs: number;
}

const LEAST_ROUNDS = 9;
export const MAX_KEPT_SAMPLES = 200;
/** V8 counts allocation buffers when they are full, not objects. */
const ALLOCATION_STEP_BYTES = 512 * 1024;
const ALLOCATION_OPERATIONS = 2_000_000;

export async function measureCase(one: MicroCase, options: MeasureOptions): Promise<MicroResult> {
  const run = one.setUp();
  try {
    const samples = await timeRounds(one, run, options);
    const median = percentile(samples, 0.5);
    return {
      unit: one.unit,
      peer: one.peer,
      nsPerOperation: median,
      operationsPerSecond: 1e9 / median,
      spread: relativeSpread(samples),
      p99NsPerOperation: percentile(samples, 0.99),
      rounds: samples.length,
      samplesNs: spreadOver(samples),
      ...measureAllocation(one.operations, run, options.timeMs),
      bytesPerOperation: run.bytes,
    };
  } finally {
    run.end?.();
  }
}

/**
 * The least of the rounds, in nanoseconds per operation. What else a machine does can only make a
 * round longer, so on a busy one this is what two processes can be compared by.
 */
export async function leastTime(one: MicroCase, options: MeasureOptions): Promise<number> {
  const run = one.setUp();
  try {
    return Math.min(...(await timeRounds(one, run, options)));
  } finally {
    run.end?.();
  }
}

/** Of each round, sorted: nanoseconds per operation. */
async function timeRounds(
  one: MicroCase,
  { before, round, after }: MicroRun,
  { timeMs, warmUpMs }: MeasureOptions,
): Promise<readonly number[]> {
  const bench = new Bench({
    time: timeMs,
    warmupTime: warmUpMs,
    iterations: LEAST_ROUNDS,
    warmupIterations: LEAST_ROUNDS,
    retainSamples: true,
    throws: true,
  });
  bench.add(one.name, round, {
    async: false,
    ...(before === undefined ? {} : { beforeEach: before }),
    ...(after === undefined ? {} : { afterEach: after }),
  });
  await bench.run();
  return samplesOf(bench).map((ms) => (ms * 1e6) / one.operations);
}

function samplesOf(bench: Bench): readonly number[] {
  const result = bench.tasks[0]?.result;
  if (result === undefined || !('latency' in result) || result.latency.samples === undefined) {
    throw new Error(`The case ended without samples: ${result?.state}.`);
  }
  return result.latency.samples;
}

/** The samples come sorted: every n-th of them has their median and their spread. */
function spreadOver(samples: readonly number[]): number[] {
  const step = Math.max(1, samples.length / MAX_KEPT_SAMPLES);
  const count = Math.min(samples.length, MAX_KEPT_SAMPLES);
  return Array.from({ length: count }, (_, i) => {
    return Number((samples[Math.floor((i + 0.5) * step)] as number).toPrecision(6));
  });
}

/** As many rounds as fit into the time, but at most what makes the counter's step small. */
function measureAllocation(
  operations: number,
  { before, round, after }: MicroRun,
  timeMs: number,
): Pick<MicroResult, 'allocatedBytesPerOperation' | 'allocationResolution'> {
  const end = performance.now() + timeMs;
  const start = allocated();
  let done = 0;
  while (done < ALLOCATION_OPERATIONS && performance.now() < end) {
    before?.();
    round();
    after?.();
    done += operations;
  }
  const bytes = Math.max(0, allocated() - start - ALLOCATION_STEP_BYTES);
  return {
    allocatedBytesPerOperation: bytes / done,
    allocationResolution: ALLOCATION_STEP_BYTES / done,
  };
}

/** Newer than the types of Node. */
function allocated(): number {
  const statistics: Readonly<Record<string, number>> = { ...getHeapStatistics() };
  return statistics['total_allocated_bytes'] ?? Number.NaN;
}
