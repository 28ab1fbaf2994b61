/** The internal service of a soak: every book of the feed, its latency, and what it was told. */

import { type Subscription, subscribe } from '../../clients/subscriber/index.ts';
import { FeedState, nanosToMicros } from '../../feed/index.ts';
import { wallClock } from '../../feed/process/index.ts';
import { LatencyWindow } from './latency-window.ts';

export class SoakService {
  readonly latency = new LatencyWindow();
  readonly #subscription: Subscription;
  readonly #now = { high: 0, low: 0 };

  constructor(feed: string, repair: string) {
    this.#subscription = subscribe({
      feed,
      repair,
      listener: {
        transactionApplied: ({ engineTime }) => {
          const engineUs = nanosToMicros(engineTime.high, engineTime.low);
          this.latency.add(this.#nowUs() - engineUs);
        },
      },
    });
  }

  get stats(): Subscription['stats'] {
    return this.#subscription.stats;
  }

  get symbols(): string[] {
    return [...this.#subscription.instruments.values()].map(({ symbol }) => symbol);
  }

  get notLive(): number {
    const books = [...this.#subscription.instruments.values()];
    return books.filter(({ state }) => state !== FeedState.Live).length;
  }

  get isLive(): boolean {
    return this.#subscription.instruments.size > 0 && this.notLive === 0;
  }

  close(): Promise<void> {
    return this.#subscription.close();
  }

  #nowUs(): number {
    wallClock(this.#now);
    return nanosToMicros(this.#now.high, this.#now.low);
  }
}
