/** Counts the scavenges between its making and its question. */

import { constants, PerformanceObserver } from 'node:perf_hooks';

/** Entries of a run are delivered after it. */
const DELIVERED_AFTER_MS = 50;

export class Scavenges {
  readonly #times: number[] = [];
  readonly #start: number;

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { kind } = (entry as unknown as { detail: { kind: number } }).detail;
        if (kind === constants.NODE_PERFORMANCE_GC_MINOR) this.#times.push(entry.startTime);
      }
    });
    observer.observe({ entryTypes: ['gc'] });
    this.#start = performance.now();
  }

  async count(): Promise<number> {
    const end = performance.now();
    await new Promise((resolve) => setTimeout(resolve, DELIVERED_AFTER_MS));
    return this.#times.filter((time) => time >= this.#start && time <= end).length;
  }
}
