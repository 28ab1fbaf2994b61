/**
 * Seeded pseudo-random numbers: xoshiro128** 1.1 by Blackman and Vigna (prng.di.unimi.it, public
 * domain), its state filled by splitmix32. The same seed gives the same numbers on every machine.
 */

export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** `seed`: any text; equal texts give equal sequences. */
  constructor(seed: string) {
    let state = fnv1a(seed);
    // splitmix32 spreads one word over four, of which xoshiro needs one to be set.
    const next = (): number => {
      state = (state + 0x9e37_79b9) | 0;
      let mixed = state ^ (state >>> 16);
      mixed = Math.imul(mixed, 0x21f0_aaad);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 0x735a_2d97);
      return mixed ^ (mixed >>> 15);
    };
    this.#set(next(), next(), next(), next() | 1);
  }

  /** The generator in a state of the caller's, which must not be all zero. */
  static ofState(a: number, b: number, c: number, d: number): Random {
    const random = new Random('');
    random.#set(a, b, c, d);
    return random;
  }

  #set(a: number, b: number, c: number, d: number): void {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /** An integer, 0 to 2^32 - 1. */
  u32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** 0 up to, but not including, 1. */
  unit(): number {
    return this.u32() / 4_294_967_296;
  }

  /** An integer, 0 to `bound - 1`. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Above 0, with this mean: the time between events that nothing connects. */
  exponential(mean: number): number {
    return -Math.log(1 - this.unit()) * mean;
  }

  /** Mean 0, standard deviation 1 (Box and Muller; the second value is not kept). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }

  /** An integer from 0; `0` with probability `1 - ratio`, each next one `ratio` times as likely. */
  geometric(ratio: number): number {
    return Math.floor(Math.log(1 - this.unit()) / Math.log(ratio));
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  return hash;
}
