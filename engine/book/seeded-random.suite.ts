/** A small seeded generator for tests (mulberry32): a failure prints its seed, and comes again. */

/** A whole number from 0 to below `n`. */
export type Random = (n: number) => number;

/** From TOUCHLINE_SEED, or fixed. */
export const SEED = Number(process.env['TOUCHLINE_SEED'] ?? 20_260_101) >>> 0;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor(((x ^ (x >>> 14)) >>> 0) * 2 ** -32 * n);
  };
}
