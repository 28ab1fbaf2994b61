/** Notices the death of ancestors that this process has no channel to. */

import { readFileSync } from 'node:fs';

const POLL_MS = 250;

/**
 * Calls `onGone` once, with words for the log, when the parent has died. Under `npm` the parent is
 * npm, which outlives a killed shell; so its parent is watched too. The poll keeps nothing alive.
 */
export function watchAncestors(onGone: (who: string) => void): void {
  const parent = process.ppid;
  const underNpm = process.env['npm_lifecycle_event'] !== undefined;
  const grandparent = underNpm ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    if (process.ppid !== parent) finish('the parent process');
    else if (grandparent !== undefined && parentOf(parent) !== grandparent) {
      finish('the process that started npm');
    }
  }, POLL_MS);
  timer.unref();

  function finish(who: string): void {
    clearInterval(timer);
    onGone(who);
  }
}

/** The parent's id from Linux's /proc; `undefined` elsewhere. */
export function parentOf(pid: number): number | undefined {
  try {
    // "pid (name) state ppid ...", and the name may hold anything, parentheses too.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return Number.isInteger(ppid) ? ppid : undefined;
  } catch {
    return undefined;
  }
}
