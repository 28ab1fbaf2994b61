/** Plays a league stream through an order book, below order entry, and writes the reports. */

import type { BookEvents, OrderBook } from '../../engine/book/index.ts';
import { Reason, TimeInForce } from '../../engine/protocol/index.ts';
import type { Side } from '../../feed/index.ts';
import { type LeagueStream, MessageType } from './league-stream.ts';
import { ReportKind, type ReportRing } from './report-ring.ts';

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
      if (type === MessageType.New) {
        const timeInForce = immediate[i] === 1 ? TimeInForce.Ioc : TimeInForce.Gtc;
        const side = sides[i] as Side;
        const reason = book.limit(orderId, OWNER, side, prices[i]!, quantities[i]!, timeInForce);
        if (reason !== Reason.None) refused(i, reason);
      } else if (type === MessageType.Cancel) {
        const reason = book.cancel(orderId);
        if (reason !== Reason.None) this.reject(ReportKind.CancelReject, orderId, reason);
      } else {
        const reason = book.replace(orderId, prices[i]!, quantities[i]!);
        if (reason !== Reason.None) this.reject(ReportKind.ModifyReject, orderId, reason);
      }
    }
  }

  accepted(orderId: number, _owner: number, side: Side, price: number, quantity: number): void {
    this.ring.write(ReportKind.OrderAck, this.sequence, side, orderId, price, quantity);
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
    this.ring.write(ReportKind.Trade, this.sequence, price, quantity, makerOrderId, takerOrderId);
  }

  cancelled(orderId: number, _owner: number, side: Side, price: number): void {
    this.ring.write(ReportKind.CancelAck, this.sequence, side, orderId, price, 0);
  }

  replaced(orderId: number, _owner: number, side: Side, price: number, quantity: number): void {
    this.ring.write(ReportKind.ModifyAck, this.sequence, side, orderId, price, quantity);
  }

  levelChanged(): void {
    // The league's reports are about orders only.
  }

  private reject(kind: ReportKind, orderId: number, reason: Reason): void {
    if (reason !== Reason.UnknownOrder) refused(this.sequence, reason);
    this.ring.write(kind, this.sequence, orderId, 0, 0, 0);
  }
}

function refused(index: number, reason: Reason): never {
  throw new Error(`The book refused message ${index} with reason ${reason}.`);
}
