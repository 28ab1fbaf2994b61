/** Applies a venue's book update to a book of levels, and tells each level that changed once. */

import { type LevelBook, Side } from '../feed/index.ts';
import { MAX_VENUE_LEVELS } from './limits.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { StreamOutput } from './market-output.ts';
import { type BookUpdate, MAX_BOOK_UPDATE_LEVELS, Reason } from './protocol/index.ts';

/** Venues do not say how many orders a level has. */
const UNKNOWN_ORDER_COUNT = 0;

export class VenueBookUpdater {
  readonly #stream: StreamOutput;
  /** Quantities before the update, by price, of the levels touched on each side. */
  readonly #before: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];

  constructor(stream: StreamOutput) {
    this.#stream = stream;
  }

  /** A refused update changes nothing. */
  apply(instrument: ListedInstrument, book: LevelBook, update: BookUpdate): Reason {
    const { levels, depth } = update;
    if (levels.length > MAX_BOOK_UPDATE_LEVELS) return Reason.TooManyLevels;
    const kept = update.clear ? 0 : book.levelCount(Side.Bid) + book.levelCount(Side.Ask);
    if (kept + levels.length > MAX_VENUE_LEVELS) return Reason.TooManyLevels;
    this.#stream.publish();
    if (update.clear) {
      book.clear();
      this.#stream.cleared(instrument);
    }
    for (const { side, price, quantity } of levels) this.#set(book, side, price, quantity);
    if (depth > 0) {
      this.#truncate(book, Side.Bid, depth);
      this.#truncate(book, Side.Ask, depth);
    }
    this.#tell(instrument, book, Side.Bid);
    this.#tell(instrument, book, Side.Ask);
    return Reason.None;
  }

  #truncate(book: LevelBook, side: Side, depth: number): void {
    while (book.levelCount(side) > depth) {
      this.#set(book, side, book.priceAt(side, book.levelCount(side) - 1), 0);
    }
  }

  #set(book: LevelBook, side: Side, price: number, quantity: number): void {
    const before = this.#before[side];
    if (!before.has(price)) before.set(price, book.quantityOf(side, price));
    book.apply(side, price, quantity, UNKNOWN_ORDER_COUNT);
  }

  #tell(instrument: ListedInstrument, book: LevelBook, side: Side): void {
    const before = this.#before[side];
    for (const [price, quantityBefore] of before) {
      const quantity = book.quantityOf(side, price);
      if (quantity === quantityBefore) continue;
      this.#stream.levelChanged(instrument, side, price, quantity, UNKNOWN_ORDER_COUNT);
    }
    before.clear();
  }
}
