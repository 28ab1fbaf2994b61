/** Loaded into every process of a soak: says what it holds after a collection, and what is resident beside V8's heap. */

import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, threadId } from 'node:worker_threads';

/** Where to say it, and how often. */
const FOLDER_ENV = 'TOUCHLINE_PROBE_FOLDER';
const INTERVAL_ENV = 'TOUCHLINE_PROBE_MS';
const MIB = 2 ** 20;
const SETTLING_MS = 50;
/** Between two looks at what is resident, which cost next to nothing. */
const RESIDENT_MS = 1000;

/** What one thread has written. */
interface Look {
  /** Heap and buffers after the newest full collection; absent before the first. */
  readonly heldBytes?: number | undefined;
  /** Resident memory of this thread's heap, whether objects fill it or not. */
  readonly heapBytes: number;
  /** Of the whole process at the same moment; the main thread says it. */
  readonly residentBytes?: number | undefined;
}

export interface ProbedMemory {
  readonly heldMiB: number | undefined;
  readonly besideMiB: number | undefined;
}

/** What a process needs in its environment to load this, its threads included. */
export function probeEnvironment(folder: string, everyMs: number): Record<string, string> {
  const options = process.env['NODE_OPTIONS'];
  const load = `--import=${import.meta.url}`;
  return {
    [FOLDER_ENV]: folder,
    [INTERVAL_ENV]: String(everyMs),
    NODE_OPTIONS: options === undefined ? load : `${options} ${load}`,
  };
}

/** What the threads of a process said last, added up; `undefined` before one has looked. */
export function probedMemory(folder: string, pid: number): ProbedMemory {
  const looks = readdirSync(folder)
    .filter((name) => name.startsWith(`${pid}-`) && name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Look);
  const held = looks.flatMap(({ heldBytes }) => (heldBytes === undefined ? [] : [heldBytes]));
  const resident = looks.find(({ residentBytes }) => residentBytes !== undefined)?.residentBytes;
  const beside = resident === undefined ? [] : [resident, ...looks.map((look) => -look.heapBytes)];
  return { heldMiB: mibOf(held), besideMiB: mibOf(beside) };
}

function mibOf(bytes: readonly number[]): number | undefined {
  if (bytes.length === 0) return undefined;
  return Math.round((bytes.reduce((sum, one) => sum + one, 0) / MIB) * 100) / 100;
}

/**
 * A heap breathes by tens of MiB, and resident memory with it: V8 doubles its room for new objects
 * once enough has outlived it, be it after twenty minutes. What is left after a full collection does
 * not breathe, so that growth of a few MiB shows within minutes; it costs tens of milliseconds each
 * time. What leaks beside the heap shows in what is resident beside it.
 */
export function startProbe(folder: string, everyMs: number): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const path = join(folder, `${process.pid}-${isMainThread ? 0 : threadId}`);
  let heldBytes: number | undefined;
  const say = (): void => {
    const look: Look = {
      heldBytes,
      heapBytes: getHeapStatistics().total_physical_size,
      residentBytes: isMainThread ? process.memoryUsage.rss() : undefined,
    };
    // Whoever reads finds the whole file, or the one before.
    writeFileSync(`${path}.part`, JSON.stringify(look));
    renameSync(`${path}.part`, `${path}.json`);
  };
  const hold = (): void => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    heldBytes = heapUsed + external;
    say();
  };
  const timers = [
    setInterval(say, RESIDENT_MS).unref(),
    setInterval(() => {
      collect();
      // Memory of sockets is given back a little after what held it has been collected.
      setTimeout(hold, SETTLING_MS).unref();
    }, everyMs).unref(),
  ];
  return () => timers.forEach(clearInterval);
}

const { [FOLDER_ENV]: folder, [INTERVAL_ENV]: everyMs } = process.env;
if (folder !== undefined) startProbe(folder, Number(everyMs));
