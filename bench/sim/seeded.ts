/** Chance that can be had again: every part of a run draws from a stream of its own. */

export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** One that does not change what this one draws, named by any text. */
  static of(seed: number, name: string): Seeded {
    let hash = seed >>> 0;
    for (let i = 0; i < name.length; i++) hash = mixed(hash ^ name.charCodeAt(i));
    return new Seeded(mixed(hash));
  }

  /** u32, by "mulberry32". */
  u32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    return mixed(this.#state);
  }

  /** 0 <= x < 1. */
  readonly float = (): number => this.u32() / 4_294_967_296;

  /** A whole number, 0 <= x < below. */
  below(below: number): number {
    return Math.floor(this.float() * below);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

function mixed(state: number): number {
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}
