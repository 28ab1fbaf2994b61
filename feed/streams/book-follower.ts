/** The conflated book of one instrument: joined by a book snapshot, followed by diffs, proved by hashes. */

import { LevelBook } from '../book/level-book.ts';
import type { LoadedInstrument } from '../sync/snapshot-loader.ts';
import type { LevelUpdate } from './instrument-listener.ts';

/** What one transaction of the conflated stream tells. */
export interface BookDiff {
  /** Records of the shard's stream that it covers: `first` up to, without, `next`. */
  readonly first: number;
  readonly next: number;
  readonly levels: readonly LevelUpdate[];
  /** The book's hash behind it; absent where a relay of another version tells none. */
  readonly hash: { readonly laneA: number; readonly laneB: number } | undefined;
}

/** Diffs that wait for a snapshot; with more, waiting begins anew. */
const MAX_WAITING = 1024;

export type BookTrouble = 'NONE' | 'JOINING' | 'MISSED_RECORDS' | 'HASH_MISMATCH';

export class BookFollower {
  readonly book: LevelBook;
  trouble: BookTrouble = 'JOINING';
  /** The book is that of this position of the shard's stream. */
  #position = 0;
  #isFromSnapshot = false;
  #waiting: BookDiff[] = [];
  /** Where what waits begins; 0: nothing has been heard. */
  #from = 0;

  constructor(instrument: number) {
    this.book = new LevelBook(instrument);
  }

  /** The position that a snapshot must have reached at least; `undefined`: none is wanted. */
  get wanted(): number | undefined {
    return this.trouble === 'NONE' || this.#from === 0 ? undefined : this.#from;
  }

  /** True when the book has changed by it. */
  diff(diff: BookDiff): boolean {
    if (this.trouble === 'NONE') {
      if (diff.next <= this.#position) return false;
      if (this.#follows(diff)) return this.#apply(diff);
      this.missed(diff.first);
    }
    if (this.#waiting.length === 0 || this.#waiting.length >= MAX_WAITING) {
      this.#waiting = [];
      this.#from = diff.first;
    }
    this.#waiting.push(diff);
    return false;
  }

  /** A heartbeat: diffs have been sent up to `next`, and the book then has this hash. */
  announced(next: number, laneA: number, laneB: number): void {
    if (this.#from === 0) this.#from = next;
    if (this.trouble !== 'NONE') return;
    if (next > this.#position) this.missed(next);
    else if (next === this.#position && !this.book.hash.equals(laneA, laneB)) {
      this.#distrust('HASH_MISMATCH');
    }
  }

  /** What was sent before `from` has not come. */
  missed(from: number): void {
    this.#distrust('MISSED_RECORDS');
    this.#waiting = [];
    this.#from = from;
  }

  /** True when the book is in place, everything that waited applied to it. */
  load(loaded: LoadedInstrument): boolean {
    const { wanted } = this;
    if (wanted === undefined || loaded.streamSequence < wanted) return false;
    this.book.takeFrom(loaded.book);
    this.#position = loaded.streamSequence;
    this.#isFromSnapshot = true;
    this.trouble = 'NONE';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const diff of waiting) this.diff(diff);
    return this.#isNow('NONE');
  }

  /**
   * A diff tells what differs from the book at its first record, so it fits that book alone; of a book
   * out of a snapshot it may begin earlier, for the relay had then published all that it shows.
   */
  #follows({ first }: BookDiff): boolean {
    return first === this.#position || (this.#isFromSnapshot && first < this.#position);
  }

  #apply({ next, levels, hash }: BookDiff): boolean {
    for (const { side, price, quantity, orderCount } of levels) {
      this.book.apply(side, price, quantity, orderCount);
    }
    this.#position = next;
    this.#isFromSnapshot = false;
    if (hash !== undefined && !this.book.hash.equals(hash.laneA, hash.laneB)) {
      this.#distrust('HASH_MISMATCH');
    }
    return true;
  }

  #distrust(trouble: BookTrouble): void {
    this.trouble = trouble;
    this.#from = this.#position;
  }

  #isNow(trouble: BookTrouble): boolean {
    return this.trouble === trouble;
  }
}
