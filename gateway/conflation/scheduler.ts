/** One timer for all classes: each (interval, phase) that is in use beats when its time has come. */

import { phasesOf } from './conflation-class.ts';

/** The platform's timers and clock, or a test's. */
export interface TimerPort {
  /** Milliseconds of a clock that only runs forward. */
  nowMs(): number;
  /** Calls once, later; returns the function that takes it back. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

interface Beat {
  readonly interval: number;
  readonly phase: number;
  users: number;
  dueMs: number;
}

/** Beats come at fixed places of the clock's grid, so they neither drift nor bunch up. */
export class Scheduler {
  readonly #timer: TimerPort;
  readonly #onBeat: (interval: number, phase: number) => void;
  readonly #beats = new Map<string, Beat>();
  #stop: (() => void) | undefined;

  constructor(timer: TimerPort, onBeat: (interval: number, phase: number) => void) {
    this.#timer = timer;
    this.#onBeat = onBeat;
  }

  /** `interval` above 0. Counted: each `use` needs its `release`. */
  use(interval: number, phase: number): void {
    const key = `${interval}/${phase}`;
    const known = this.#beats.get(key);
    if (known !== undefined) {
      known.users += 1;
      return;
    }
    const dueMs = nextDue(this.#timer.nowMs(), interval, phase);
    this.#beats.set(key, { interval, phase, users: 1, dueMs });
    this.#arm();
  }

  release(interval: number, phase: number): void {
    const key = `${interval}/${phase}`;
    const beat = this.#beats.get(key);
    if (beat === undefined) return;
    beat.users -= 1;
    if (beat.users === 0) this.#beats.delete(key);
    if (this.#beats.size === 0) this.close();
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #arm(): void {
    this.close();
    let dueMs = Number.POSITIVE_INFINITY;
    for (const beat of this.#beats.values()) dueMs = Math.min(dueMs, beat.dueMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, dueMs - this.#timer.nowMs());
    this.#stop = this.#timer.setTimer(() => this.#run(), delayMs);
  }

  #run(): void {
    this.#stop = undefined;
    const nowMs = this.#timer.nowMs();
    for (const beat of [...this.#beats.values()]) {
      if (beat.dueMs > nowMs || beat.users === 0) continue;
      // A beat that is late by more than its interval is not made up for: one flush says it all.
      beat.dueMs = nextDue(nowMs, beat.interval, beat.phase);
      this.#onBeat(beat.interval, beat.phase);
    }
    this.#arm();
  }
}

/** The first place of this phase on the grid that is after `nowMs`. */
function nextDue(nowMs: number, interval: number, phase: number): number {
  const offset = (phase * interval) / phasesOf(interval);
  return (Math.floor((nowMs - offset) / interval) + 1) * interval + offset;
}
