/** Loaded into every process of a soak: says now and then what it still holds after a collection. */

import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, threadId } from 'node:worker_threads';

/** Where to say it, and how often. */
const FOLDER_ENV = 'TOUCHLINE_PROBE_FOLDER';
const INTERVAL_ENV = 'TOUCHLINE_PROBE_MS';
const MIB = 2 ** 20;
const SETTLING_MS = 50;

interface Held {
  readonly heapBytes: number;
  readonly externalBytes: number;
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

/** What the threads of a process held when each last looked; `undefined` before one has. */
export function heldMiB(folder: string, pid: number): number | undefined {
  const held = readdirSync(folder)
    .filter((name) => name.startsWith(`${pid}-`) && name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Held);
  if (held.length === 0) return undefined;
  const bytes = held.reduce((sum, one) => sum + one.heapBytes + one.externalBytes, 0);
  return Math.round((bytes / MIB) * 100) / 100;
}

/**
 * A heap breathes by tens of MiB, and resident memory with it; what is left after a full collection
 * does not, so that growth of a few MiB shows within minutes. It costs tens of milliseconds each time.
 */
export function startProbe(folder: string, everyMs: number): NodeJS.Timeout {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const path = join(folder, `${process.pid}-${isMainThread ? 0 : threadId}`);
  const look = (): void => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    const held: Held = { heapBytes: heapUsed, externalBytes: external };
    // Whoever reads finds the whole file, or the one before.
    writeFileSync(`${path}.part`, JSON.stringify(held));
    renameSync(`${path}.part`, `${path}.json`);
  };
  return setInterval(() => {
    collect();
    // Memory of sockets is given back a little after what held it has been collected.
    setTimeout(look, SETTLING_MS).unref();
  }, everyMs).unref();
}

const { [FOLDER_ENV]: folder, [INTERVAL_ENV]: everyMs } = process.env;
if (folder !== undefined) startProbe(folder, Number(everyMs));
