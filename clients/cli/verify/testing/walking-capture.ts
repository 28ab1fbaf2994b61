/**
 * A neutral recording as a venue with a depth limit would send it, made for tests: the price walks
 * far up and back again, levels fall out of the depth without a word, change there unseen, and are
 * sent again when they come back. Whoever does not cut the book to its depth keeps ghosts of them.
 */

import type { LevelText } from '../captured-book.ts';
import { seededRandom } from './seeded-random.ts';

export interface WalkingCaptureOptions {
  readonly seed: number;
  /** Levels a side that the venue sends. */
  readonly depth: number;
  /** Levels that the price walks up, and then down again. */
  readonly walk: number;
  /** False leaves the depth out of the recording, so that nobody cuts the book. */
  readonly saysDepth: boolean;
}

type Side = Map<number, number>;

const SYMBOL = 'WALK/EUR';
const START_PRICE = 1000;
/** Levels a side that the venue itself has. */
const VENUE_LEVELS = 80;
const LINES_PER_LEVEL = 4;
const MOST_LOTS = 900;

/** The lines, each with a check of the whole view after it. */
export function walkingCapture(options: WalkingCaptureOptions): readonly string[] {
  const venue = new Venue(options);
  const lines = [venue.instrumentLine(), venue.snapshotLine()];
  for (const step of [1, -1]) {
    for (let level = 0; level < options.walk; level++) {
      lines.push(venue.moveLine(step));
      for (let i = 1; i < LINES_PER_LEVEL; i++) lines.push(venue.changeLine());
    }
  }
  return lines;
}

class Venue {
  readonly #options: WalkingCaptureOptions;
  readonly #random: () => number;
  readonly #bids: Side = new Map();
  readonly #asks: Side = new Map();
  #middle = START_PRICE;
  #time = 0;

  constructor(options: WalkingCaptureOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#fill();
  }

  instrumentLine(): string {
    const { depth, saysDepth } = this.#options;
    const steps = { tickSize: '0.5', lotSize: '0.001' };
    return this.#line({ type: 'instrument', ...steps, ...(saysDepth ? { depth } : {}) });
  }

  snapshotLine(): string {
    const { bids, asks } = this.#view();
    return this.#line({ type: 'snapshot', bids, asks, check: this.#check() });
  }

  /** The price moves by one level: what it passes is gone, behind it new levels come. */
  moveLine(step: number): string {
    return this.#deltaLine(() => {
      this.#middle += step;
      const passed = step > 0 ? this.#asks : this.#bids;
      passed.delete(step > 0 ? this.#middle : this.#middle + 1);
      this.#fill(0.3);
    });
  }

  /** Some levels change or vanish, in view and out of it. */
  changeLine(): string {
    return this.#deltaLine(() => {
      for (const side of [this.#bids, this.#asks]) {
        for (const price of [...side.keys()]) {
          const roll = this.#random();
          if (roll < 0.05) side.delete(price);
          else if (roll < 0.15) side.set(price, this.#lots());
        }
      }
      // Some that vanished before come back elsewhere in the same range.
      this.#fill(0.1);
    });
  }

  /** What a subscriber with this depth is told: nothing of levels that have fallen out of it. */
  #deltaLine(change: () => void): string {
    const before = this.#view();
    change();
    const after = this.#view();
    const bids = changesBetween(before.bids, after.bids, (price) => this.#bids.has(toTicks(price)));
    const asks = changesBetween(before.asks, after.asks, (price) => this.#asks.has(toTicks(price)));
    return this.#line({ type: 'delta', bids, asks, check: this.#check() });
  }

  /** New levels at free prices, the best ones always. */
  #fill(chance = 1): void {
    for (let i = 0; i < VENUE_LEVELS; i++) {
      for (const [side, price] of [
        [this.#bids, this.#middle - i],
        [this.#asks, this.#middle + 1 + i],
      ] as const) {
        const mustBeThere = i === 0;
        if (!side.has(price) && (mustBeThere || this.#random() < chance)) {
          side.set(price, this.#lots());
        }
      }
    }
  }

  #view(): { bids: readonly LevelText[]; asks: readonly LevelText[] } {
    const top = (side: Side, sign: number): readonly LevelText[] =>
      [...side.entries()]
        .sort(([a], [b]) => sign * (a - b))
        .slice(0, this.#options.depth)
        .map(([price, lots]) => [(price * 0.5).toFixed(1), (lots / 1000).toFixed(3)]);
    return { bids: top(this.#bids, -1), asks: top(this.#asks, 1) };
  }

  #check(): object {
    return { kind: 'top', ...this.#view() };
  }

  #lots(): number {
    return 1 + Math.floor(this.#random() * MOST_LOTS);
  }

  #line(fields: object): string {
    this.#time += 1_000_000;
    const ts = String(1_700_000_000_000_000_000n + BigInt(this.#time));
    return JSON.stringify({ ts, symbol: SYMBOL, ...fields });
  }
}

/** Levels that are new or different, and those that vanished while the subscriber saw them. */
function changesBetween(
  before: readonly LevelText[],
  after: readonly LevelText[],
  isStillThere: (price: string) => boolean,
): readonly LevelText[] {
  const seen = new Map(before);
  const changed = after.filter(([price, quantity]) => seen.get(price) !== quantity);
  const gone = before.filter(([price]) => !isStillThere(price));
  return [...gone.map(([price]): LevelText => [price, '0']), ...changed];
}

function toTicks(price: string): number {
  return Math.round(Number(price) / 0.5);
}
