/** How long each hop takes: histograms of the runtime's own HDR library, read in microseconds. */

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { LatencyObserver } from '../../feed/index.ts';

const NS_PER_US = 1000;
/** A minute; what takes longer counts as that. */
const LONGEST_NS = 60_000_000_000;
/** Figures that hold: an error below one in a hundred. */
const FIGURES = 2;

/** What is known of one hop since the last `reset`; all of 0 while `count` is. */
export interface HopLatency {
  readonly count: number;
  readonly minUs: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

export class Hop {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST_NS,
    figures: FIGURES,
  });

  /** A time below 0, where two machines' clocks differ by more than the hop takes, counts as 1 ns. */
  record(ns: number): void {
    this.#histogram.record(Math.min(Math.max(1, Math.round(ns)), LONGEST_NS));
  }

  /** 0 < `percentile` <= 100. */
  percentileUs(percentile: number): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(percentile) / NS_PER_US;
  }

  read(): HopLatency {
    const { count, min, mean, max } = this.#histogram;
    const isEmpty = count === 0;
    return {
      count,
      minUs: isEmpty ? 0 : min / NS_PER_US,
      meanUs: isEmpty ? 0 : mean / NS_PER_US,
      p50Us: this.percentileUs(50),
      p99Us: this.percentileUs(99),
      p999Us: this.percentileUs(99.9),
      maxUs: isEmpty ? 0 : max / NS_PER_US,
    };
  }

  reset(): void {
    this.#histogram.reset();
  }
}

/** One sample per packet: of the newest transaction in it. */
export class FeedLatency {
  /** From the sequencing of the command to the packet that ended its transaction. */
  readonly engineToPublish = new Hop();
  /** Over the line and through the queues at both its ends; clocks of two machines are compared. */
  readonly publishToReceive = new Hop();
  /** Until the book showed it and every callback had returned. */
  readonly receiveToApply = new Hop();
  /** All three. */
  readonly total = new Hop();

  readonly observe: LatencyObserver = (publishNs, receiveNs, applyNs) => {
    this.engineToPublish.record(publishNs);
    this.publishToReceive.record(receiveNs);
    this.receiveToApply.record(applyNs);
    this.total.record(publishNs + receiveNs + applyNs);
  };

  reset(): void {
    for (const hop of [this.engineToPublish, this.publishToReceive, this.receiveToApply]) {
      hop.reset();
    }
    this.total.reset();
  }
}
