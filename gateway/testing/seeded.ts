/** Random numbers that a seed repeats; the seed comes from TOUCHLINE_SEED where it is set. */

export interface Seeded {
  readonly seed: number;
  /** 0 to below 1. */
  next(): number;
  /** An integer from `least` to `most`, both possible. */
  integer(least: number, most: number): number;
}

/** Mulberry32: small, and good enough to choose test cases. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { seed, next, integer: (least, most) => least + Math.floor(next() * (most - least + 1)) };
}

/** Runs `body` over some seeds, or over the one asked for; a failure names its seed. */
export function forEachSeed(count: number, body: (random: Seeded) => void): void {
  const asked = process.env['TOUCHLINE_SEED'];
  const seeds =
    asked === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(asked)];
  for (const seed of seeds) {
    try {
      body(seeded(seed));
    } catch (error) {
      throw new Error(`with TOUCHLINE_SEED=${seed}: ${String(error)}`, { cause: error });
    }
  }
}
