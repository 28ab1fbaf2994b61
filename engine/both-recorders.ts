/** Records everything twice: as price levels and order by order, each in a stream of its own. */

import type { Aggressor, Side } from '../feed/index.ts';
import type { DeltaRecorder } from './delta-recorder.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { StreamOutput } from './market-output.ts';
import type { OrderRecorder } from './order-recorder.ts';
import type { Reason } from './protocol/index.ts';
import type { TransactionRecorder } from './stream-recorder.ts';

export class BothRecorders implements StreamOutput, TransactionRecorder {
  readonly #levels: DeltaRecorder;
  readonly #orders: OrderRecorder;

  constructor(levels: DeltaRecorder, orders: OrderRecorder) {
    this.#levels = levels;
    this.#orders = orders;
  }

  begin(transaction: number, timeHigh: number, timeLow: number, concerned: number): void {
    this.#levels.begin(transaction, timeHigh, timeLow, concerned);
    this.#orders.begin(transaction, timeHigh, timeLow, concerned);
  }

  end(): void {
    this.#levels.end();
    this.#orders.end();
  }

  publish(): void {
    this.#levels.publish();
    this.#orders.publish();
  }

  listed(instrument: ListedInstrument): void {
    this.#levels.listed(instrument);
    this.#orders.listed(instrument);
  }

  statusChanged(instrument: ListedInstrument, reason: Reason): void {
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
    this.#levels.indicative(instrument, price, volume, imbalance, side);
    this.#orders.indicative(instrument, price, volume, imbalance, side);
  }

  tradeBusted(instrument: ListedInstrument, tradeId: number): void {
    this.#levels.tradeBusted(instrument, tradeId);
    this.#orders.tradeBusted(instrument, tradeId);
  }

  tradeCorrected(
    instrument: ListedInstrument,
    tradeId: number,
    price: number,
    quantity: number,
  ): void {
    this.#levels.tradeCorrected(instrument, tradeId, price, quantity);
    this.#orders.tradeCorrected(instrument, tradeId, price, quantity);
  }

  cleared(instrument: ListedInstrument): void {
    this.#levels.cleared(instrument);
    this.#orders.cleared(instrument);
  }

  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    this.#levels.levelChanged(instrument, side, price, quantity, orderCount);
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
    this.#orders.traded(instrument, aggressor, price, quantity, tradeId, restingOrderId);
  }

  rested(
    instrument: ListedInstrument,
    orderId: number,
    side: Side,
    price: number,
    shown: number,
  ): void {
    this.#orders.rested(instrument, orderId, side, price, shown);
  }

  reduced(instrument: ListedInstrument, orderId: number, shown: number): void {
    this.#orders.reduced(instrument, orderId, shown);
  }
}
