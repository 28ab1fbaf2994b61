/** The sequenced time of the command that is being applied, as the rules read it. */

import type { Nanos } from '../feed/index.ts';

/** 2^32 nanoseconds are so many whole milliseconds and so many nanoseconds. */
const HIGH_MS = 4294;
const HIGH_REST_NS = 967_296;
const NS_PER_MS = 1_000_000;

/** Whole milliseconds since 1970; every step stays below 2^53, so no digit is lost. */
export function nanosToMillis(high: number, low: number): number {
  return high * HIGH_MS + Math.floor((high * HIGH_REST_NS + (low >>> 0)) / NS_PER_MS);
}

/** Set once a command; the milliseconds are worked out when somebody asks. */
export class MarketTime {
  now: Readonly<Nanos> = { high: 0, low: 0 };

  /** *Now* in RULES.md. */
  get ms(): number {
    return nanosToMillis(this.now.high, this.now.low);
  }
}
