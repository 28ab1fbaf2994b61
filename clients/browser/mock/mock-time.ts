/** Time that only passes when a test says so, for the client and the gateway alike. */

interface Timer {
  readonly dueMs: number;
  readonly callback: () => unknown;
}

const FRAME_MS = 16;

export class MockTime {
  nowMs = 0;
  readonly #timers = new Set<Timer>();

  /** Calls once, later; returns the function that takes it back. */
  setTimer(callback: () => unknown, delayMs: number): () => void {
    const timer = { dueMs: this.nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  nextFrame(callback: () => void): void {
    this.setTimer(callback, FRAME_MS - (this.nowMs % FRAME_MS));
  }

  /** Everything that is due within `ms`, one after the other, each at its own time. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#timers.delete(next);
      this.nowMs = next.dueMs;
      next.callback();
    }
    this.nowMs = endMs;
  }

  /** The first that is due by then; of several at one time, the one that was set first. */
  #next(endMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}
