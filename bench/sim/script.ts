/** What happens in a simulation, as plain data: made from a seed, made shorter when it fails, printed. */

import { Seeded } from './seeded.ts';
import { FAIR, type Weather } from './weather.ts';

export type Deed =
  | { readonly kind: 'orders'; readonly count: number }
  /** A transaction that spans packets. */
  | { readonly kind: 'large-update' }
  | { readonly kind: 'weather'; readonly forMs: number; readonly weather: Partial<Weather> }
  /** Two processes do not reach each other. */
  | { readonly kind: 'cut'; readonly between: readonly [string, string]; readonly forMs: number }
  /** A process stands still, as under a debugger. */
  | { readonly kind: 'stall'; readonly who: string; readonly forMs: number }
  | { readonly kind: 'kill'; readonly who: string; readonly forMs: number }
  | {
      readonly kind: 'kill-engine';
      /** What is there when it comes back: all; all, but the machine was off; nothing. */
      readonly journal: 'kept' | 'rebooted' | 'lost';
      /** Killed between the journal and the publisher. */
      readonly isMidTurn: boolean;
      readonly forMs: number;
    }
  /** A date is set, and set back. */
  | { readonly kind: 'clock'; readonly who: string; readonly byMs: number; readonly forMs: number }
  /** A level of one packet is changed under good checksums. */
  | { readonly kind: 'forge'; readonly who: string }
  /** A connection of a page ends. */
  | { readonly kind: 'reset'; readonly who: string };

export interface Act {
  readonly atMs: number;
  /** Names the chance that the deed draws from: it stays what it was when others are left out. */
  readonly id: number;
  readonly deed: Deed;
}

export type Script = readonly Act[];

export const RELAYS = ['relay-a', 'relay-b'] as const;
export const SUBSCRIBERS = ['sub-all', 'sub-some', 'sub-orders', 'sub-other'] as const;
export const GATEWAY = 'gateway';
export const PAGES = ['page-fast', 'page-slow'] as const;
const FOLLOWERS = [...RELAYS, ...SUBSCRIBERS, GATEWAY];

/** Orders come from here on. */
export const OPENS_MS = 300;
/** No fault begins after this. */
export const CALM_MS = 6000;
const ACTS = 70;

export function scriptOf(seed: number): Script {
  const random = Seeded.of(seed, 'script');
  const acts = Array.from({ length: ACTS }, (_, id): Act => {
    const atMs = OPENS_MS + random.below(CALM_MS - OPENS_MS);
    return { atMs, id, deed: deedOf(random) };
  });
  return acts.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
}

function deedOf(random: Seeded): Deed {
  const roll = random.below(100);
  if (roll < 60) return { kind: 'orders', count: random.between(1, 8) };
  if (roll < 63) return { kind: 'large-update' };
  if (roll < 74) return weatherDeed(random);
  const forMs = random.pick([random.between(5, 120), random.between(100, 2500)]);
  if (roll < 81) return { kind: 'cut', between: twoOf(random), forMs };
  if (roll < 86) return { kind: 'stall', who: random.pick([...FOLLOWERS, ...PAGES]), forMs };
  if (roll < 91) return { kind: 'kill', who: random.pick(FOLLOWERS), forMs };
  if (roll < 93) {
    const journal = random.pick(['kept', 'kept', 'rebooted', 'lost'] as const);
    return { kind: 'kill-engine', journal, isMidTurn: random.chance(0.5), forMs };
  }
  if (roll < 95) {
    const byMs = random.pick([-1, 1]) * random.pick([100, 1500, 5000, 3_600_000]);
    return { kind: 'clock', who: random.pick(['engine', ...FOLLOWERS]), byMs, forMs };
  }
  // What it takes from a relay is signed by nobody, so a forged relay would forge for all.
  if (roll < 98) return { kind: 'forge', who: random.pick(SUBSCRIBERS) };
  return { kind: 'reset', who: random.pick(PAGES) };
}

function weatherDeed(random: Seeded): Deed {
  const often = (): number => random.pick([0, 0, 0.02, 0.1, 0.3]);
  const weather = {
    ...FAIR,
    drop: random.pick([0, 0.02, 0.1, 0.3]),
    duplicate: often(),
    late: often(),
    corrupt: often(),
    repairDrop: often(),
    repairLate: random.pick([0, 0.02, 0.2, 0.5]),
    repairCorrupt: often() / 3,
  };
  return { kind: 'weather', forMs: random.between(100, 1500), weather };
}

function twoOf(random: Seeded): readonly [string, string] {
  if (random.chance(0.25)) return [GATEWAY, random.pick(PAGES)];
  const from = random.pick(['engine', 'engine', ...RELAYS]);
  const to = random.pick(FOLLOWERS.filter((name) => name !== from));
  return [from, to];
}

/** One line a deed. */
export function describe(script: Script): string {
  return script
    .map(({ atMs, id, deed: { kind, ...how } }) => {
      const words = Object.entries(how).map(([key, value]) => `${key} ${written(value)}`);
      return `  ${String(atMs).padStart(5)} ms  #${id} ${kind}  ${words.join(', ')}`;
    })
    .join('\n');
}

function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(' and ');
  if (typeof value !== 'object' || value === null) return String(value);
  const bad = Object.entries(value).filter(([, chance]) => chance !== 0);
  return bad.map(([what, chance]) => `${what} ${chance}`).join(' ') || 'fair';
}
