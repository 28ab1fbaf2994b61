/** What a relay has published of one instrument, topic by topic, and what is still to be said. */

import type { FeedInstrument } from '../../listener.ts';
import { Side } from '../../market.ts';
import type { CandleFields, RelayRecordWriter } from '../../wire/relay-record-writer.ts';
import { encodeTopic, StreamLevel, TopicKind } from '../../wire/topic.ts';
import { LevelMirror } from './level-mirror.ts';
import type { TradeEvent } from './transaction-trades.ts';

/** The kinds of stream that every instrument has. */
export const INSTRUMENT_KINDS = [
  TopicKind.TopOfBook,
  TopicKind.Trades,
  TopicKind.Status,
  TopicKind.ConflatedBook,
  TopicKind.Candles,
  TopicKind.Statistics,
] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/** The trades of one transaction. */
export interface TradeGroup {
  readonly transaction: number;
  readonly timeHigh: number;
  readonly timeLow: number;
  readonly events: readonly TradeEvent[];
}

/** One that is listed now has published nothing, and its first packets cover the stream from record 1. */
export class StreamedInstrument {
  readonly instrument: FeedInstrument;
  /** It waits to be looked at by the next flush. */
  isDirty = false;
  isBookDirty = true;
  isStatusDirty = true;
  trades: TradeGroup[] = [];
  /** The statistics published last. */
  window: CandleFields | undefined;
  /** By topic: the first record of the stream that no packet covers yet. */
  readonly covered = new Map<InstrumentKind, number>();
  /** The book as published. */
  readonly mirror = new LevelMirror();
  /** The newest transaction that touched it. */
  transaction = 0;
  timeHigh = 0;
  timeLow = 0;
  readonly #topics = new Map<InstrumentKind, Uint8Array>();
  /** Price, quantity and orders of the bid, then of the ask, as published. */
  #best: readonly number[] = [];

  constructor(instrument: FeedInstrument, shard: number) {
    this.instrument = instrument;
    const { id } = instrument;
    for (const kind of INSTRUMENT_KINDS) {
      const topic = encodeTopic({ kind, level: StreamLevel.L2, shard, instrument: id });
      this.#topics.set(kind, topic);
      this.covered.set(kind, 1);
    }
  }

  topic(kind: InstrumentKind): Uint8Array {
    return this.#topics.get(kind) as Uint8Array;
  }

  /** The relay begins here: the book as it is can be had from it, and counts as published. */
  beginAt(position: number): void {
    for (const kind of INSTRUMENT_KINDS) this.covered.set(kind, position);
    this.mirror.copy(this.instrument.book);
  }

  /** Trades before `position` are not told. */
  skipTrades(position: number): void {
    this.trades = [];
    this.covered.set(TopicKind.Trades, position);
    this.isBookDirty = true;
    this.isStatusDirty = true;
  }

  touch(transaction: number, timeHigh: number, timeLow: number): void {
    this.transaction = transaction;
    this.timeHigh = timeHigh;
    this.timeLow = timeLow;
    this.isBookDirty = true;
  }

  /** False when the best of both sides are what was published last. */
  takeBest(): boolean {
    const { book } = this.instrument;
    const now = [Side.Bid, Side.Ask].flatMap((side) =>
      book.levelCount(side) === 0
        ? [0, 0, 0]
        : [book.priceAt(side, 0), book.quantityAt(side, 0), book.orderCountAt(side, 0)],
    );
    const isSame = now.every((value, i) => value === this.#best[i]);
    this.#best = now;
    return !isSame;
  }

  /** As `takeBest` has found it. */
  writeBest(records: RelayRecordWriter): void {
    const [bidPrice = 0, bidQuantity = 0, bidOrders = 0, ...ask] = this.#best;
    const [askPrice = 0, askQuantity = 0, askOrders = 0] = ask;
    const { id, sequence } = this.instrument;
    const bid = [bidPrice, bidQuantity, bidOrders] as const;
    records.bestBidOffer(id, sequence, ...bid, askPrice, askQuantity, askOrders);
  }

  /** Definition, status and auction, whole. */
  writeStatus(records: RelayRecordWriter): void {
    const { instrument } = this;
    const { id, sequence, status, statusReason, indicative } = instrument;
    records.instrument(
      id,
      sequence,
      status,
      instrument.bookKind,
      instrument.lowestPrice,
      instrument.highestPrice,
      instrument.tickSize,
      instrument.lotSize,
      instrument.symbol,
    );
    records.status(id, sequence, status, statusReason);
    const { side, price, volume, imbalance } = indicative;
    records.indicative(id, sequence, side, price, volume, imbalance);
  }
}
