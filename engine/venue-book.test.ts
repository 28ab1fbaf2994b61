/** Book updates against a naive book of plain Maps, and the records they cause. */

import { describe, expect, it } from 'vitest';
import { BookKind, type InstrumentId, LevelBook, Side } from '../feed/index.ts';
import { MAX_VENUE_LEVELS } from './limits.ts';
import { ListedInstrument } from './listed-instrument.ts';
import type { StreamOutput } from './market-output.ts';
import { type BookUpdate, MAX_BOOK_UPDATE_LEVELS, Reason } from './protocol/index.ts';
import { ask, bid, bookUpdate, listing } from './testing/orders.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';
import { rows } from './testing/stream-replica.ts';
import { VenueBookUpdater } from './venue-book.ts';

/** What the updater told, as rows. */
class ToldRows implements StreamOutput {
  readonly told: (readonly (string | number)[])[] = [];
  publish(): void {
    this.told.push(['publish']);
  }
  cleared(): void {
    this.told.push(['cleared']);
  }
  levelChanged(_of: ListedInstrument, ...level: readonly number[]): void {
    this.told.push(['level', ...level]);
  }
  listed(): never {
    throw new Error('not listed here');
  }
  statusChanged(): never {
    throw new Error('no status here');
  }
  traded(): never {
    throw new Error('no trades here');
  }
  rested(): never {
    throw new Error('no orders here');
  }
  reduced(): never {
    throw new Error('no orders here');
  }
  indicative(): never {
    throw new Error('no auctions here');
  }
  tradeBusted(): never {
    throw new Error('no trades here');
  }
  tradeCorrected(): never {
    throw new Error('no trades here');
  }
}

function setUp() {
  const stream = new ToldRows();
  const id = 1 as InstrumentId;
  const instrument = new ListedInstrument(id, listing('VEN', BookKind.Levels), undefined);
  const book = instrument.levelBook();
  const updater = new VenueBookUpdater(stream);
  return {
    book,
    stream,
    /** Applies and returns what was told. */
    apply(update: BookUpdate): readonly (readonly (string | number)[])[] {
      stream.told.length = 0;
      expect(updater.apply(instrument, book, update)).toBe(Reason.None);
      return [...stream.told];
    },
    refuse: (update: BookUpdate) => updater.apply(instrument, book, update),
  };
}

/** Two Maps from price to quantity, written from the words of `BookUpdate`. */
class NaiveVenueBook {
  readonly sides: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  apply(update: BookUpdate): void {
    if (update.clear) for (const side of this.sides) side.clear();
    for (const { side, price, quantity } of update.levels) {
      if (quantity === 0) this.sides[side].delete(price);
      else this.sides[side].set(price, quantity);
    }
    if (update.depth === 0) return;
    for (const [side, levels] of this.sides.entries()) {
      for (const [price] of this.sorted(side as Side).slice(update.depth)) levels.delete(price);
    }
  }

  sorted(side: Side): [number, number][] {
    const sign = side === Side.Bid ? -1 : 1;
    return [...this.sides[side]].sort(([a], [b]) => sign * (a - b));
  }

  rows(): number[][] {
    const both = [Side.Bid, Side.Ask];
    return both.flatMap((side) => this.sorted(side).map(([price, q]) => [side, price, q, 0]));
  }
}

describe('VenueBookUpdater', () => {
  it('agrees with the naive book, and a replica of what it tells agrees too', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const { book, apply } = setUp();
    const naive = new NaiveVenueBook();
    const replica = new LevelBook(1);
    for (let step = 0; step < 5000; step++) {
      const levels = Array.from({ length: random(15) }, () => ({
        side: random(2) as Side,
        // The price walks, so that levels leave by truncation at one end and enter at the other.
        price: Math.floor(step / 10) + random(40),
        quantity: random(3),
      }));
      const update = bookUpdate(1, levels, { clear: random(50) === 0, depth: random(12) });
      const told = apply(update);
      naive.apply(update);
      for (const [what, side, price, quantity, orderCount] of told) {
        if (what === 'cleared') replica.clear();
        if (what !== 'level') continue;
        replica.apply(side as Side, price as number, quantity as number, orderCount as number);
      }
      const note = `step ${step}, seed ${seed}`;
      expect(rows(book), note).toEqual(naive.rows());
      expect(rows(replica), note).toEqual(naive.rows());
      const names = told.filter(([what]) => what === 'level').map(([, s, p]) => `${s}@${p}`);
      expect(new Set(names).size, `a level told twice, ${note}`).toBe(names.length);
    }
  });

  it('tells a level once with its last quantity, and not at all when nothing changed', () => {
    const { apply } = setUp();
    const told = apply(bookUpdate(1, [bid(5, 1), ask(9, 2), bid(5, 3), bid(4, 1), bid(4, 0)]));
    expect(told).toEqual([['publish'], ['level', 0, 5, 3, 0], ['level', 1, 9, 2, 0]]);
    expect(apply(bookUpdate(1, [bid(5, 3), ask(8, 0)]))).toEqual([['publish']]);
  });

  it('cuts both sides to the depth, the worst levels first, and tells the removals', () => {
    const { book, apply } = setUp();
    apply(bookUpdate(1, [bid(5, 1), bid(4, 1), bid(3, 1), ask(6, 1), ask(7, 1)]));
    const told = apply(bookUpdate(1, [bid(8, 2), ask(9, 9)], { depth: 2 }));
    expect(rows(book)).toEqual([
      [0, 8, 2, 0],
      [0, 5, 1, 0],
      [1, 6, 1, 0],
      [1, 7, 1, 0],
    ]);
    expect(told).toEqual([
      ['publish'],
      ['level', 0, 8, 2, 0],
      ['level', 0, 3, 0, 0],
      ['level', 0, 4, 0, 0],
    ]);
  });

  it('empties the book before a snapshot, and tells the snapshot whole', () => {
    const { apply } = setUp();
    apply(bookUpdate(1, [bid(5, 1), ask(6, 1)]));
    const snapshot = bookUpdate(1, [bid(5, 1), ask(7, 1)], { clear: true });
    expect(apply(snapshot)).toEqual([
      ['publish'],
      ['cleared'],
      ['level', 0, 5, 1, 0],
      ['level', 1, 7, 1, 0],
    ]);
    expect(apply(bookUpdate(1, [], { clear: true }))).toEqual([['publish'], ['cleared']]);
  });

  it('refuses more levels than an update or a book may have, and changes nothing', () => {
    const { book, apply, refuse } = setUp();
    const many = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) => ask(from + i, 1));
    expect(refuse(bookUpdate(1, many(MAX_BOOK_UPDATE_LEVELS + 1, 0)))).toBe(Reason.TooManyLevels);
    expect(book.levelCount(Side.Ask)).toBe(0);
    const half = MAX_VENUE_LEVELS / 2;
    apply(bookUpdate(1, many(half, 0)));
    apply(bookUpdate(1, many(half, half)));
    expect(refuse(bookUpdate(1, many(1, 0)))).toBe(Reason.TooManyLevels);
    expect(book.levelCount(Side.Ask)).toBe(MAX_VENUE_LEVELS);
    apply(bookUpdate(1, many(half, 5), { clear: true }));
    expect(book.levelCount(Side.Ask)).toBe(half);
  });
});
