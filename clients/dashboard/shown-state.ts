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

/** Remembers since when the book shown has not been LIVE. */
export class StateHistory {
  hasBeenLive = false;
  #lastLiveMs = Number.NaN;

  see(state: FeedState, nowMs: number): void {
    if (state !== FeedState.Live) return;
    this.hasBeenLive = true;
    this.#lastLiveMs = nowMs;
  }

  /** How old the prices are at least; undefined when none were ever known to be right. */
  ageMs(nowMs: number): number | undefined {
    return this.hasBeenLive ? nowMs - this.#lastLiveMs : undefined;
  }
}
