/** Randomness for tests: the seed is printed with a failure and can be given again. */

/** `TOUCHLINE_SEED` when set, otherwise a new seed. */
export function testSeed(): number {
  const given = process.env['TOUCHLINE_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}

/** `random(n)`: an integer from 0 to n - 1 (mulberry32). */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
