/** What an instrument is "worth": the drifting price that the simulated flow gathers around. */

import type { Random } from './random.ts';

/** A trading day of six and a half hours, over which the configured volatility is meant. */
const SECONDS_PER_DAY = 23_400;
/** Of the variance: what stays (a random walk), and what fades again (orders moving the price). */
const LASTING_SHARE = 0.5;
const FADING_SECONDS = 20;
/** The walk itself is drawn back, so that an endless run does not end at the price band. */
const RETURN_SECONDS = 2 * SECONDS_PER_DAY;

export class FairPrice {
  readonly #random: Random;
  readonly #reference: number;
  readonly #lowest: number;
  readonly #highest: number;
  /** Both are logarithms relative to the reference price. */
  #lasting = 0;
  #fading = 0;
  readonly #lastingPerRootSecond: number;
  readonly #fadingPerRootSecond: number;

  /** Prices in ticks; `volatility` as in the market file. */
  constructor(
    reference: number,
    volatility: number,
    lowest: number,
    highest: number,
    random: Random,
  ) {
    this.#reference = reference;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#random = random;
    const perRootSecond = volatility / Math.sqrt(SECONDS_PER_DAY);
    this.#lastingPerRootSecond = perRootSecond * Math.sqrt(LASTING_SHARE);
    this.#fadingPerRootSecond = perRootSecond * Math.sqrt(1 - LASTING_SHARE);
  }

  /** Ticks, with a fraction. */
  get value(): number {
    const price = this.#reference * Math.exp(this.#lasting + this.#fading);
    return Math.min(this.#highest, Math.max(this.#lowest, price));
  }

  advance(seconds: number): void {
    const root = Math.sqrt(seconds);
    this.#lasting *= Math.exp(-seconds / RETURN_SECONDS);
    this.#lasting += this.#random.normal() * this.#lastingPerRootSecond * root;
    this.#fading *= Math.exp(-seconds / FADING_SECONDS);
    this.#fading += this.#random.normal() * this.#fadingPerRootSecond * root;
  }
}
