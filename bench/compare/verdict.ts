/** What a comparison says of one case, in words that claim no more than was seen. */

import type { RatioEstimate } from '../harness/statistics.ts';
import { textTable } from '../harness/text-table.ts';

export const Verdict = {
  Faster: 'faster',
  Slower: 'slower',
  None: 'no difference seen',
  TooFew: 'too few pairs to tell',
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

export interface Comparison {
  readonly name: string;
  readonly beforeNs: number;
  readonly afterNs: number;
  /** Time after over time before: above 1 is slower. */
  readonly estimate: RatioEstimate;
}

/** An interval that is resampled from fewer says nothing. */
export const LEAST_PAIRS = 6;

/** Only where the whole interval lies on one side of 1. */
export function verdictOf({ low, high, pairs }: RatioEstimate): Verdict {
  if (pairs < LEAST_PAIRS) return Verdict.TooFew;
  if (low > 1) return Verdict.Slower;
  if (high < 1) return Verdict.Faster;
  return Verdict.None;
}

export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ name, beforeNs, afterNs, estimate }) => {
    const { ratio, low, high } = estimate;
    const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`;
    return [
      name,
      beforeNs.toFixed(1),
      afterNs.toFixed(1),
      ratio.toFixed(3),
      interval,
      verdictOf(estimate),
    ];
  });
  return textTable(['case', 'before ns', 'after ns', 'ratio', '95 %', 'verdict'], rows);
}
