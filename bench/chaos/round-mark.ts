/** The instrument whose only level says how many rounds are over: what follows the last order of each. */

import { type BookUpdate, CommandType, type ListInstrument } from '../../engine/protocol/index.ts';
import { BookKind, type InstrumentId, type LevelView, Side } from '../../feed/index.ts';

export const MARK = 'ROUND';

export const MARK_LISTING: ListInstrument = {
  type: CommandType.ListInstrument,
  symbol: MARK,
  tickSize: '1',
  lotSize: '1',
  bookKind: BookKind.Levels,
  lowestPrice: 1,
  highestPrice: 1,
};

/** `instrument`: what the mark is listed as. */
export function markRound(instrument: InstrumentId, round: number): BookUpdate {
  const levels = [{ side: Side.Bid, price: 1, quantity: round }];
  return { type: CommandType.BookUpdate, instrument, clear: false, depth: 0, levels };
}

/** 0: none is over. */
export function markedRound(book: LevelView): number {
  return book.levelCount(Side.Bid) === 0 ? 0 : book.quantityAt(Side.Bid, 0);
}
