/** The oracle: an order book of plain arrays and objects, written from the rules and obviously right. */

import { Side } from '../../feed/index.ts';
import {
  MAX_ICEBERG_PARTS,
  type OrderConditions,
  PostOnly,
  Reason,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import type { BookContents, BookEvents, BookOrder, OrderBook } from './book.ts';

interface NaiveOrder {
  readonly orderId: number;
  readonly owner: number;
  readonly side: Side;
  readonly postOnly: PostOnly;
  readonly selfTrade: SelfTrade;
  /** Lots that an iceberg shows at a time; 0 for every other order. */
  readonly display: number;
  price: number;
  open: number;
  /** Lots that are shown while it rests. */
  shown: number;
  filled: number;
}

/** What naive books of one market share: who is open anywhere, and how many may be. */
export class NaiveMemory {
  readonly openIds = new Set<number>();
  readonly maxOrders: number;

  constructor(maxOrders: number) {
    this.maxOrders = maxOrders;
  }
}

const MAX = Number.MAX_SAFE_INTEGER;
const SELF_TRADE = new Set<number>(Object.values(SelfTrade));
const POST_ONLY = new Set<number>(Object.values(PostOnly));
const TIMES_IN_FORCE = new Set<number>([TimeInForce.Gtc, TimeInForce.Ioc, TimeInForce.Fok]);

export class NaiveBook implements OrderBook, BookContents {
  /** The open orders of each side in order of priority: first by price, then by arrival. */
  private readonly queues: [bids: NaiveOrder[], asks: NaiveOrder[]] = [[], []];
  /** Levels that the running command touched, in order of first touch. */
  private touched: { side: Side; price: number }[] = [];
  private lowestPrice = -MAX;
  private highestPrice = MAX;
  private readonly memory: NaiveMemory;
  private readonly events: BookEvents;

  constructor(memory: NaiveMemory, events: BookEvents) {
    this.memory = memory;
    this.events = events;
  }

  setPriceBand(lowest: number, highest: number): void {
    this.lowestPrice = lowest;
    this.highestPrice = highest;
  }

  readonly wasBounded = false;
  readonly isCrossed = false;

  setTradeBounds(): void {
    throw new Error('not yet');
  }

  setMatching(): void {
    throw new Error('not yet');
  }

  uncross(): void {
    throw new Error('not yet');
  }

  move(): Reason {
    throw new Error('not yet');
  }

  park(): Reason {
    throw new Error('not yet');
  }

  unpark(): Reason {
    throw new Error('not yet');
  }

  forEachHidden(): void {
    throw new Error('not yet');
  }

  forEachOpen(): void {
    throw new Error('not yet');
  }

  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions: OrderConditions = {},
  ): Reason {
    const { minimumQuantity = 0, postOnly = PostOnly.Off } = conditions;
    const { selfTrade = SelfTrade.Allow, displayQuantity = 0 } = conditions;
    if (!isWhole(orderId, 1) || !isOwner(owner)) return Reason.BadField;
    if (side !== Side.Bid && side !== Side.Ask) return Reason.BadField;
    if (!TIMES_IN_FORCE.has(timeInForce)) return Reason.BadField;
    if (!isWhole(quantity, 1)) return Reason.BadQuantity;
    if (!isWhole(price, -MAX)) return Reason.BadPrice;
    if (!POST_ONLY.has(postOnly) || !SELF_TRADE.has(selfTrade)) return Reason.BadField;
    if (!isWhole(minimumQuantity, 0) || minimumQuantity > quantity) return Reason.BadQuantity;
    if (!isWhole(displayQuantity, 0) || displayQuantity > quantity) return Reason.BadQuantity;
    if (hasTooManyParts(quantity, displayQuantity)) return Reason.BadQuantity;
    if (displayQuantity > 0 && timeInForce !== TimeInForce.Gtc) return Reason.ConditionsConflict;
    if (postOnly !== PostOnly.Off) {
      if (timeInForce !== TimeInForce.Gtc) return Reason.ConditionsConflict;
      if (minimumQuantity > 0) return Reason.ConditionsConflict;
    }
    if (this.memory.openIds.has(orderId)) return Reason.DuplicateOrderId;
    const slid = this.passivePrice(side, withoutMinusZero(price), postOnly);
    if (slid === undefined) return Reason.PostOnlyWouldTrade;
    if (timeInForce === TimeInForce.Gtc) {
      if (this.memory.openIds.size >= this.memory.maxOrders) return Reason.TooManyOrders;
      const coming = displayQuantity > 0 ? displayQuantity : quantity;
      if (this.shownAt(side, slid) + BigInt(coming) > BigInt(MAX)) return Reason.LevelFull;
    }

    const order = {
      orderId,
      owner,
      side,
      postOnly,
      selfTrade,
      display: displayQuantity,
      price: withoutMinusZero(price),
      open: quantity,
      shown: 0,
      filled: 0,
    };
    this.events.accepted(orderId, owner, side, order.price, quantity);
    if (slid !== order.price) {
      order.price = slid;
      this.events.replaced(orderId, owner, side, slid, quantity, false);
    }
    const crosses = (resting: NaiveOrder) => isAtLeastAsGood(side, order.price, resting.price);
    if (this.endsUnfilled(order, crosses, timeInForce, minimumQuantity)) return Reason.None;
    this.match(order, crosses);
    if (order.open > 0 && timeInForce !== TimeInForce.Gtc) {
      const { price, open } = order;
      this.events.cancelled(orderId, owner, side, price, open, Reason.ImmediateRemainder);
    } else if (order.open > 0) {
      this.memory.openIds.add(orderId);
      this.rest(order);
    }
    this.tellTouched(order);
    return Reason.None;
  }

  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce: TimeInForce = TimeInForce.Gtc,
    conditions: OrderConditions = {},
  ): Reason {
    const { minimumQuantity = 0, postOnly = PostOnly.Off } = conditions;
    const { selfTrade = SelfTrade.Allow, displayQuantity = 0 } = conditions;
    if (!isWhole(orderId, 1) || !isOwner(owner)) return Reason.BadField;
    if (side !== Side.Bid && side !== Side.Ask) return Reason.BadField;
    if (!TIMES_IN_FORCE.has(timeInForce)) return Reason.BadField;
    if (!isWhole(quantity, 1)) return Reason.BadQuantity;
    if (!POST_ONLY.has(postOnly) || !SELF_TRADE.has(selfTrade)) return Reason.BadField;
    if (!isWhole(minimumQuantity, 0) || minimumQuantity > quantity) return Reason.BadQuantity;
    if (!isWhole(displayQuantity, 0) || displayQuantity > quantity) return Reason.BadQuantity;
    if (hasTooManyParts(quantity, displayQuantity)) return Reason.BadQuantity;
    if (postOnly !== PostOnly.Off || displayQuantity > 0) return Reason.ConditionsConflict;
    if (this.memory.openIds.has(orderId)) return Reason.DuplicateOrderId;

    const order = {
      orderId,
      owner,
      side,
      postOnly,
      selfTrade,
      display: 0,
      shown: 0,
      price: 0,
      open: quantity,
      filled: 0,
    };
    this.events.accepted(orderId, owner, side, 0, quantity);
    if (this.endsUnfilled(order, () => true, timeInForce, minimumQuantity)) return Reason.None;
    this.match(order, () => true);
    if (order.open > 0) {
      this.events.cancelled(orderId, owner, side, 0, order.open, Reason.NoLiquidity);
    }
    this.tellTouched();
    return Reason.None;
  }

  cancel(orderId: number): Reason {
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    const { owner, side, price, open } = order;
    this.leave(order);
    this.memory.openIds.delete(orderId);
    this.events.cancelled(orderId, owner, side, price, open, Reason.ByRequest);
    this.events.reduced(orderId, 0);
    this.tellTouched();
    return Reason.None;
  }

  modify(orderId: number, price: number, quantity: number): Reason {
    if (!isWhole(quantity, 1)) return Reason.BadQuantity;
    if (!isWhole(price, -MAX)) return Reason.BadPrice;
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (quantity <= order.filled) return Reason.QuantityAlreadyFilled;
    const open = quantity - order.filled;
    if (price !== order.price || open >= order.open) return this.reenter(order, price, open);
    const isShown = this.reduce(order, open);
    this.events.replaced(orderId, order.owner, order.side, order.price, open, true);
    if (isShown) {
      this.events.reduced(orderId, order.shown);
      this.touch(order.side, order.price);
    }
    this.tellTouched();
    return Reason.None;
  }

  replace(orderId: number, price: number, quantity: number): Reason {
    if (!isWhole(quantity, 1)) return Reason.BadQuantity;
    if (!isWhole(price, -MAX)) return Reason.BadPrice;
    const order = this.findOrder(orderId);
    if (order === undefined) return Reason.UnknownOrder;
    if (BigInt(order.filled) + BigInt(quantity) > BigInt(MAX)) return Reason.BadQuantity;
    return this.reenter(order, price, quantity);
  }

  get orderCount(): number {
    return this.queues[Side.Bid].length + this.queues[Side.Ask].length;
  }

  bestPrice(side: Side): number | undefined {
    return this.queues[side][0]?.price;
  }

  levelCount(side: Side): number {
    return this.prices(side).length;
  }

  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void {
    for (const price of this.prices(side)) {
      const orders = this.ordersAt(side, price);
      visit(price, Number(this.shownAt(side, price)), orders.length);
    }
  }

  orderOf(orderId: number): BookOrder | undefined {
    const order = this.findOrder(orderId);
    if (order === undefined) return undefined;
    const { side, price, open, filled } = order;
    return { side, price, open, filled };
  }

  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number, hidden: number) => void,
  ): void {
    for (const order of this.ordersAt(side, price)) {
      const { orderId, owner, open, shown, filled } = order;
      visit(orderId, owner, shown, filled, open - shown);
    }
  }

  /** Cancels an order whole when what must fill at once cannot. */
  private endsUnfilled(
    order: NaiveOrder,
    crosses: (resting: NaiveOrder) => boolean,
    timeInForce: TimeInForce,
    minimumQuantity: number,
  ): boolean {
    const { orderId, owner, side, price, open } = order;
    const isFok = timeInForce === TimeInForce.Fok;
    const minimum = isFok ? open : minimumQuantity;
    if (minimum === 0) return false;
    if (this.fillsAtOnce(order, crosses) >= minimum) return false;
    const reason = isFok ? Reason.NotFilledWhole : Reason.MinimumNotFilled;
    this.events.cancelled(orderId, owner, side, price, open, reason);
    return true;
  }

  /** What an order would fill if it came now: the matching, played through on paper. */
  private fillsAtOnce(taker: NaiveOrder, crosses: (resting: NaiveOrder) => boolean): number {
    const otherSide = taker.side === Side.Bid ? Side.Ask : Side.Bid;
    const queue = this.queues[otherSide].filter(crosses).map((order) => ({ ...order }));
    let open = taker.open;
    let filled = 0;
    while (open > 0) {
      const maker = queue.shift();
      if (maker === undefined) break;
      const isOwn = maker.owner === taker.owner && taker.selfTrade !== SelfTrade.Allow;
      const quantity = Math.min(open, isOwn ? maker.open : maker.shown);
      if (!isOwn && quantity < maker.open) {
        // An iceberg comes again behind the others of its price.
        const shown = Math.min(maker.display, maker.open - quantity);
        const worse = queue.findIndex(({ price }) => price !== maker.price);
        const again = { ...maker, open: maker.open - quantity, shown };
        queue.splice(worse < 0 ? queue.length : worse, 0, again);
      }
      if (maker.owner !== taker.owner || taker.selfTrade === SelfTrade.Allow) {
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

  private avoidSelfTrade(taker: NaiveOrder, maker: NaiveOrder): void {
    const smaller = Math.min(taker.open, maker.open);
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
      default:
        for (const order of [maker, taker]) {
          if (order.open === smaller) {
            this.endSelfTrade(order);
            continue;
          }
          const { orderId, owner, side, price } = order;
          const isShown = this.reduce(order, order.open - smaller);
          this.events.replaced(orderId, owner, side, price, order.open, true);
          if (order === maker && isShown) {
            this.events.reduced(orderId, order.shown);
            this.touch(side, price);
          }
        }
    }
  }

  /** Cancels what is left of an order, whether it rests or is coming in. */
  private endSelfTrade(order: NaiveOrder): void {
    const { orderId, owner, side, price, open } = order;
    this.events.cancelled(orderId, owner, side, price, open, Reason.SelfTradePrevented);
    if (this.queues[side].includes(order)) {
      this.events.reduced(orderId, 0);
      this.leave(order);
      this.memory.openIds.delete(orderId);
    }
    order.open = 0;
  }

  private match(taker: NaiveOrder, crosses: (resting: NaiveOrder) => boolean): void {
    const otherSide = taker.side === Side.Bid ? Side.Ask : Side.Bid;
    const queue = this.queues[otherSide];
    while (taker.open > 0) {
      const maker = queue[0];
      if (maker === undefined || !crosses(maker)) return;
      if (maker.owner === taker.owner && taker.selfTrade !== SelfTrade.Allow) {
        this.avoidSelfTrade(taker, maker);
        continue;
      }
      const quantity = Math.min(taker.open, maker.shown);
      taker.open -= quantity;
      taker.filled += quantity;
      maker.open -= quantity;
      maker.shown -= quantity;
      maker.filled += quantity;
      this.touch(otherSide, maker.price);
      this.events.traded(
        taker.side,
        maker.price,
        quantity,
        maker.orderId,
        maker.owner,
        maker.open,
        taker.orderId,
        taker.owner,
        taker.open,
      );
      this.events.reduced(maker.orderId, maker.shown);
      if (maker.shown === 0) queue.shift();
      if (maker.open === 0) this.memory.openIds.delete(maker.orderId);
      else if (maker.shown === 0) this.showNextPart(maker);
    }
  }

  /** Where an order may go: post-only ones not where they would trade. Undefined: nowhere. */
  private passivePrice(side: Side, price: number, postOnly: PostOnly): number | undefined {
    const best = this.bestPrice(side === Side.Bid ? Side.Ask : Side.Bid);
    if (postOnly === PostOnly.Off || best === undefined) return price;
    if (!isAtLeastAsGood(side, price, best)) return price;
    if (postOnly === PostOnly.Reject) return undefined;
    const slid = withoutMinusZero(side === Side.Bid ? best - 1 : best + 1);
    return slid >= this.lowestPrice && slid <= this.highestPrice ? slid : undefined;
  }

  /** The order leaves its place and comes in again as a new one would. */
  private reenter(order: NaiveOrder, wantedPrice: number, open: number): Reason {
    if (hasTooManyParts(open, order.display)) return Reason.BadQuantity;
    const wanted = withoutMinusZero(wantedPrice);
    const price = this.passivePrice(order.side, wanted, order.postOnly);
    if (price === undefined) return Reason.PostOnlyWouldTrade;
    const ownPart = price === order.price ? BigInt(order.shown) : 0n;
    const coming = order.display > 0 ? Math.min(order.display, open) : open;
    if (this.shownAt(order.side, price) - ownPart + BigInt(coming) > BigInt(MAX)) {
      return Reason.LevelFull;
    }
    this.leave(order);
    order.price = price;
    order.open = open;
    this.events.replaced(order.orderId, order.owner, order.side, order.price, open, false);
    this.events.reduced(order.orderId, 0);
    this.match(order, (resting) => isAtLeastAsGood(order.side, order.price, resting.price));
    if (order.open > 0) this.rest(order);
    else this.memory.openIds.delete(order.orderId);
    this.tellTouched(order);
    return Reason.None;
  }

  private rest(order: NaiveOrder): void {
    order.shown = order.display > 0 ? Math.min(order.display, order.open) : order.open;
    this.enqueue(order);
    this.touch(order.side, order.price);
  }

  /** An iceberg, out of its queue, whose shown part has filled. */
  private showNextPart(order: NaiveOrder): void {
    const room = MAX - Number(this.shownAt(order.side, order.price));
    order.shown = Math.min(order.display, order.open, room);
    this.enqueue(order);
    this.events.rested(order.orderId, order.side, order.price, order.shown);
  }

  /** Less is open; what is not shown goes first. Answers whether less is shown. */
  private reduce(order: NaiveOrder, open: number): boolean {
    const shown = Math.min(order.shown, open);
    const isLess = shown < order.shown;
    order.open = open;
    order.shown = shown;
    return isLess;
  }

  /** Behind every order that is as good or better. */
  private enqueue(order: NaiveOrder): void {
    const queue = this.queues[order.side];
    const worse = queue.findIndex(
      (other) => !isAtLeastAsGood(order.side, other.price, order.price),
    );
    queue.splice(worse < 0 ? queue.length : worse, 0, order);
  }

  private leave(order: NaiveOrder): void {
    const queue = this.queues[order.side];
    queue.splice(queue.indexOf(order), 1);
    this.touch(order.side, order.price);
  }

  private findOrder(orderId: number): NaiveOrder | undefined {
    return this.queues.flat().find((order) => order.orderId === orderId);
  }

  private ordersAt(side: Side, price: number): NaiveOrder[] {
    return this.queues[side].filter((order) => order.price === price);
  }

  /** A sum of quantities may pass 2^53, where only a BigInt is exact. */
  private shownAt(side: Side, price: number): bigint {
    return this.ordersAt(side, price).reduce((sum, order) => sum + BigInt(order.shown), 0n);
  }

  /** Each price once, best first. */
  private prices(side: Side): number[] {
    return [...new Set(this.queues[side].map((order) => order.price))];
  }

  private touch(side: Side, price: number): void {
    if (!this.touched.some((level) => level.side === side && level.price === price)) {
      this.touched.push({ side, price });
    }
  }

  /** `came` is the order that may have come to rest. */
  private tellTouched(came?: NaiveOrder): void {
    for (const { side, price } of this.touched) {
      if (came?.side === side && came.price === price && this.queues[side].includes(came)) {
        this.events.rested(came.orderId, side, price, came.shown);
      }
      const quantity = Number(this.shownAt(side, price));
      this.events.levelChanged(side, price, quantity, this.ordersAt(side, price).length);
    }
    this.touched = [];
  }
}

/** As seen from this side: a higher bid and a lower ask are better. */
function isAtLeastAsGood(side: Side, price: number, than: number): boolean {
  return side === Side.Bid ? price >= than : price <= than;
}

function isWhole(value: number, lowest: number): boolean {
  return Number.isSafeInteger(value) && value >= lowest;
}

function hasTooManyParts(quantity: number, display: number): boolean {
  return display > 0 && BigInt(quantity) > BigInt(display) * BigInt(MAX_ICEBERG_PARTS);
}

function isOwner(value: number): boolean {
  return isWhole(value, 0) && value < 2 ** 32;
}

function withoutMinusZero(price: number): number {
  return price === 0 ? 0 : price;
}
