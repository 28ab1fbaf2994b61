/** The view hash: the book hash over a client's window only, taken from the replica. */

import { BookHash, type LevelView, Side } from '../../feed/index.ts';

/** The book hash of the best `depth` levels of each side. */
export function viewHash(instrument: number, book: LevelView, depth: number): BookHash {
  const hash = new BookHash(instrument);
  for (const side of [Side.Bid, Side.Ask]) {
    const count = Math.min(depth, book.levelCount(side));
    for (let i = 0; i < count; i += 1) {
      hash.add(side, book.priceAt(side, i), book.quantityAt(side, i), book.orderCountAt(side, i));
    }
  }
  return hash;
}
