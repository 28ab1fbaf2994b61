/** Medians, spreads and the interval of a ratio: what benchmarks say of what they measured. */

import {
  medianAbsoluteDeviation,
  median as medianOf,
  quantile,
  quantileSorted,
  sampleWithReplacement,
} from 'simple-statistics';

/** Enough for the ends of a 95 % interval to stand still in the second digit. */
const RESAMPLES = 2000;
const SEED = 1;

export function median(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : medianOf([...values]);
}

/** Median distance from the median, as a share of it: a spread that one bad round does not move. */
export function relativeSpread(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : medianAbsoluteDeviation([...values]) / median(values);
}

/** `share` is 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  return values.length === 0 ? Number.NaN : quantile([...values], share);
}

export interface RatioEstimate {
  /** Of the medians, first over second. */
  readonly ratio: number;
  /** The ends of the 95 % interval, by resampling. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/**
 * The ratio of the medians of two series that were measured in turns, `first[i]` beside
 * `second[i]`. Whole pairs are resampled: what a busy machine did to a pair, it did to both.
 * Another `share` than a half takes that quantile of both instead.
 */
export function ratioOfMedians(
  first: readonly number[],
  second: readonly number[],
  share = 0.5,
): RatioEstimate {
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(`Pairs are wanted, not ${first.length} values beside ${second.length}.`);
  }
  const pairs = first.map((value, i): [number, number] => [value, second[i] as number]);
  const ends = interval((random) => {
    return ratioOf(sampleWithReplacement(pairs, pairs.length, random), share);
  });
  return { ratio: ratioOf(pairs, share), pairs: pairs.length, ...ends };
}

/** As `ratioOfMedians`, for series that were measured apart: each is resampled by itself. */
export function ratioOfSeparate(
  first: readonly number[],
  second: readonly number[],
): RatioEstimate {
  const again = (values: readonly number[], random: () => number): number =>
    median(sampleWithReplacement([...values], values.length, random));
  const ends = interval((random) => again(first, random) / again(second, random));
  const pairs = Math.min(first.length, second.length);
  return { ratio: median(first) / median(second), pairs, ...ends };
}

function ratioOf(pairs: readonly (readonly [number, number])[], share: number): number {
  const [firsts, seconds] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
  return percentile(firsts, share) / percentile(seconds, share);
}

function interval(resample: (random: () => number) => number): { low: number; high: number } {
  const random = seededRandom();
  const ratios = Array.from({ length: RESAMPLES }, () => resample(random)).sort((a, b) => a - b);
  return { low: quantileSorted(ratios, 0.025), high: quantileSorted(ratios, 0.975) };
}

/** The same every time, so that the same measurements give the same interval. */
function seededRandom(): () => number {
  let state = SEED;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
