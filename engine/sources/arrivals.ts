/**
 * When things happen: a self-exciting (Hawkes) process with an exponential kernel, drawn by Ogata's
 * thinning. Each event makes further ones likelier for a while, so that they come in clusters as
 * they do on real markets; most of what happens there is an answer to what just happened.
 */

import type { Random } from './random.ts';

/** The share of events that are caused by earlier ones; at 1 they would never end. */
const BRANCHING_RATIO = 0.65;
/** How fast an event's influence fades, per second of mean event spacing. */
const DECAY_PER_MEAN_SPACING = 0.8;

export class Arrivals {
  readonly #random: Random;
  readonly #baseRate: number;
  readonly #decay: number;
  #excitement = 0;

  /** `meanRate`: events per second in the long run. */
  constructor(meanRate: number, random: Random) {
    this.#random = random;
    // In the long run each event of the base rate causes ratio + ratio^2 + ... more.
    this.#baseRate = meanRate * (1 - BRANCHING_RATIO);
    this.#decay = DECAY_PER_MEAN_SPACING * meanRate;
  }

  /** Seconds until the next event. */
  next(): number {
    let waited = 0;
    for (;;) {
      // The intensity only falls until the next event, so what it is now bounds it.
      const bound = this.#baseRate + this.#excitement;
      const step = this.#random.exponential(1 / bound);
      waited += step;
      this.#excitement *= Math.exp(-this.#decay * step);
      if (this.#random.chance((this.#baseRate + this.#excitement) / bound)) {
        this.#excitement += BRANCHING_RATIO * this.#decay;
        return waited;
      }
    }
  }
}
