/** What the kernel says of a process: memory that is resident, open handles, threads. */

import { readdirSync, readFileSync } from 'node:fs';
import { probedMemory } from './memory-probe.ts';
import type { ProcessSample } from './soak-file.ts';

/** With what its probe has written into `probes`. Throws when there is no such process any more. */
export function sampleProcess(pid: number, probes: string): ProcessSample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name: string): number => {
    const [, digits] = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status) ?? [];
    return Number(digits);
  };
  return {
    residentMiB: Math.round((number('VmRSS') / 1024) * 10) / 10,
    ...probedMemory(probes, pid),
    handles: readdirSync(`/proc/${pid}/fd`).length,
    threads: number('Threads'),
  };
}
