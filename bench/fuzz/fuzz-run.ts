/** Fuzzes one target: damaged inputs, those kept that reach new blocks, until the time is up. */

import { getHeapStatistics } from 'node:v8';
import { BlockCoverage, type CoverageShare } from './coverage.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { FuzzRandom, mutate } from './mutations.ts';

/** Inputs between two looks at the counters; more where a look takes longer than they do. */
const FIRST_BATCH = 200;
const MAX_BATCH = 20_000;
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

export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const coverage = new BlockCoverage(target.covers);
  try {
    return await fuzzWith(target, options, coverage);
  } finally {
    coverage.close();
    await target.close?.();
  }
}

async function fuzzWith(
  target: FuzzTarget,
  { seed, inputs, untilMs, corpus, onBatch }: FuzzOptions,
  coverage: BlockCoverage,
): Promise<FuzzResult> {
  const random = new FuzzRandom(seed);
  const pool: Uint8Array[] = [...target.seeds(), ...corpus];
  const found: Uint8Array[] = [];
  for (const input of pool) {
    const fault = await tryInput(target, input);
    if (fault !== undefined) return { inputs: 0, found, share: coverage.share, fault };
  }
  coverage.take();
  let done = pool.length;
  let size = FIRST_BATCH;
  while (done < inputs && performance.now() < untilMs) {
    const batch: Uint8Array[] = [];
    const startMs = performance.now();
    for (let i = 0; i < size && done < inputs; i += 1) {
      const input = mutate(random, random.pick(pool), random.pick(pool), target);
      batch.push(input);
      done += 1;
      const fault = await tryInput(target, input);
      if (fault !== undefined) return { inputs: done, found, share: coverage.share, fault };
    }
    const triedMs = performance.now();
    const fresh = coverage.peek();
    const isLookDear = performance.now() - triedMs > triedMs - startMs;
    if (isLookDear) size = Math.min(2 * size, MAX_BATCH);
    if (fresh > 0) {
      for (const input of await whichReach(target, batch, coverage)) {
        pool.push(input);
        found.push(input);
      }
      // A block that only some order of inputs reaches would be looked for again after every batch.
      for (const input of batch) await tryInput(target, input);
      coverage.take();
    }
    onBatch?.(done, coverage.share);
  }
  return { inputs: done, found, share: coverage.share, fault: undefined };
}

/** Those of a batch that reach new blocks, by halves; each is tried after those before it. */
async function whichReach(
  target: FuzzTarget,
  batch: readonly Uint8Array[],
  coverage: BlockCoverage,
): Promise<Uint8Array[]> {
  if (batch.length === 0) return [];
  coverage.peek();
  for (const input of batch) await tryInput(target, input);
  if (coverage.peek() === 0) return [];
  if (batch.length === 1) {
    for (const input of batch) await tryInput(target, input);
    coverage.take();
    return [...batch];
  }
  const middle = batch.length >> 1;
  const first = await whichReach(target, batch.slice(0, middle), coverage);
  return [...first, ...(await whichReach(target, batch.slice(middle), coverage))];
}

/** `undefined`: it was read, or refused as documented, within its bounds. */
export async function tryInput(
  target: FuzzTarget,
  input: Uint8Array,
): Promise<FuzzFault | undefined> {
  const fault = (what: string): FuzzFault => ({ input, what });
  const buffersBefore = bufferBytes();
  const start = performance.now();
  try {
    const pending = target.run(input);
    // Most are done at once, and a turn for each would cost more than they do.
    if (pending !== undefined) await pending;
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
