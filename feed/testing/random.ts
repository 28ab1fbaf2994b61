/** Seeded randomness for tests; the seed is printed on failure and accepted from TOUCHLINE_SEED. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** u32, by "mulberry32". */
  u32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 <= x < 1. */
  readonly float = (): number => this.u32() / 4_294_967_296;

  /** A whole number, 0 <= x < below. */
  below(below: number): number {
    return Math.floor(this.float() * below);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** The seeds of a run: `count` of them, or the one in TOUCHLINE_SEED. */
export function testSeeds(count: number, first = 1): number[] {
  const given = process.env['TOUCHLINE_SEED'];
  if (given !== undefined) return [Number(given)];
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Runs `body` and, when it throws, says with which seed. */
export function withSeed(seed: number, body: (random: Random) => void): void {
  try {
    body(new Random(seed));
  } catch (error) {
    if (error instanceof Error) error.message += ` (run again with TOUCHLINE_SEED=${seed})`;
    throw error;
  }
}
