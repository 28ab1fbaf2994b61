/** Writes what the market tells into both streams: books as price levels (L2), and order by order (L3). */

import {
  Aggressor,
  BOOK_HASH_INTERVAL_NS,
  ORDER_HASH_NS_PER_ORDER,
  type Side,
} from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { StreamOutput } from './market-output.ts';
import type { Reason } from './protocol/index.ts';
import type { StreamProof, StreamRecorder } from './stream-recorder.ts';

export const LEVEL_PROOF: StreamProof = {
  part: 'dlta',
  hashOf: (instrument) => instrument.bookHash(),
  hashIntervalNs: () => BOOK_HASH_INTERVAL_NS,
  omitsBusy: false,
};

export const ORDER_PROOF: StreamProof = {
  part: 'ordr',
  hashOf: (instrument) => instrument.orderHash(),
  hashIntervalNs: ({ orders }) => (orders?.orderCount ?? 0) * ORDER_HASH_NS_PER_ORDER,
  omitsBusy: true,
};

/** What the sequencer needs: a command's records lie between the two. */
export interface TransactionRecorder {
  /** `concerned` is the id of the only instrument that records will follow of; 0 = several or none. */
  begin(transaction: number, timeHigh: number, timeLow: number, concerned: number): void;
  end(): void;
}

/**
 * In the L3 stream a trade is held back until it is known whether an order that may be seen made
 * it: `reduced` of that order follows at once, and both become one ORDER_EXECUTED; whatever else
 * follows makes it a TRADE.
 */
export class MarketRecorder implements StreamOutput, TransactionRecorder {
  readonly #levels: StreamRecorder;
  readonly #orders: StreamRecorder;
  /** The trade that is held back: of this instrument, undefined when there is none. */
  #tradeOf: ListedInstrument | undefined;
  #restingOrderId = 0;
  #aggressor: Aggressor = Aggressor.None;
  #price = 0;
  #quantity = 0;
  #tradeId = 0;

  constructor(levels: StreamRecorder, orders: StreamRecorder) {
    this.#levels = levels;
    this.#orders = orders;
  }

  begin(transaction: number, timeHigh: number, timeLow: number, concerned: number): void {
    this.#levels.begin(transaction, timeHigh, timeLow, concerned);
    this.#orders.begin(transaction, timeHigh, timeLow, concerned);
  }

  end(): void {
    this.#release();
    this.#levels.end();
    this.#orders.end();
  }

  publish(): void {
    this.#levels.publish();
    this.#orders.publish();
  }

  listed(instrument: ListedInstrument): void {
    this.#release();
    this.#levels.listed(instrument);
    this.#orders.listed(instrument);
  }

  statusChanged(instrument: ListedInstrument, reason: Reason): void {
    this.#release();
    this.#levels.statusChanged(instrument, reason);
    this.#orders.statusChanged(instrument, reason);
  }

  indicative(
    instrument: ListedInstrument,
    price: number,
    volume: number,
    imbalance: number,
    side: Side,
  ): void {
    this.#release();
    this.#levels.indicative(instrument, price, volume, imbalance, side);
    this.#orders.indicative(instrument, price, volume, imbalance, side);
  }

  tradeBusted(instrument: ListedInstrument, tradeId: number): void {
    this.#release();
    this.#levels.tradeBusted(instrument, tradeId);
    this.#orders.tradeBusted(instrument, tradeId);
  }

  tradeCorrected(
    instrument: ListedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    this.#release();
    this.#levels.tradeCorrected(instrument, tradeId, price, quantity);
    this.#orders.tradeCorrected(instrument, tradeId, price, quantity);
  }

  cleared(instrument: ListedInstrument): void {
    this.#release();
    this.#levels.cleared(instrument);
    this.#orders.cleared(instrument);
  }

  /** In L3, the levels of a book of orders follow from its orders. */
  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    this.#levels.levelChanged(instrument, side, price, quantity, orderCount);
    if (instrument.orders !== undefined) return;
    this.#release();
    this.#orders.levelChanged(instrument, side, price, quantity, orderCount);
  }

  traded(
    instrument: ListedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
    restingOrderId: number,
  ): void {
    this.#levels.traded(instrument, aggressor, price, quantity, tradeId);
    this.#release();
    this.#tradeOf = instrument;
    this.#restingOrderId = restingOrderId;
    this.#aggressor = aggressor;
    this.#price = price;
    this.#quantity = quantity;
    this.#tradeId = tradeId;
  }

  rested(
    instrument: ListedInstrument,
    orderId: number,
    side: Side,
    price: number,
    shown: number,
  ): void {
    this.#release();
    instrument.orderHashIsStale = true;
    this.#orders.added(instrument, orderId, side, price, shown);
  }

  reduced(instrument: ListedInstrument, orderId: number, shown: number): void {
    instrument.orderHashIsStale = true;
    if (this.#tradeOf !== undefined && orderId === this.#restingOrderId) {
      this.#tradeOf = undefined;
      const aggressor = this.#aggressor;
      const price = this.#price;
      this.#orders.executed(instrument, orderId, aggressor, price, this.#quantity, this.#tradeId);
      return;
    }
    this.#release();
    this.#orders.reduced(instrument, orderId, shown);
  }

  #release(): void {
    const tradeOf = this.#tradeOf;
    if (tradeOf === undefined) return;
    this.#tradeOf = undefined;
    this.#orders.traded(tradeOf, this.#aggressor, this.#price, this.#quantity, this.#tradeId);
  }
}
