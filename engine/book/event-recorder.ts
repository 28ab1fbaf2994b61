/** Keeps what a book tells as plain rows, so that tests can compare two books or read one. */

import type { Side } from '../../feed/index.ts';
import type { Reason } from '../protocol/index.ts';
import type { BookEvents } from './book.ts';

export type RecordedEvent = readonly [name: keyof BookEvents, ...values: (number | boolean)[]];

export class EventRecorder implements BookEvents {
  private events: RecordedEvent[] = [];

  /** What was told since the last call. */
  take(): RecordedEvent[] {
    const taken = this.events;
    this.events = [];
    return taken;
  }

  accepted(orderId: number, owner: number, side: Side, price: number, quantity: number): void {
    this.events.push(['accepted', orderId, owner, side, price, quantity]);
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
    const maker = [makerOrderId, makerOwner, makerLeaves];
    const taker = [takerOrderId, takerOwner, takerLeaves];
    this.events.push(['traded', aggressorSide, price, quantity, ...maker, ...taker]);
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
    const bid = [bidOrderId, bidOwner, bidLeaves];
    const ask = [askOrderId, askOwner, askLeaves];
    this.events.push(['crossed', price, quantity, ...bid, ...ask]);
  }

  cancelled(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    reason: Reason,
  ): void {
    this.events.push(['cancelled', orderId, owner, side, price, quantity, reason]);
  }

  replaced(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void {
    this.events.push(['replaced', orderId, owner, side, price, quantity, keptPriority]);
  }

  rested(orderId: number, side: Side, price: number, shown: number): void {
    this.events.push(['rested', orderId, side, price, shown]);
  }

  reduced(orderId: number, shown: number): void {
    this.events.push(['reduced', orderId, shown]);
  }

  levelChanged(side: Side, price: number, quantity: number, orderCount: number): void {
    this.events.push(['levelChanged', side, price, quantity, orderCount]);
  }
}
