/**
 * Compares a book with LOBSTER's own, row by row. Row 1 says all there is to know of the prices
 * down to its last level; of a price that comes into view later the quantity cannot be known, so it
 * is counted apart until it has been seen empty.
 */

import { Side } from '../../../feed/index.ts';
import {
  HaltPrice,
  LobsterEvent,
  type LobsterLevels,
  type LobsterMessage,
  type LobsterRow,
} from '../lobster-format.ts';

/** As much of a book as is compared: the feed's replica has it, and a client's view is easily made to. */
export interface BookView {
  levelCount(side: Side): number;
  /** Best first. */
  priceAt(side: Side, index: number): number;
  quantityAt(side: Side, index: number): number;
}

/** The first level of a row that is not as the row says. */
export interface LobsterMismatch {
  readonly line: number;
  readonly side: Side;
  /** Ticks of 0.0001. */
  readonly price: number;
  /** Lots; 0 for no level. */
  readonly expected: number;
  readonly actual: number;
}

export interface LobsterCheckOptions {
  /** Levels a side that the book's view can hold, where that is less than the whole book. */
  readonly viewDepth?: number;
}

export class LobsterCheck {
  readonly #sides = [new SideCheck(Side.Bid), new SideCheck(Side.Ask)] as const;
  readonly #viewDepth: number;
  /**
   * LOBSTER leaves out what happens outside the rows' depth, so a price that was out of view may
   * have changed unseen. A file with one such event holds them all, and its prices stay known.
   */
  #holdsAllEvents = false;
  /** Orders wait for trading to resume, so until then the book cannot be the file's. */
  #isHalted = false;
  readonly #counts = {
    rows: 0,
    rowsWhileHalted: 0,
    levelsEqual: 0,
    levelsDifferent: 0,
    levelsWalkedIn: 0,
    levelsReturned: 0,
    levelsReturnedDifferent: 0,
  };

  constructor({ viewDepth = Number.POSITIVE_INFINITY }: LobsterCheckOptions = {}) {
    this.#viewDepth = viewDepth;
  }

  /** `book` is the book after message `line`, `message` that message unless it was malformed. */
  row(
    line: number,
    message: LobsterMessage | undefined,
    row: LobsterRow,
    book: BookView,
  ): LobsterMismatch | undefined {
    this.#counts.rows++;
    if (message !== undefined) {
      this.#holdsAllEvents ||= this.#isOutOfView(message, row);
      if (message.event === LobsterEvent.Halt) {
        this.#isHalted = message.price !== HaltPrice.TradingResumes;
      }
    }
    if (this.#isHalted) this.#counts.rowsWhileHalted++;
    let first: LobsterMismatch | undefined;
    for (const side of this.#sides) {
      const levels = side.side === Side.Bid ? row.bids : row.asks;
      for (const level of side.row(levels, row.depth, book, this.#viewDepth)) {
        const mismatch = this.#count(line, side.side, level);
        first ??= mismatch;
      }
    }
    return first;
  }

  summary(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  #count(line: number, side: Side, level: ComparedLevel): LobsterMismatch | undefined {
    const { price, expected, actual } = level;
    const isEqual = expected === actual;
    if (this.#isHalted) return undefined;
    if (level.knowledge === 'unknown') {
      this.#counts.levelsWalkedIn++;
      return undefined;
    }
    if (level.knowledge === 'returned' && !this.#holdsAllEvents) {
      this.#counts.levelsReturned++;
      if (!isEqual) this.#counts.levelsReturnedDifferent++;
      return undefined;
    }
    if (isEqual) this.#counts.levelsEqual++;
    else this.#counts.levelsDifferent++;
    return isEqual ? undefined : { line, side, price, expected, actual };
  }

  #isOutOfView({ event, direction, price }: LobsterMessage, row: LobsterRow): boolean {
    if (event > LobsterEvent.VisibleExecution) return false;
    const side = this.#sides[direction === 1 ? Side.Bid : Side.Ask];
    const levels = direction === 1 ? row.bids : row.asks;
    return (
      side.isBeyondView(price) && side.isBeyond(price, endOfView(levels, row.depth, side.side))
    );
  }
}

/** `returned`: known once, then out of view for a while. */
type Knowledge = 'known' | 'returned' | 'unknown';

interface ComparedLevel {
  readonly price: number;
  readonly expected: number;
  readonly actual: number;
  readonly knowledge: Knowledge;
}

/** What is known of one side's prices. */
class SideCheck {
  readonly side: Side;
  /** Prices whose quantity was never known, and those that were out of view, that are not empty. */
  readonly #unknown = new Set<number>();
  readonly #returned = new Set<number>();
  /** The last price in view after the row before, and the furthest ever in view. */
  #viewEnd: number | undefined;
  #furthest: number | undefined;

  constructor(side: Side) {
    this.side = side;
  }

  isBeyond(price: number, end: number): boolean {
    return this.side === Side.Bid ? price < end : price > end;
  }

  isBeyondView(price: number): boolean {
    return this.#viewEnd !== undefined && this.isBeyond(price, this.#viewEnd);
  }

  *row(
    levels: LobsterLevels,
    depth: number,
    book: BookView,
    viewDepth: number,
  ): Generator<ComparedLevel> {
    const end = endOfView(levels, depth, this.side);
    const expected = new Map(levels.map(({ price, size }) => [price, size]));
    const actual = this.#levelsInView(book, end);
    // A view that is cut off cannot be asked for what lies behind its last level.
    const isCut = book.levelCount(this.side) >= viewDepth;
    const cut = isCut ? book.priceAt(this.side, viewDepth - 1) : undefined;
    for (const price of new Set([...expected.keys(), ...actual.keys()])) {
      if (this.#viewEnd !== undefined && this.isBeyond(price, this.#viewEnd)) this.#enters(price);
      if (cut !== undefined && this.isBeyond(price, cut)) continue;
      yield {
        price,
        expected: expected.get(price) ?? 0,
        actual: actual.get(price) ?? 0,
        knowledge: this.#knowledgeOf(price),
      };
    }
    this.#settle(end, expected, actual);
  }

  #enters(price: number): void {
    const wasEverInView = this.#furthest === undefined || !this.isBeyond(price, this.#furthest);
    if (wasEverInView && !this.#unknown.has(price)) this.#returned.add(price);
    else this.#unknown.add(price);
  }

  #knowledgeOf(price: number): Knowledge {
    if (this.#unknown.has(price)) return 'unknown';
    return this.#returned.has(price) ? 'returned' : 'known';
  }

  /** A price that is seen empty, and is empty here, is known from then on. */
  #settle(
    end: number,
    expected: ReadonlyMap<number, number>,
    actual: ReadonlyMap<number, number>,
  ): void {
    for (const set of [this.#unknown, this.#returned]) {
      for (const price of set) {
        const isInView = !this.isBeyond(price, end);
        if (isInView && !expected.has(price) && !actual.has(price)) set.delete(price);
      }
    }
    this.#viewEnd = end;
    if (this.#furthest === undefined || this.isBeyond(end, this.#furthest)) this.#furthest = end;
  }

  #levelsInView(book: BookView, end: number): Map<number, number> {
    const levels = new Map<number, number>();
    const count = book.levelCount(this.side);
    for (let index = 0; index < count; index++) {
      const price = book.priceAt(this.side, index);
      if (this.isBeyond(price, end)) break;
      levels.set(price, book.quantityAt(this.side, index));
    }
    return levels;
  }
}

/** The last price of which a row speaks: all of them, where it has room left. */
function endOfView(levels: LobsterLevels, depth: number, side: Side): number {
  const last = levels.at(-1);
  if (last !== undefined && levels.length === depth) return last.price;
  return side === Side.Bid ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
