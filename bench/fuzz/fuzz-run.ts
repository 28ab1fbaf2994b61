/** Fuzzes one target: damaged inputs, those kept that reach new blocks, until the time is up. */

import { getHeapStatistics } from 'node:v8';
import { BlockCoverage, type CoverageShare } from './coverage.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { FuzzRandom, mutate } from './mutations.ts';

/** Looking at the counters costs as much as some dozen inputs. */
const BATCH = 200;
/** An input that takes longer than this hangs, for all that a peer would know. */
const SLOW_MS = 2000;
/** What V8 and Node keep beside may change between two looks. */
const BUFFER_SLACK = 2 ** 20;

export interface FuzzOptions {
  readonly seed: number;
  /** Whichever comes first. */
  readonly inputs: number;
  readonly untilMs: number;
  readonly corpus: readonly Uint8Array[];
  readonly onBatch?: (done: number, share: CoverageShare) => void;
}

export interface FuzzResult {
  readonly inputs: number;
  /** Inputs that reached blocks which none before had reached; those of the corpus apart. */
  readonly found: readonly Uint8Array[];
  readonly share: CoverageShare;
  readonly fault: FuzzFault | undefined;
}

export interface FuzzFault {
  readonly input: Uint8Array;
  readonly what: string;
}

export function fuzz(target: FuzzTarget, options: FuzzOptions): FuzzResult {
  const coverage = new BlockCoverage(target.covers);
  try {
    return fuzzWith(target, options, coverage);
  } finally {
    coverage.close();
  }
}

function fuzzWith(
  target: FuzzTarget,
  { seed, inputs, untilMs, corpus, onBatch }: FuzzOptions,
  coverage: BlockCoverage,
): FuzzResult {
  const random = new FuzzRandom(seed);
  const pool: Uint8Array[] = [...target.seeds(), ...corpus];
  const found: Uint8Array[] = [];
  for (const input of pool) {
    const fault = tryInput(target, input);
    if (fault !== undefined) return { inputs: 0, found, share: coverage.share, fault };
  }
  coverage.take();
  let done = pool.length;
  while (done < inputs && performance.now() < untilMs) {
    const batch: Uint8Array[] = [];
    for (let i = 0; i < BATCH && done < inputs; i += 1) {
      const input = mutate(random, random.pick(pool), random.pick(pool), target);
      batch.push(input);
      done += 1;
      const fault = tryInput(target, input);
      if (fault !== undefined) return { inputs: done, found, share: coverage.share, fault };
    }
    if (coverage.peek() > 0) {
      for (const input of whichReach(target, batch, coverage)) {
        pool.push(input);
        found.push(input);
      }
    }
    onBatch?.(done, coverage.share);
  }
  return { inputs: done, found, share: coverage.share, fault: undefined };
}

/** Those of a batch that reach new blocks, by halves; each is tried after those before it. */
function whichReach(
  target: FuzzTarget,
  batch: readonly Uint8Array[],
  coverage: BlockCoverage,
): Uint8Array[] {
  if (batch.length === 0) return [];
  coverage.peek();
  for (const input of batch) tryInput(target, input);
  if (coverage.peek() === 0) return [];
  if (batch.length === 1) {
    for (const input of batch) tryInput(target, input);
    coverage.take();
    return [...batch];
  }
  const middle = batch.length >> 1;
  const first = whichReach(target, batch.slice(0, middle), coverage);
  return [...first, ...whichReach(target, batch.slice(middle), coverage)];
}

/** `undefined`: it was read, or refused as documented, within its bounds. */
export function tryInput(target: FuzzTarget, input: Uint8Array): FuzzFault | undefined {
  const fault = (what: string): FuzzFault => ({ input, what });
  const buffersBefore = bufferBytes();
  const start = performance.now();
  try {
    target.run(input);
  } catch (error) {
    return fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const tookMs = performance.now() - start;
  if (tookMs > SLOW_MS) return fault(`It took ${Math.round(tookMs)} ms.`);
  const made = bufferBytes() - buffersBefore;
  if (made > target.maxBufferBytes + BUFFER_SLACK)
    return fault(`It made ${made} bytes of buffers.`);
  return undefined;
}

function bufferBytes(): number {
  return getHeapStatistics().external_memory;
}
