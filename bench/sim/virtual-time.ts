/** The only clock of a simulation: what is due next happens next, and time is then. */

interface Event {
  readonly atMs: number;
  /** Of two at the same time the one that was set first comes first. */
  readonly order: number;
  work: (() => unknown) | undefined;
}

export class VirtualTime {
  nowMs = 0;
  /** A binary heap: the next one is the first. */
  readonly #events: Event[] = [];
  #order = 0;

  /** Calls once, `delayMs` from now; returns the function that takes it back. */
  after(delayMs: number, work: () => unknown): () => void {
    this.#order += 1;
    const event: Event = { atMs: this.nowMs + Math.max(0, delayMs), order: this.#order, work };
    this.#rise(event);
    return () => {
      event.work = undefined;
    };
  }

  /** Lets time pass up to `untilMs`. What a piece of work promises is waited for, before the next; `done` comes after each. */
  async run(untilMs: number, done: () => void = () => {}): Promise<void> {
    for (;;) {
      const next = this.#events[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#sink();
      if (next.work === undefined) continue;
      this.nowMs = next.atMs;
      const promised = next.work();
      if (promised instanceof Promise) await promised;
      done();
    }
    this.nowMs = untilMs;
  }

  #rise(event: Event): void {
    const events = this.#events;
    let at = events.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = events[parent] as Event;
      if (!isBefore(event, above)) break;
      events[at] = above;
      at = parent;
    }
    events[at] = event;
  }

  #sink(): void {
    const events = this.#events;
    const last = events.pop() as Event;
    if (events.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) break;
      const right = events[child + 1];
      if (right !== undefined && isBefore(right, events[child] as Event)) child += 1;
      const below = events[child] as Event;
      if (!isBefore(below, last)) break;
      events[at] = below;
      at = child;
    }
    events[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
