/**
 * Which prices of a LOBSTER book can be known, and whether they are as a row says. The first row
 * tells every price down to its last level. What comes into view from behind that holds orders that
 * no message of the file told of: such a level is counted apart until its price was seen empty.
 */

import { endOfView, isBehind, type LobsterRow } from './captures/lobster-row.ts';
import type { BookLevels, SideLevels } from './levels.ts';

type SideName = 'bids' | 'asks';
const SIDES: readonly SideName[] = ['bids', 'asks'];

/** A level that is not as the row says; prices in dollars x 10,000. */
export interface RowMismatch {
  readonly side: SideName;
  readonly price: number;
  readonly expected: number;
  readonly got: number;
}

export class LobsterKnowledge {
  /** Levels compared, and levels of which nothing could be said. */
  compared = 0;
  unknowable = 0;
  readonly #sides = { bids: new SideKnowledge('bids'), asks: new SideKnowledge('asks') };

  /**
   * `holdsAllEvents`: the file also has events behind its rows' last level. Without them a price
   * that has left the view may change unseen, so that it is no longer known.
   */
  constructor(holdsAllEvents: boolean) {
    for (const side of SIDES) this.#sides[side].holdsAllEvents = holdsAllEvents;
  }

  /** Compares the book after a message with its row; changes nothing, so that it may be repeated. */
  compare(row: LobsterRow, book: BookLevels): RowMismatch | undefined {
    for (const side of SIDES) {
      const level = this.#sides[side]
        .levels(row, book[side])
        .find(({ isKnown, expected, got }) => isKnown && expected !== got);
      if (level !== undefined) return { side, ...level };
    }
    return undefined;
  }

  /** Counts what was compared and learns from it: once per row, in order. */
  settle(row: LobsterRow, book: BookLevels): void {
    for (const side of SIDES) {
      const knowledge = this.#sides[side];
      const levels = knowledge.levels(row, book[side]);
      const known = levels.filter(({ isKnown }) => isKnown).length;
      this.compared += known;
      this.unknowable += levels.length - known;
      knowledge.settle(row, levels);
    }
  }
}

interface ComparedLevel {
  readonly price: number;
  readonly expected: number;
  readonly got: number;
  readonly isKnown: boolean;
}

class SideKnowledge {
  holdsAllEvents = false;
  readonly #side: SideName;
  /** Every price up to here is known, but for the ones that walked in; `undefined` before row 1. */
  #horizon: number | undefined;
  readonly #walkedIn = new Set<number>();

  constructor(side: SideName) {
    this.#side = side;
  }

  /** All prices that the row or the book shows, within what the row can speak of. */
  levels(row: LobsterRow, side: SideLevels): readonly ComparedLevel[] {
    const end = endOfView(row, this.#side);
    const expected = new Map(row[this.#side]);
    const got = levelsUpTo(side, end, this.#side);
    return [...new Set([...expected.keys(), ...got.keys()])].map((price) => ({
      price,
      expected: expected.get(price) ?? 0,
      got: got.get(price) ?? 0,
      isKnown: this.#isKnown(price, end),
    }));
  }

  /** What is in view and empty is known from here on. */
  settle(row: LobsterRow, levels: readonly ComparedLevel[]): void {
    const end = endOfView(row, this.#side);
    for (const { price } of levels) if (!this.#isKnown(price, end)) this.#walkedIn.add(price);
    const shown = new Set(levels.map(({ price }) => price));
    for (const price of this.#walkedIn) {
      const isInView = !isBehind(price, end, this.#side);
      const isForgotten = !isInView && !this.holdsAllEvents;
      if (isForgotten || (isInView && !shown.has(price))) this.#walkedIn.delete(price);
    }
    const before = this.#horizon ?? end;
    const isFurther = isBehind(end, before, this.#side);
    this.#horizon = this.holdsAllEvents && !isFurther ? before : end;
  }

  #isKnown(price: number, end: number): boolean {
    return !isBehind(price, this.#horizon ?? end, this.#side) && !this.#walkedIn.has(price);
  }
}

function levelsUpTo(side: SideLevels, end: number, name: SideName): Map<number, number> {
  const levels = new Map<number, number>();
  for (const [i, price] of side.prices.entries()) {
    if (isBehind(price, end, name)) break;
    levels.set(price, side.quantities[i] ?? 0);
  }
  return levels;
}
