/** What the page may say about the book it shows: the book's own state, judged again by the link. */

import { FeedState, type StateReason } from '../../feed/index.ts';
import type { LinkStatus } from '../browser/index.ts';

export interface ShownState {
  readonly state: FeedState;
  readonly reason: StateReason;
}

/** Whether a book was ever LIVE under the reader's eyes decides between STALE and SYNCING. */
export function shownState(
  link: LinkStatus,
  book: ShownState | undefined,
  hasBeenLive: boolean,
): ShownState {
  if (link.status === 'open') {
    return book ?? { state: FeedState.Syncing, reason: 'JOINING' };
  }
  // A book may not know yet that its connection is gone; the link does.
  const reason = link.status === 'closed' ? 'CLOSED' : 'DISCONNECTED';
  return { state: hasBeenLive ? FeedState.Stale : FeedState.Syncing, reason };
}

/** What was made good when a book became LIVE again. */
export interface Recovery {
  readonly afterMs: number;
  /** The engine's sequences of this instrument between the last book that was LIVE and this one. */
  readonly missed: number;
}

/** Remembers when the book shown was LIVE last, and what it missed since the page was opened. */
export class StateHistory {
  hasBeenLive = false;
  /** Times that it was LIVE and then was not, and times that it came back. */
  gaps = 0;
  repairs = 0;
  recovery: Recovery | undefined;
  #state: FeedState = FeedState.Syncing;
  #lastLiveMs = Number.NaN;
  #lastLiveSequence = 0;

  /** `sequence`: what the book shows now. */
  see(state: FeedState, sequence: number, nowMs: number): void {
    const before = this.#state;
    this.#state = state;
    if (before === FeedState.Live && state !== FeedState.Live) this.gaps += 1;
    if (state !== FeedState.Live) return;
    if (this.hasBeenLive && before !== FeedState.Live) {
      this.repairs += 1;
      const missed = Math.max(0, sequence - this.#lastLiveSequence);
      this.recovery = { afterMs: nowMs - this.#lastLiveMs, missed };
    }
    this.hasBeenLive = true;
    this.#lastLiveMs = nowMs;
    this.#lastLiveSequence = sequence;
  }

  /** How old the prices are at least; undefined when none were ever known to be right. */
  ageMs(nowMs: number): number | undefined {
    return this.hasBeenLive ? nowMs - this.#lastLiveMs : undefined;
  }
}
