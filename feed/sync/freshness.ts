/** Judges whether what a consumer holds is fresh; time comes in as milliseconds that only rise. */

import { MAX_LIVE_AGE_MS, STALE_AFTER_MS } from '../limits.ts';
import type { StateReason } from '../market.ts';

export class Freshness {
  #lastHeardMs: number | undefined;
  #lowerEpochMs: number | undefined;
  #isTooOld = false;
  #hasEnded = false;

  /** Nothing of the history being followed has been heard yet. */
  get isSilent(): boolean {
    return this.#lastHeardMs === undefined;
  }

  /** A packet of the history being followed was read, `ageMs` after it was published. */
  heard(nowMs: number, ageMs: number, endsSession: boolean): void {
    this.#lastHeardMs = nowMs;
    this.#isTooOld = ageMs > MAX_LIVE_AGE_MS;
    this.#hasEnded = endsSession;
  }

  /** A packet of an older history was read: no sign of life, but worth saying. */
  heardLowerEpoch(nowMs: number): void {
    this.#lowerEpochMs = nowMs;
  }

  /** Another history begins. */
  restart(): void {
    this.#lastHeardMs = undefined;
    this.#isTooOld = false;
    this.#hasEnded = false;
  }

  /** NONE, or why it is stale. Everything that waits in the socket must have been read before. */
  judge(nowMs: number): StateReason {
    if (this.#hasEnded) return 'CLOSED';
    if (this.#lastHeardMs === undefined || nowMs - this.#lastHeardMs >= STALE_AFTER_MS) {
      const lower = this.#lowerEpochMs;
      const hearsOnlyLower = lower !== undefined && nowMs - lower < STALE_AFTER_MS;
      return hearsOnlyLower ? 'LOWER_EPOCH' : 'HEARTBEAT_LOST';
    }
    return this.#isTooOld ? 'TOO_OLD' : 'NONE';
  }
}
