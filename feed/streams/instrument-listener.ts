/** What a reader of instrument streams hears. */

import type { LevelBook } from '../book/level-book.ts';
import type { Indicative, Instrument } from '../instruments.ts';
import type { Aggressor, Epoch, FeedState, Side, StateReason } from '../market.ts';
import type { Nanos } from '../nanos.ts';
import type { CandleFields } from '../wire/relay-record-writer.ts';

/** A quantity of 0: the side is empty. */
export interface BestOfSide {
  readonly price: number;
  readonly quantity: number;
  readonly orderCount: number;
}

export interface BestBidOffer {
  readonly bid: BestOfSide;
  readonly ask: BestOfSide;
}

export interface StreamedStatus extends Instrument {
  /** See STATUS in PROTOCOL.md; 0: nobody said. */
  readonly statusReason: number;
  readonly indicative: Indicative;
}

export interface StreamedTrade {
  readonly tradeId: number;
  readonly aggressor: Aggressor;
  readonly price: number;
  readonly quantity: number;
}

export interface LevelUpdate {
  readonly side: Side;
  readonly price: number;
  /** 0: the level has gone. */
  readonly quantity: number;
  readonly orderCount: number;
}

/** One instrument as its streams show it; what is not read or not known yet is `undefined`. */
export interface StreamedInstrumentView {
  readonly id: number;
  readonly state: FeedState;
  readonly reason: StateReason;
  readonly best: BestBidOffer | undefined;
  readonly status: StreamedStatus | undefined;
  /** The conflated book; the engine's as of its last change, hash proved, while `state` is LIVE. */
  readonly book: LevelBook | undefined;
  /** The newest candle of each interval, by seconds. */
  readonly candles: ReadonlyMap<number, CandleFields>;
  readonly statistics: CandleFields | undefined;
}

/** What a packet is as of; one object, reused. */
export interface StreamMoment {
  readonly epoch: Epoch;
  /** The stream of the shard has been told up to, without, this record. */
  readonly sequence: number;
  /** The last transaction that touched the instrument, and its time; 0 in heartbeats. */
  readonly transaction: number;
  readonly engineTime: Readonly<Nanos>;
  readonly publishTime: Readonly<Nanos>;
}

/** All optional. A listener must not keep the moments it is given. */
export interface InstrumentListener {
  bestChanged?(instrument: StreamedInstrumentView, moment: StreamMoment): void;
  traded?(instrument: StreamedInstrumentView, trade: StreamedTrade, moment: StreamMoment): void;
  tradeBusted?(instrument: StreamedInstrumentView, tradeId: number, moment: StreamMoment): void;
  tradeCorrected?(
    instrument: StreamedInstrumentView,
    trade: Omit<StreamedTrade, 'aggressor'>,
    moment: StreamMoment,
  ): void;
  /** Trades of these records of the shard's stream, `from` up to, without, `to`, have not come. */
  tradesMissed?(instrument: StreamedInstrumentView, from: number, to: number): void;
  statusChanged?(instrument: StreamedInstrumentView, moment: StreamMoment): void;
  bookChanged?(
    instrument: StreamedInstrumentView,
    levels: readonly LevelUpdate[],
    moment: StreamMoment,
  ): void;
  /** The book has been put in place anew: read it whole. */
  bookReset?(instrument: StreamedInstrumentView): void;
  candleChanged?(
    instrument: StreamedInstrumentView,
    candle: CandleFields,
    moment: StreamMoment,
  ): void;
  statisticsChanged?(instrument: StreamedInstrumentView, moment: StreamMoment): void;
  stateChanged?(instrument: StreamedInstrumentView): void;
  /** Another history has begun: everything known of the one before is gone. */
  epochChanged?(epoch: Epoch): void;
}
