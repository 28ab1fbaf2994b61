/** What a load generator has counted since it was told to begin. */

import { build, type Histogram } from 'hdr-histogram-js';
import type { LoadOutcome } from '../messages.ts';

const MAX_AGE_US = 60_000_000;

export class Counter {
  frames = 0;
  updates = 0;
  bytes = 0;
  torn = 0;
  #ages: Histogram = newHistogram();
  #deliveries: Histogram = newHistogram();
  #beganAt = performance.now();
  #processor = process.cpuUsage();

  begin(): void {
    this.frames = 0;
    this.updates = 0;
    this.bytes = 0;
    this.torn = 0;
    this.#ages = newHistogram();
    this.#deliveries = newHistogram();
    this.#beganAt = performance.now();
    this.#processor = process.cpuUsage();
  }

  /** In microseconds: from the newest delta in a frame to now, and from the frame's making. */
  age(us: number, sinceMadeUs: number): void {
    this.#ages.recordValue(Math.min(MAX_AGE_US, Math.max(0, us)));
    this.#deliveries.recordValue(Math.min(MAX_AGE_US, Math.max(0, sinceMadeUs)));
  }

  end(connections: number): LoadOutcome {
    const seconds = (performance.now() - this.#beganAt) / 1000;
    const { user, system } = process.cpuUsage(this.#processor);
    const { frames, updates, bytes, torn } = this;
    const isKnown = this.#ages.totalCount > 0;
    const ms = (of: Histogram, percentile: number) =>
      isKnown ? of.getValueAtPercentile(percentile) / 1000 : Number.NaN;
    return {
      ...{ seconds, frames, updates, bytes, torn, connections },
      ageMsP50: ms(this.#ages, 50),
      ageMsP99: ms(this.#ages, 99),
      deliveryMsP50: ms(this.#deliveries, 50),
      deliveryMsP99: ms(this.#deliveries, 99),
      ownShare: (user + system) / 1e6 / seconds,
    };
  }
}

function newHistogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: MAX_AGE_US });
}
