/** Writes what the market tells into the L3 stream: every book of orders order by order. */

import {
  Aggressor,
  type BookHash,
  ORDER_HASH_NS_PER_ORDER,
  RECORD_BYTES,
  RecordType,
  type RecordWriter,
  type Side,
} from '../feed/index.ts';
import type { InstrumentStream } from './instrument-stream.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import { StreamRecorder } from './stream-recorder.ts';

/** Local, for an imported constant is read from memory at each use. */
const ADDED_BYTES = RECORD_BYTES[RecordType.OrderAdded];
const EXECUTED_BYTES = RECORD_BYTES[RecordType.OrderExecuted];
const REDUCED_BYTES = RECORD_BYTES[RecordType.OrderReduced];
const REMOVED_BYTES = RECORD_BYTES[RecordType.OrderRemoved];
const { None } = Aggressor;

/**
 * A trade is held back until it is known whether an order that may be seen made it: `reduced` of
 * that order follows at once, and both become one ORDER_EXECUTED; whatever else follows makes it a
 * TRADE.
 */
export class OrderRecorder extends StreamRecorder {
  protected override readonly part = 'ordr';
  /** The trade that is held back: of this instrument, undefined when there is none. */
  private tradeOf: ListedInstrument | undefined = undefined;
  private restingOrderId = 0;
  private aggressor: Aggressor = None;
  private price = 0;
  private quantity = 0;
  private tradeId = 0;
  /** By instrument id: its own sequence when a heartbeat last came by. */
  private readonly seenByHeartbeat: number[] = [];

  override end(): void {
    if (this.tradeOf !== undefined) this.releaseTrade(this.tradeOf);
    super.end();
  }

  traded(
    instrument: ListedInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    tradeId: number,
    restingOrderId: number,
  ): void {
    if (this.tradeOf !== undefined) this.releaseTrade(this.tradeOf);
    this.tradeOf = instrument;
    this.restingOrderId = restingOrderId;
    this.aggressor = aggressor;
    this.price = price;
    this.quantity = quantity;
    this.tradeId = tradeId;
  }

  rested(
    instrument: ListedInstrument,
    orderId: number,
    side: Side,
    price: number,
    shown: number,
  ): void {
    instrument.orderHashIsStale = true;
    const stream = this.streamOf(instrument);
    const sequence = this.next(stream, ADDED_BYTES);
    this.records.orderAdded(instrument.id, sequence, side, price, orderId, shown);
    this.touch(stream);
  }

  reduced(instrument: ListedInstrument, orderId: number, shown: number): void {
    instrument.orderHashIsStale = true;
    const stream = this.streamOf(instrument);
    const { records } = this;
    const { id } = instrument;
    if (this.tradeOf !== undefined && orderId === this.restingOrderId) {
      this.tradeOf = undefined;
      const sequence = this.next(stream, EXECUTED_BYTES);
      const { aggressor, price, quantity, tradeId } = this;
      records.orderExecuted(id, sequence, aggressor, 0, orderId, quantity, price, tradeId);
      this.touch(stream);
      return;
    }
    if (shown > 0) {
      records.orderReduced(id, this.next(stream, REDUCED_BYTES), orderId, shown);
    } else {
      records.orderRemoved(id, this.next(stream, REMOVED_BYTES), orderId);
    }
    this.touch(stream);
  }

  /** The levels of a book of orders follow from its orders. */
  levelChanged(
    instrument: ListedInstrument,
    side: Side,
    price: number,
    quantity: number,
    orderCount: number,
  ): void {
    if (instrument.orders !== undefined) return;
    this.writeLevel(instrument, side, price, quantity, orderCount);
  }

  /**
   * An instrument that has moved since the last time round is left out: its records prove it, and
   * walking a large book that is busy would cost more than it says.
   */
  override writePosition(records: RecordWriter, id: number): void {
    const sequence = this.sequenceOf(id);
    const isQuiet = this.seenByHeartbeat[id] === sequence;
    this.seenByHeartbeat[id] = sequence;
    if (isQuiet) super.writePosition(records, id);
  }

  /** Every record is numbered here, so a trade that is held back comes before it. */
  protected override next(stream: InstrumentStream, bytes: number): number {
    if (this.tradeOf !== undefined) this.releaseTrade(this.tradeOf);
    return super.next(stream, bytes);
  }

  protected hashOf(instrument: ListedInstrument): BookHash {
    return instrument.orderHash();
  }

  protected hashIntervalNs(instrument: ListedInstrument): number {
    return (instrument.orders?.orderCount ?? 0) * ORDER_HASH_NS_PER_ORDER;
  }

  private releaseTrade(instrument: ListedInstrument): void {
    this.tradeOf = undefined;
    this.writeTrade(instrument, this.aggressor, this.price, this.quantity, this.tradeId);
  }
}
