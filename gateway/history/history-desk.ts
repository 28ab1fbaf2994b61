/** The errands of all books of the past to the archive: one at a time, each of them in its turn. */

import type { HeldRange } from './history-source.ts';

/** Who has something to ask. */
export interface DeskClient {
  /** Asks one question, the one that counts by now; never rejects. */
  work(): Promise<void>;
}

export class HistoryDesk {
  /** What the archive said that it holds, and when. */
  held: HeldRange | undefined;
  heldAtMs = Number.NEGATIVE_INFINITY;
  readonly #waiting = new Set<DeskClient>();
  #isBusy = false;

  /** Waits in line, once however often it is called. */
  want(client: DeskClient): void {
    this.#waiting.add(client);
    if (!this.#isBusy) void this.#serve();
  }

  leave(client: DeskClient): void {
    this.#waiting.delete(client);
  }

  async #serve(): Promise<void> {
    this.#isBusy = true;
    for (const client of this.#waiting) {
      this.#waiting.delete(client);
      await client.work();
    }
    this.#isBusy = false;
  }
}
