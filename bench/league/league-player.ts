/** Plays a league stream through an order book, below order entry, and writes the reports. */

import type { BookEvents, OrderBook } from '../../engine/book/index.ts';
import { Reason, TimeInForce } from '../../engine/protocol/index.ts';
import type { Side } from '../../feed/index.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';
import { ReportKind, type ReportRing } from './report-ring.ts';

// Into this module's own constants, as production does (see ROW in the book's memory).
const { Gtc, Ioc } = TimeInForce;
const { None, UnknownOrder } = Reason;
const { New, Cancel } = MessageType;
const { CancelAck, CancelReject, ModifyAck, ModifyReject, OrderAck, Trade } = ReportKind;

/** The league knows no owners. */
const OWNER = 1;

/** The league's modify is a replace: new open quantity, priority lost. */
export class LeaguePlayer implements BookEvents {
  private sequence = 0;
  private readonly ring: ReportRing;
  private readonly book: OrderBook;

  constructor(createBook: (events: BookEvents) => OrderBook, ring: ReportRing) {
    this.ring = ring;
    this.book = createBook(this);
  }

  /** Plays messages `from` to before `to`. */
  play(stream: LeagueStream, from: number = 0, to: number = stream.count): void {
    const { types, sides, immediate, orderIds, quantities, prices } = stream;
    const book = this.book;
    for (let i = from; i < to; i += 1) {
      this.sequence = i;
      const orderId = orderIds[i]!;
      const type = types[i]!;
      if (type === New) {
        const timeInForce = immediate[i] === 1 ? Ioc : Gtc;
        const side = sides[i] as Side;
        const reason = book.limit(orderId, OWNER, side, prices[i]!, quantities[i]!, timeInForce);
        if (reason !== None) refused(i, reason);
      } else if (type === Cancel) {
        const reason = book.cancel(orderId);
        if (reason !== None) this.reject(CancelReject, orderId, reason);
      } else {
        const reason = book.replace(orderId, prices[i]!, quantities[i]!);
        if (reason !== None) this.reject(ModifyReject, orderId, reason);
      }
    }
  }

  accepted(orderId: number, _owner: number, side: Side, price: number, quantity: number): void {
    this.ring.write(OrderAck, this.sequence, side, orderId, price, quantity);
  }

  traded(
    _aggressorSide: Side,
    price: number,
    quantity: number,
    makerOrderId: number,
    _makerOwner: number,
    _makerLeaves: number,
    takerOrderId: number,
  ): void {
    this.ring.write(Trade, this.sequence, price, quantity, makerOrderId, takerOrderId);
  }

  cancelled(orderId: number, _owner: number, side: Side, price: number): void {
    this.ring.write(CancelAck, this.sequence, side, orderId, price, 0);
  }

  replaced(orderId: number, _owner: number, side: Side, price: number, quantity: number): void {
    this.ring.write(ModifyAck, this.sequence, side, orderId, price, quantity);
  }

  crossed(): void {
    // The league has no auctions.
  }

  rested(): void {
    // The league's reports are about orders only.
  }

  reduced(): void {}

  levelChanged(): void {}

  private reject(kind: ReportKind, orderId: number, reason: Reason): void {
    if (reason !== UnknownOrder) refused(this.sequence, reason);
    this.ring.write(kind, this.sequence, orderId, 0, 0, 0);
  }
}

function refused(index: number, reason: Reason): never {
  throw new Error(`The book refused message ${index} with reason ${reason}.`);
}
