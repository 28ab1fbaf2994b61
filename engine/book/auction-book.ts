/** What crosses trades at one price: how an auction ends. */

import { Side } from '../../feed/index.ts';
import { ROW } from './book-rows.ts';
import { HiddenBook } from './hidden-book.ts';
import { unpackOwner } from './order-instructions.ts';

const { NEXT, NONE, OPEN, ORDER_ID, OWNER, PRICE, SHIFT } = ROW;
const { Bid, Ask } = Side;

export class AuctionBook extends HiddenBook {
  uncross(price: number): void {
    const { values } = this.memory;
    /** Prices of the shown levels that it has met, best first. */
    const bids: number[] = [];
    const asks: number[] = [];
    this.wasBounded = false;
    for (;;) {
      const bid = this.bestLevel(Bid);
      const ask = this.bestLevel(Ask);
      if (bid === NONE || !(values[(bid << SHIFT) + PRICE]! >= price)) break;
      if (ask === NONE || !(values[(ask << SHIFT) + PRICE]! <= price)) break;
      this.noteShown(bids, bid);
      this.noteShown(asks, ask);
      this.cross(bid, ask, price);
    }
    for (const met of bids) this.tellAt(Bid, met);
    for (const met of asks) this.tellAt(Ask, met);
    this.judgePlain();
  }

  private noteShown(prices: number[], level: number): void {
    const price = this.memory.values[(level << SHIFT) + PRICE]!;
    if (!this.isHiddenLevel(level) && prices.at(-1) !== price) prices.push(price);
  }

  /** The first orders of both levels trade the smaller of what they show. */
  private cross(bidLevel: number, askLevel: number, price: number): void {
    const { links, values } = this.memory;
    const bid = links[(bidLevel << SHIFT) + NEXT]!;
    const ask = links[(askLevel << SHIFT) + NEXT]!;
    const bidAt = bid << SHIFT;
    const askAt = ask << SHIFT;
    const quantity = Math.min(values[bidAt + OPEN]!, values[askAt + OPEN]!);
    this.events.crossed(
      price,
      quantity,
      values[bidAt + ORDER_ID]!,
      unpackOwner(values[bidAt + OWNER]!),
      values[bidAt + OPEN]! + this.hiddenOf(bid) - quantity,
      values[askAt + ORDER_ID]!,
      unpackOwner(values[askAt + OWNER]!),
      values[askAt + OPEN]! + this.hiddenOf(ask) - quantity,
    );
    this.reduceFirst(this.levelsOf(bidLevel), bidLevel, quantity);
    this.reduceFirst(this.levelsOf(askLevel), askLevel, quantity);
  }
}
