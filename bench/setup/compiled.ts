/** Imported first by whatever measures in its own process: begins again once its code is compiled. */

import { readdirSync } from 'node:fs';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';

/** How often a process has begun again: for a directory, and for new code in it; then it goes on. */
const BEGINNINGS = 'TOUCHLINE_BEGINNINGS';
const MOST_BEGINNINGS = 2;
/** As the product has it, whose code is not asked: this file also runs in trees that are older than it. */
const CACHE = 'NODE_COMPILE_CACHE';
const DIRECTORY = join(import.meta.dirname, '../../.touchline/compiled');

const beginnings = Number(process.env[BEGINNINGS] ?? 0);
// Not for the processes that this one starts.
delete process.env[BEGINNINGS];
if (beginnings < MOST_BEGINNINGS && !isCompiled(getCompileCacheDir())) beginAgain();

/** Whether nothing was new, so that no types had to be taken out: see `compiledCode` of feed/process. */
function isCompiled(directory: string | undefined): boolean {
  if (directory === undefined) return false;
  const before = readdirSync(directory).length;
  flushCompileCache();
  return readdirSync(directory).length === before;
}

/** The same process, from its first line. Where the system has no such call, it goes on as it is. */
function beginAgain(): void {
  if (process.execve === undefined || process.channel !== undefined) return;
  const line = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const again = { [CACHE]: process.env[CACHE] ?? DIRECTORY, [BEGINNINGS]: String(beginnings + 1) };
  process.execve(process.execPath, line, { ...process.env, ...again });
}
