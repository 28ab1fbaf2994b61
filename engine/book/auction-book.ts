/** What is open in an auction, as sums, and how an auction ends: what crosses trades at one price. */

import { MAX_INTEGER, Side } from '../../feed/index.ts';
import { ROW } from './book-rows.ts';
import { HiddenBook } from './hidden-book.ts';
import { OpenSums } from './open-sums.ts';
import { unpackOwner } from './order-instructions.ts';
import { PriceList } from './price-list.ts';

const { NEXT, NONE, OPEN, ORDER_ID, OWNER, PRICE, SHIFT } = ROW;
const { Bid, Ask } = Side;

export class AuctionBook extends HiddenBook {
  /** Prices of the shown levels that the running uncross has met, best first. */
  private readonly metBids = new PriceList();
  private readonly metAsks = new PriceList();

  openSums(): readonly OpenSums[] | undefined {
    if (this.isMatching) return undefined;
    this.sums ??= [this.summedUp(Bid), this.summedUp(Ask)];
    return this.sums.every(({ isExact }) => isExact) ? this.sums : undefined;
  }

  uncross(price: number): void {
    const { values } = this.memory;
    // So many of them change that they are summed up anew, should the auction go on.
    this.sums = undefined;
    this.metBids.clear();
    this.metAsks.clear();
    this.wasBounded = false;
    for (;;) {
      const bid = this.bestLevel(Bid);
      const ask = this.bestLevel(Ask);
      if (bid === NONE || !(values[(bid << SHIFT) + PRICE]! >= price)) break;
      if (ask === NONE || !(values[(ask << SHIFT) + PRICE]! <= price)) break;
      this.noteShown(this.metBids, bid);
      this.noteShown(this.metAsks, ask);
      this.cross(bid, ask, price);
    }
    this.tellMet(Bid, this.metBids);
    this.tellMet(Ask, this.metAsks);
    this.judgePlain();
  }

  private summedUp(side: Side): OpenSums {
    const sums = new OpenSums();
    const { sign } = this.sides[side]!;
    this.forEachOpen(side, (price, open) => {
      // Of more than that the book tells no more.
      if (open === MAX_INTEGER) sums.isExact = false;
      sums.change(sign * price, open);
      return true;
    });
    return sums;
  }

  private noteShown(prices: PriceList, level: number): void {
    if (!this.isHiddenLevel(level)) prices.addOnce(this.memory.values[(level << SHIFT) + PRICE]!);
  }

  private tellMet(side: Side, prices: PriceList): void {
    for (let i = 0; i < prices.count; i += 1) this.tellAt(side, prices.at(i));
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
