/** Timers that fire when a test lets time pass. */

import type { TimerPort } from '../conflation/scheduler.ts';

interface Entry {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class ManualTimer implements TimerPort {
  #nowMs: number;
  readonly #entries = new Set<Entry>();

  constructor(startMs = 1000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const entry = { dueMs: this.#nowMs + delayMs, callback };
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  get pending(): number {
    return this.#entries.size;
  }

  /** Lets time pass; what comes due meanwhile fires in order, at its own time. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#nextDue(endMs);
      if (next === undefined) break;
      this.#entries.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  #nextDue(endMs: number): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.dueMs <= endMs && (next === undefined || entry.dueMs < next.dueMs)) next = entry;
    }
    return next;
  }
}
