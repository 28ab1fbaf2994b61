/** Processor time of a process by its threads, as Linux counts it. */

import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/PID/task/TID/stat: 100 a second wherever Linux runs Node. */
const TICK_MS = 10;

export interface ThreadTime {
  /** Such as "node-26 MainThread"; not unique. */
  readonly name: string;
  readonly id: number;
  /** Since the thread began. */
  readonly userMs: number;
  readonly systemMs: number;
}

export function threadTimes(pid: number): ThreadTime[] {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).map((id) => {
    const stat = readFileSync(`${folder}/${id}/stat`, 'latin1');
    // A name may hold spaces and brackets: what follows the last bracket does not.
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    return {
      name: stat.slice(stat.indexOf('(') + 1, end),
      id: Number(id),
      userMs: Number(fields[11]) * TICK_MS,
      systemMs: Number(fields[12]) * TICK_MS,
    };
  });
}

/** What each thread has used between two readings; one that has ended meanwhile is left out. */
export function usedBetween(
  before: readonly ThreadTime[],
  after: readonly ThreadTime[],
): ThreadTime[] {
  const known = new Map(before.map((thread) => [thread.id, thread]));
  return after.map((thread) => ({
    ...thread,
    userMs: thread.userMs - (known.get(thread.id)?.userMs ?? 0),
    systemMs: thread.systemMs - (known.get(thread.id)?.systemMs ?? 0),
  }));
}
