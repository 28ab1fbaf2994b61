/** Latencies since somebody asked last, as percentiles. */

import { build, type Histogram } from 'hdr-histogram-js';
import type { LatencySample } from './soak-file.ts';

const HIGHEST_US = 60_000_000;

export class LatencyWindow {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });

  add(us: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(1, Math.round(us))));
  }

  take(): LatencySample {
    const histogram = this.#histogram;
    const sample = {
      p50Us: histogram.getValueAtPercentile(50),
      p99Us: histogram.getValueAtPercentile(99),
      maxUs: histogram.maxValue,
      count: histogram.totalCount,
    };
    histogram.reset();
    return sample;
  }
}
