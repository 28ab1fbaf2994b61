/** When a process that died is started again, and when that has become pointless. */

export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 4000;
/** Deaths further apart than this have nothing to do with each other. */
export const WINDOW_MS = 60_000;
/** One death more within the window is a crash loop. */
export const RESTARTS_PER_WINDOW = 5;

export class RestartPolicy {
  readonly #deathsMs: number[] = [];

  /** Milliseconds to wait before the next start; `undefined` when it is a crash loop. */
  afterDeath(nowMs: number): number | undefined {
    while (nowMs - (this.#deathsMs[0] ?? nowMs) > WINDOW_MS) this.#deathsMs.shift();
    this.#deathsMs.push(nowMs);
    const deaths = this.#deathsMs.length;
    if (deaths > RESTARTS_PER_WINDOW) return undefined;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (deaths - 1));
  }
}
