/**
 * The errands of all books of the past to the archive: one at a time, each of them in its turn, and
 * no more records a second than leave time for the live books.
 */

import { TokenBucket } from '../guard/token-bucket.ts';
import { HISTORY_WINDOW_BURST, HISTORY_WINDOWS_PER_SECOND } from '../protocol/index.ts';
import type { HeldRange } from './history-source.ts';

const WINDOWS = { burst: HISTORY_WINDOW_BURST, perSecond: HISTORY_WINDOWS_PER_SECOND };

/** Who has something to ask. */
export interface DeskClient {
  /** Whether that is a window of records; a place is limited where it is asked for. */
  readonly wantsWindow: boolean;
  /** Asks one question, the one that counts by now; never rejects. */
  work(): Promise<void>;
}

export class HistoryDesk {
  /** What the archive said that it holds, and when. */
  held: HeldRange | undefined;
  heldAtMs = Number.NEGATIVE_INFINITY;
  readonly #nowMs: () => number;
  readonly #windows: TokenBucket;
  readonly #waiting = new Set<DeskClient>();
  #isBusy = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#windows = new TokenBucket(WINDOWS, nowMs());
  }

  /** Waits in line, once however often it is called. */
  want(client: DeskClient): void {
    this.#waiting.add(client);
    this.turn();
  }

  leave(client: DeskClient): void {
    this.#waiting.delete(client);
  }

  /** Time has passed: whoever waits for the share of windows may have it by now. */
  turn(): void {
    if (!this.#isBusy && this.#waiting.size > 0) void this.#serve();
  }

  async #serve(): Promise<void> {
    this.#isBusy = true;
    // Who was refused a window keeps its place: nobody behind it gets one in this walk.
    let hasWindows = true;
    for (const client of this.#waiting) {
      if (client.wantsWindow) {
        hasWindows &&= this.#windows.take(this.#nowMs());
        if (!hasWindows) continue;
      }
      this.#waiting.delete(client);
      await client.work();
    }
    this.#isBusy = false;
  }
}
