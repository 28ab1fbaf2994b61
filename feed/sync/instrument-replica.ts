/** One instrument as a consumer keeps it: its definition, its book, and what that is worth. */

import { LevelBook } from '../book/level-book.ts';
import { OrderBook } from '../book/order-book.ts';
import { type Indicative, type InstrumentDefinition, NOTHING_CROSSES } from '../instruments.ts';
import type { FeedInstrument } from '../listener.ts';
import {
  type BookKind,
  FeedState,
  type InstrumentId,
  type StateReason,
  type TradingStatus,
} from '../market.ts';
import { StreamLevel } from '../wire/topic.ts';

/** Why a book is not to be trusted; NONE when it is. */
export type Trouble = 'NONE' | 'MISSED_RECORDS' | 'HASH_MISMATCH';

export class InstrumentReplica implements FeedInstrument {
  readonly id: InstrumentId;
  symbol: string;
  tickSize: string;
  lotSize: string;
  bookKind: BookKind;
  lowestPrice: number;
  highestPrice: number;
  status: TradingStatus;
  statusReason = 0;
  indicative: Indicative = NOTHING_CROSSES;
  readonly book: LevelBook;
  /** The same book, where it is one of orders: of L3. */
  readonly orders: OrderBook | undefined;
  state: FeedState = FeedState.Syncing;
  reason: StateReason = 'JOINING';
  sequence = 0;
  transaction = 0;
  /** Records of the stream below this are already in the book: it came with a snapshot. */
  joinSequence = 0;
  trouble: Trouble = 'NONE';
  /** Records were skipped that may or may not have been this instrument's. */
  isSuspect = false;

  constructor(
    id: number,
    definition: InstrumentDefinition,
    status: TradingStatus,
    level: StreamLevel = StreamLevel.L2,
  ) {
    this.id = id as InstrumentId;
    this.orders = level === StreamLevel.L3 ? new OrderBook(id) : undefined;
    this.book = this.orders ?? new LevelBook(id);
    this.symbol = definition.symbol;
    this.tickSize = definition.tickSize;
    this.lotSize = definition.lotSize;
    this.bookKind = definition.bookKind;
    this.lowestPrice = definition.lowestPrice;
    this.highestPrice = definition.highestPrice;
    this.status = status;
  }

  define(definition: InstrumentDefinition, status: TradingStatus): void {
    this.symbol = definition.symbol;
    this.tickSize = definition.tickSize;
    this.lotSize = definition.lotSize;
    this.bookKind = definition.bookKind;
    this.lowestPrice = definition.lowestPrice;
    this.highestPrice = definition.highestPrice;
    this.status = status;
  }
}
