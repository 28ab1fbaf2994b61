/** Listeners by event name. */

/** `Events` maps a name to the arguments its listeners get. */
export class Emitter<Events extends Record<keyof Events, readonly unknown[]>> {
  readonly #report: (error: unknown) => void;
  readonly #listeners = new Map<keyof Events, Set<(...values: never[]) => void>>();

  /** `report` gets what listeners throw; the platform's own way by default. */
  constructor(report = throwLater) {
    this.#report = report;
  }

  /** Returns the function that takes the listener off again. */
  on<Name extends keyof Events>(
    name: Name,
    listener: (...values: Events[Name]) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // A function of its own, so that one listener may be added twice and taken off once.
    const entry = (...values: never[]) => listener(...(values as unknown as Events[Name]));
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  /** A listener that throws disturbs no other. */
  emit<Name extends keyof Events>(name: Name, ...values: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(...(values as unknown as never[]));
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

/** As if the listener had been called by the platform: onto the console, or to its handlers. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
