/** Passes on what a book of orders tells: to the stream, to the owners, to the order directory. */

import { oppositeSide, type Side } from '../feed/index.ts';
import type { BookEvents } from './book/book.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import type { OrderDirectory } from './order-directory.ts';
import { Reason } from './protocol/index.ts';
import type { StateReader, StateWriter } from './state.ts';

/** One for all books of a market: the market says whose book it is about to call. */
export class OrderEvents implements BookEvents {
  /** Of the book that is being called. */
  instrument: ListedInstrument | undefined;
  /** Why orders are cancelled that a command takes back: `ByRequest`, unless nobody asked. */
  cancelReason: Reason = Reason.ByRequest;
  /** Counts the trades of the market. */
  lastTradeId = 0;
  readonly #directory: OrderDirectory;
  readonly #stream: StreamOutput;
  readonly #reports: ReportSink;

  constructor(directory: OrderDirectory, stream: StreamOutput, reports: ReportSink) {
    this.#directory = directory;
    this.#stream = stream;
    this.#reports = reports;
  }

  saveState(writer: StateWriter): void {
    writer.int(this.lastTradeId);
  }

  loadState(reader: StateReader): void {
    this.lastTradeId = reader.int(0);
  }

  accepted(orderId: number, owner: number): void {
    const clientOrderId = this.#directory.clientOrderIdOf(orderId);
    this.#reports.accepted(owner, this.#current().id, clientOrderId, orderId);
  }

  traded(
    aggressorSide: Side,
    price: number,
    quantity: number,
    makerOrderId: number,
    makerOwner: number,
    makerLeaves: number,
    takerOrderId: number,
    takerOwner: number,
    takerLeaves: number,
  ): void {
    const instrument = this.#current();
    this.lastTradeId += 1;
    const tradeId = this.lastTradeId;
    instrument.lastTradePrice = price;
    this.#stream.traded(instrument, aggressorSide, price, quantity, tradeId, makerOrderId);
    this.#reports.filled(
      takerOwner,
      instrument.id,
      this.#directory.clientOrderIdOf(takerOrderId),
      takerOrderId,
      tradeId,
      aggressorSide,
      price,
      quantity,
      takerLeaves,
      true,
    );
    this.#reports.filled(
      makerOwner,
      instrument.id,
      this.#directory.clientOrderIdOf(makerOrderId),
      makerOrderId,
      tradeId,
      oppositeSide(aggressorSide),
      price,
      quantity,
      makerLeaves,
      false,
    );
    if (makerLeaves === 0) this.#directory.close(makerOrderId);
    if (takerLeaves === 0) this.#directory.close(takerOrderId);
  }

  crossed(): void {
    throw new Error('OrderEvents: nothing of this market uncrosses yet');
  }

  cancelled(
    orderId: number,
    owner: number,
    _side: Side,
    _price: number,
    quantity: number,
    bookReason: Reason,
  ): void {
    const clientOrderId = this.#directory.clientOrderIdOf(orderId);
    const instrument = this.#current().id;
    const reason = bookReason === Reason.ByRequest ? this.cancelReason : bookReason;
    this.#reports.cancelled(owner, instrument, clientOrderId, orderId, quantity, reason);
    this.#directory.close(orderId);
  }

  replaced(
    orderId: number,
    owner: number,
    _side: Side,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void {
    const clientOrderId = this.#directory.clientOrderIdOf(orderId);
    const instrument = this.#current().id;
    const reports = this.#reports;
    reports.replaced(owner, instrument, clientOrderId, orderId, price, quantity, keptPriority);
  }

  rested(orderId: number, side: Side, price: number, shown: number): void {
    this.#stream.rested(this.#current(), orderId, side, price, shown);
  }

  reduced(orderId: number, shown: number): void {
    this.#stream.reduced(this.#current(), orderId, shown);
  }

  levelChanged(side: Side, price: number, quantity: number, orderCount: number): void {
    const instrument = this.#current();
    instrument.hashIsStale = true;
    this.#stream.levelChanged(instrument, side, price, quantity, orderCount);
  }

  #current(): ListedInstrument {
    if (this.instrument === undefined)
      throw new Error('OrderEvents: no instrument is being called');
    return this.instrument;
  }
}
