/** Counts the level changes that the engine publishes, by instrument, straight from the feed. */

import { FeedSubscriber } from '../../feed/node.ts';
import { crc32, monotonicMs, wallClock } from '../../feed/process/index.ts';

export class ChangeCounter {
  readonly #subscriber: FeedSubscriber;
  #bySymbol = new Map<string, number>();
  #startMs = 0;

  constructor(feed: string, relay: string) {
    this.#subscriber = new FeedSubscriber(
      { feed: [feed], repair: [relay], wallClock, nowMs: monotonicMs, crc32 },
      {
        levelChanged: ({ symbol }) => {
          this.#bySymbol.set(symbol, (this.#bySymbol.get(symbol) ?? 0) + 1);
        },
      },
    );
  }

  async start(): Promise<void> {
    await this.#subscriber.start();
    this.begin();
  }

  /** Counts from here. */
  begin(): void {
    this.#bySymbol = new Map();
    this.#startMs = monotonicMs();
  }

  get perSecond(): number {
    const total = [...this.#bySymbol.values()].reduce((sum, count) => sum + count, 0);
    return (total * 1000) / (monotonicMs() - this.#startMs);
  }

  /** Instruments that changed at all. */
  get instruments(): number {
    return this.#bySymbol.size;
  }

  close(): Promise<void> {
    return this.#subscriber.close();
  }
}
