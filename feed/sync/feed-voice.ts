/** How the parts of a consumer tell what happens: counted, logged, and told to the listener. */

import type { FeedEvent, FeedListener } from '../listener.ts';
import { DecodeError } from '../wire/decode-error.ts';
import { type FeedStats, feedStats } from './feed-stats.ts';

export class FeedVoice {
  readonly stats: FeedStats = feedStats();
  readonly listener: FeedListener;
  readonly #observe: ((event: FeedEvent) => void) | undefined;

  constructor(listener: FeedListener, observe?: (event: FeedEvent) => void) {
    this.listener = listener;
    this.#observe = observe;
  }

  tell(event: FeedEvent): void {
    this.#observe?.(event);
    this.listener.event?.(event);
  }

  /** Counts what a decoder refused; anything else is a mistake in the code and goes on its way. */
  bad(error: unknown): void {
    if (!(error instanceof DecodeError)) throw error;
    this.stats.badPackets += 1;
    this.tell({ type: 'bad-packet', code: error.code, message: error.message });
  }

  hashChecked(symbol: string, sequence: number, isEqual: boolean): void {
    this.stats.hashChecks += 1;
    if (!isEqual) this.stats.hashMismatches += 1;
    this.tell({ type: isEqual ? 'hash-checked' : 'hash-mismatch', symbol, sequence });
  }
}
