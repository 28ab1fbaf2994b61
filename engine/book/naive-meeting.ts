/** How an order meets the other side of the naive book: by priority, within bounds, not its owner. */

import { oppositeSide, Side } from '../../feed/index.ts';
import { Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import { isAtLeastAsGood, type NaiveOrder, NaiveQueues } from './naive-queues.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** What an order that has come does not trade beyond: its limit, or where a market order stops. */
export interface Reach {
  readonly price: number;
  /** Why what is left is cancelled when the price is why the order stopped. */
  readonly isCollar: boolean;
}

export class NaiveMeeting extends NaiveQueues {
  wasBounded = false;
  protected isMatching = true;
  private lowestTrade = -MAX;
  private highestTrade = MAX;

  setTradeBounds(lowest: number, highest: number): void {
    this.lowestTrade = lowest;
    this.highestTrade = highest;
    this.wasBounded = false;
  }

  setMatching(isOn: boolean): void {
    if (isOn && this.isCrossed) throw new Error('The book is crossed: uncross it first.');
    this.isMatching = isOn;
    this.wasBounded = false;
  }

  uncross(price: number): void {
    this.wasBounded = false;
    for (;;) {
      const bid = this.queues[Side.Bid][0];
      const ask = this.queues[Side.Ask][0];
      if (bid === undefined || bid.price < price) break;
      if (ask === undefined || ask.price > price) break;
      const quantity = Math.min(offered(bid), offered(ask));
      this.events.crossed(
        price,
        quantity,
        bid.orderId,
        bid.owner,
        bid.open - quantity,
        ask.orderId,
        ask.owner,
        ask.open - quantity,
      );
      this.afterFill(bid, quantity);
      this.afterFill(ask, quantity);
    }
    this.touched.sort((a, b) => a.side - b.side);
    this.tellTouched();
  }

  /** Cancels an order whole when what must fill at once cannot. */
  protected endsUnfilled(
    order: NaiveOrder,
    reach: Reach,
    timeInForce: TimeInForce,
    minimumQuantity: number,
  ): boolean {
    const isFok = timeInForce === TimeInForce.Fok;
    const minimum = isFok ? order.open : minimumQuantity;
    if (minimum === 0 || this.fillsAtOnce(order, reach) >= minimum) return false;
    this.tellCancelled(order, isFok ? Reason.NotFilledWhole : Reason.MinimumNotFilled);
    return true;
  }

  /** What an order would fill if it came now: the matching, played through on paper. */
  private fillsAtOnce(taker: NaiveOrder, reach: Reach): number {
    const queue = this.queues[oppositeSide(taker.side)].map((order) => ({ ...order }));
    const isPrevented = taker.selfTrade !== SelfTrade.Allow;
    let open = taker.open;
    let filled = 0;
    while (open > 0) {
      const maker = queue.shift();
      if (maker === undefined || this.findStop(taker.side, reach, maker) !== undefined) break;
      const isOwn = maker.owner === taker.owner && isPrevented;
      const quantity = Math.min(open, isOwn ? maker.open : offered(maker));
      if (!isOwn && quantity < maker.open) {
        // An iceberg comes again behind the others that are shown at its price.
        const shown = Math.min(maker.display, maker.open - quantity);
        const later = queue.findIndex((one) => one.price !== maker.price || one.isHidden);
        const again = { ...maker, open: maker.open - quantity, shown };
        queue.splice(later < 0 ? queue.length : later, 0, again);
      }
      if (!isOwn) {
        filled += quantity;
        open -= quantity;
      } else if (taker.selfTrade === SelfTrade.Decrement) {
        open -= quantity;
      } else if (taker.selfTrade !== SelfTrade.CancelOldest) {
        break;
      }
    }
    return filled;
  }

  /** Why an order does not meet this one; `None`: its own limit is why. */
  private findStop(side: Side, reach: Reach, resting: NaiveOrder): Reason | undefined {
    const { price } = resting;
    const bound = side === Side.Bid ? this.highestTrade : this.lowestTrade;
    const isBeyondReach = !isAtLeastAsGood(side, reach.price, price);
    if (isBeyondReach && !reach.isCollar) return Reason.None;
    if (isBeyondReach && isAtLeastAsGood(side, bound, reach.price)) return Reason.CollarReached;
    const isBounded = price < this.lowestTrade || price > this.highestTrade;
    if (isBounded) return Reason.VolatilityPause;
    return isBeyondReach ? Reason.CollarReached : undefined;
  }

  /** Answers why it stopped; undefined where nothing is left of it, or of the other side. */
  protected meet(taker: NaiveOrder, reach: Reach): Reason | undefined {
    const queue = this.queues[oppositeSide(taker.side)];
    while (taker.open > 0) {
      const maker = queue[0];
      if (maker === undefined) return undefined;
      const stop = this.findStop(taker.side, reach, maker);
      if (stop !== undefined) {
        this.wasBounded = stop === Reason.VolatilityPause;
        return stop;
      }
      if (maker.owner === taker.owner && taker.selfTrade !== SelfTrade.Allow) {
        this.avoidSelfTrade(taker, maker);
      } else {
        this.trade(taker, maker);
      }
    }
    return undefined;
  }

  private trade(taker: NaiveOrder, maker: NaiveOrder): void {
    const quantity = Math.min(taker.open, offered(maker));
    taker.open -= quantity;
    taker.filled += quantity;
    this.events.traded(
      taker.side,
      maker.price,
      quantity,
      maker.orderId,
      maker.owner,
      maker.open - quantity,
      taker.orderId,
      taker.owner,
      taker.open,
    );
    this.afterFill(maker, quantity);
  }

  private avoidSelfTrade(taker: NaiveOrder, maker: NaiveOrder): void {
    switch (taker.selfTrade) {
      case SelfTrade.CancelNewest:
        this.endSelfTrade(taker);
        break;
      case SelfTrade.CancelOldest:
        this.endSelfTrade(maker);
        break;
      case SelfTrade.CancelBoth:
        this.endSelfTrade(maker);
        this.endSelfTrade(taker);
        break;
      default: {
        const smaller = Math.min(taker.open, maker.open);
        for (const order of [maker, taker]) {
          if (order.open === smaller) {
            this.endSelfTrade(order);
            continue;
          }
          const { orderId, owner, side, price, open } = order;
          this.events.replaced(orderId, owner, side, price, open - smaller, true);
          this.reduce(order, open - smaller);
        }
      }
    }
  }

  /** Cancels what is left of an order, whether it rests or is coming in. */
  private endSelfTrade(order: NaiveOrder): void {
    this.tellCancelled(order, Reason.SelfTradePrevented);
    if (this.queues[order.side].includes(order)) this.leave(order);
    order.open = 0;
  }

  protected tellCancelled(order: NaiveOrder, reason: Reason): void {
    const { orderId, owner, side, price, open } = order;
    this.events.cancelled(orderId, owner, side, price, open, reason);
  }
}

/** What can be had of a resting order at once. */
function offered({ isHidden, open, shown }: NaiveOrder): number {
  return isHidden ? open : shown;
}
