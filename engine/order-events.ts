/** Passes on what a book of orders tells: to the stream, to the owners, to the order directory. */

import { Aggressor, oppositeSide, Side } from '../feed/index.ts';
import type { BookEvents } from './book/book.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { ReportSink, StreamOutput } from './market-output.ts';
import type { OrderDirectory } from './order-directory.ts';
import { Reason } from './protocol/index.ts';
import { KeptTrades } from './rules/kept-trades.ts';
import type { StateReader, StateWriter } from './state.ts';

/** Local, for an imported constant is read from memory at each use. */
const { ByRequest } = Reason;

/** One for all books of a market: the market says whose book it is about to call. */
export class OrderEvents implements BookEvents {
  /** Of the book that is being called. */
  instrument: ListedInstrument | undefined;
  /** Why orders are cancelled that a command takes back: `ByRequest`, unless nobody asked. */
  cancelReason: Reason = ByRequest;
  /** Counts the trades of the market. */
  lastTradeId = 0;
  /** The order that comes was accepted before, and its owner told: it was elected. */
  isAcceptTold = false;
  /** Those that may still be taken back. */
  readonly trades: KeptTrades;
  readonly #directory: OrderDirectory;
  readonly #stream: StreamOutput;
  readonly #reports: ReportSink;

  constructor(
    directory: OrderDirectory,
    stream: StreamOutput,
    reports: ReportSink,
    trades: KeptTrades = new KeptTrades(),
  ) {
    this.trades = trades;
    this.#directory = directory;
    this.#stream = stream;
    this.#reports = reports;
  }

  saveState(writer: StateWriter): void {
    writer.int(this.lastTradeId);
    this.trades.saveState(writer);
  }

  loadState(reader: StateReader): void {
    this.lastTradeId = reader.int(0);
    this.trades.loadState(reader);
  }

  accepted(orderId: number, owner: number): void {
    if (this.isAcceptTold) return;
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
    const { id } = instrument;
    const taker = this.#directory.clientOrderIdOf(takerOrderId);
    const maker = this.#directory.clientOrderIdOf(makerOrderId);
    const makerSide = oppositeSide(aggressorSide);
    const reports = this.#reports;
    this.lastTradeId += 1;
    const tradeId = this.lastTradeId;
    instrument.lastTradePrice = price;
    instrument.hasTraded = true;
    this.#stream.traded(instrument, aggressorSide, price, quantity, tradeId, makerOrderId);
    reports.filled(
      takerOwner,
      id,
      taker,
      takerOrderId,
      tradeId,
      aggressorSide,
      price,
      quantity,
      takerLeaves,
      true,
    );
    reports.filled(
      makerOwner,
      id,
      maker,
      makerOrderId,
      tradeId,
      makerSide,
      price,
      quantity,
      makerLeaves,
      false,
    );
    this.trades.add(tradeId, id, takerOwner, taker, takerOrderId, makerOwner, maker, makerOrderId);
    const { special } = instrument;
    if (special !== undefined) special.traded(price, makerOrderId, takerOrderId);
    if (makerLeaves === 0) this.#close(instrument, makerOrderId);
    if (takerLeaves === 0) this.#close(instrument, takerOrderId);
  }

  crossed(
    price: number,
    quantity: number,
    bidOrderId: number,
    bidOwner: number,
    bidLeaves: number,
    askOrderId: number,
    askOwner: number,
    askLeaves: number,
  ): void {
    const instrument = this.#current();
    const { id } = instrument;
    const bid = this.#directory.clientOrderIdOf(bidOrderId);
    const ask = this.#directory.clientOrderIdOf(askOrderId);
    const reports = this.#reports;
    this.lastTradeId += 1;
    const tradeId = this.lastTradeId;
    instrument.lastTradePrice = price;
    instrument.hasTraded = true;
    this.#stream.traded(instrument, Aggressor.None, price, quantity, tradeId, bidOrderId);
    reports.filled(
      bidOwner,
      id,
      bid,
      bidOrderId,
      tradeId,
      Side.Bid,
      price,
      quantity,
      bidLeaves,
      false,
    );
    reports.filled(
      askOwner,
      id,
      ask,
      askOrderId,
      tradeId,
      Side.Ask,
      price,
      quantity,
      askLeaves,
      false,
    );
    this.trades.add(tradeId, id, bidOwner, bid, bidOrderId, askOwner, ask, askOrderId);
    instrument.special?.traded(price, bidOrderId, askOrderId);
    if (bidLeaves === 0) this.#close(instrument, bidOrderId);
    if (askLeaves === 0) this.#close(instrument, askOrderId);
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
    const instrument = this.#current();
    const { id } = instrument;
    const reason = bookReason === ByRequest ? this.cancelReason : bookReason;
    this.#reports.cancelled(owner, id, clientOrderId, orderId, quantity, reason);
    this.#close(instrument, orderId);
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
    const { id, special } = this.#current();
    const reports = this.#reports;
    const known = special?.find(orderId);
    // What the market made of a peg's limit is nobody's business.
    const told = known?.isPegged === true ? known.price : price;
    reports.replaced(owner, id, clientOrderId, orderId, told, quantity, keptPriority);
  }

  /** Of an elected stop; what it causes follows. */
  triggered(orderId: number, owner: number): void {
    const clientOrderId = this.#directory.clientOrderIdOf(orderId);
    this.#reports.triggered(owner, this.#current().id, clientOrderId, orderId);
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

  #close({ session, special }: ListedInstrument, orderId: number): void {
    if (special !== undefined) special.ended(orderId);
    if (session.dayOrders.size > 0) session.dayOrders.delete(orderId);
    this.#directory.close(orderId);
  }

  #current(): ListedInstrument {
    if (this.instrument === undefined)
      throw new Error('OrderEvents: no instrument is being called');
    return this.instrument;
  }
}
