/**
 * Shares the gateway's thread between what clients ask and what they are sent: requests beyond their
 * share of the time wait, each connection in its turn, so that a crowd which asks for thousands of
 * new classes at once does not keep those who are served from their frames.
 */

import type { TimerPort } from '../conflation/scheduler.ts';
import { REQUEST_SLICE_MS } from '../protocol/index.ts';

export interface Asker {
  /** Handles the oldest request that waits; false when it was the last one. */
  handleNext(): boolean;
}

/**
 * ```
 *  requests  |#####|     |#####|     |##|
 *  all else        |#####|     |#####|  |####...
 *             slice  as long
 * ```
 */
export class RequestDesk {
  readonly #timer: TimerPort;
  /** In the order of their turns. */
  readonly #waiting = new Set<Asker>();
  /** Milliseconds that requests may take now; it fills with the time that all else has had. */
  #allowanceMs = REQUEST_SLICE_MS;
  #filledAtMs: number;
  #stop: (() => void) | undefined;

  constructor(timer: TimerPort) {
    this.#timer = timer;
    this.#filledAtMs = timer.nowMs();
  }

  /** Whether a request may be handled as it comes. */
  get isFree(): boolean {
    if (this.#waiting.size > 0) return false;
    this.#fill();
    return this.#allowanceMs > 0;
  }

  /** A request has been handled; what it took counts from the last look at `isFree`. */
  spent(): void {
    const nowMs = this.#timer.nowMs();
    this.#allowanceMs -= nowMs - this.#filledAtMs;
    this.#filledAtMs = nowMs;
  }

  /** It has a request that waits: `handleNext` is called when its turn comes, once a turn. */
  wait(asker: Asker): void {
    this.#waiting.add(asker);
    this.#arm();
  }

  leave(asker: Asker): void {
    this.#waiting.delete(asker);
    if (this.#waiting.size === 0) this.close();
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #fill(): void {
    const nowMs = this.#timer.nowMs();
    const allowanceMs = this.#allowanceMs + nowMs - this.#filledAtMs;
    this.#allowanceMs = Math.min(REQUEST_SLICE_MS, allowanceMs);
    this.#filledAtMs = nowMs;
  }

  #arm(): void {
    if (this.#stop !== undefined) return;
    const delayMs = Math.max(1, REQUEST_SLICE_MS - this.#allowanceMs);
    this.#stop = this.#timer.setTimer(() => this.#run(), delayMs);
  }

  /** A slice: one request of each who waits, and round again. */
  #run(): void {
    this.#stop = undefined;
    this.#fill();
    for (const asker of this.#waiting) {
      // Behind the others; a set that is being walked through comes to what is added meanwhile.
      this.#waiting.delete(asker);
      if (asker.handleNext()) this.#waiting.add(asker);
      this.spent();
      if (this.#allowanceMs <= 0) break;
    }
    if (this.#waiting.size > 0) this.#arm();
  }
}
