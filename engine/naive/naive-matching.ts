/** How an order that comes meets the book: "Priority", "Self-trade prevention", "Protection". */

import { oppositeSide, Side } from '../../feed/index.ts';
import { OrderType, PostOnly, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { afterTrade, endLinks } from './naive-triggers.ts';
import type { NaiveWorld } from './naive-world.ts';

const { Market, Stop, StopLimit, TrailingStop, Pegged } = OrderType;

/** Also of a stop, once it is elected. */
export function isMarketOrder({ orderType }: NaiveOrder): boolean {
  return orderType === Market || orderType === Stop || orderType === TrailingStop;
}

export function isStop(orderType: OrderType): boolean {
  return orderType === Stop || orderType === StopLimit || orderType === TrailingStop;
}

export function mayRest(timeInForce: TimeInForce): boolean {
  return timeInForce !== TimeInForce.Ioc && timeInForce !== TimeInForce.Fok;
}

/** As seen from this side: a higher bid and a lower ask are better. */
export function isAtLeastAsGood(side: Side, price: number, than: number): boolean {
  return side === Side.Bid ? price >= than : price <= than;
}

/**
 * Where an order of this price may go; a post-only order not where it would trade. Undefined: it is
 * refused.
 */
export function passivePrice(
  world: NaiveWorld,
  { instrument, side, postOnly }: NaiveOrder,
  price: number,
): number | undefined {
  const best = world.best(instrument, oppositeSide(side));
  if (postOnly === PostOnly.Off || best === undefined) return price;
  if (!isAtLeastAsGood(side, price, best)) return price;
  world.saw(postOnly === PostOnly.Reject ? 'post-only is refused' : 'post-only slides');
  if (postOnly === PostOnly.Reject) return undefined;
  const slid = side === Side.Bid ? best - 1 : best + 1;
  const isInBand = slid >= instrument.lowestPrice && slid <= instrument.highestPrice;
  return isInBand ? slid : undefined;
}

/** What it would show, or hide, when it rests. */
export function lotsThatRest(order: NaiveOrder, open: number): number {
  if (order.isHidden || order.displayQuantity === 0) return open;
  return Math.min(order.displayQuantity, open);
}

/** Refusals of the book for an order that enters as a new one does, once its terms are right. */
export function refusalToEnter(world: NaiveWorld, order: NaiveOrder): Reason {
  if (isMarketOrder(order)) return Reason.None;
  const price = passivePrice(world, order, order.price);
  if (price === undefined) return Reason.PostOnlyWouldTrade;
  if (!mayRest(order.timeInForce)) return Reason.None;
  if (world.isFull(order, price, lotsThatRest(order, order.open))) return Reason.LevelFull;
  return Reason.None;
}

/** A new or elected order that the book does not refuse. */
export function enter(world: NaiveWorld, order: NaiveOrder): void {
  const slid = isMarketOrder(order) ? order.price : passivePrice(world, order, order.price);
  if (slid !== undefined && slid !== order.price) {
    order.price = slid;
    world.report('replaced', order, slid, order.open, false);
  }
  const isFok = order.timeInForce === TimeInForce.Fok;
  const minimum = isFok ? order.open : Math.min(order.minimumQuantity, order.open);
  if (minimum > 0) {
    world.saw(isFok ? 'fill-or-kill' : 'minimum quantity');
    const paper = world.onPaper(order);
    match(paper.world, paper.order);
    if (paper.order.filled < minimum) {
      if (paper.order.instrument.mustPause) world.saw('a bound leaves a minimum unfilled');
      world.saw(isFok ? 'fill-or-kill is not filled' : 'minimum quantity is not filled');
      world.end(order, isFok ? Reason.NotFilledWhole : Reason.MinimumNotFilled);
      return;
    }
  }
  matchAndRest(world, order);
}

/** An order that has its price meets the other side, and rests if it may. */
export function matchAndRest(world: NaiveWorld, order: NaiveOrder): void {
  const stopped = match(world, order);
  if (order.open > 0) {
    if (!isMarketOrder(order) && mayRest(order.timeInForce)) world.rest(order);
    else {
      const empty = isMarketOrder(order) ? Reason.NoLiquidity : Reason.ImmediateRemainder;
      world.end(order, stopped ?? empty);
    }
  }
  world.tellTouched(order);
}

/** Returns why it stopped before the other side was exhausted, if a bound is why. */
function match(world: NaiveWorld, taker: NaiveOrder): Reason | undefined {
  const { instrument, side } = taker;
  while (taker.open > 0) {
    const maker = world.queue(instrument, oppositeSide(side))[0];
    if (maker === undefined) return undefined;
    if (!isMarketOrder(taker) && !isAtLeastAsGood(side, taker.price, maker.price)) return undefined;
    const bound = boundBefore(taker, maker.price);
    if (bound !== undefined) {
      world.saw(bound === Reason.CollarReached ? 'the collar is reached' : 'the bound is met');
      if (bound === Reason.VolatilityPause) instrument.mustPause = true;
      return bound;
    }
    if (maker.owner === taker.owner && taker.selfTrade !== SelfTrade.Allow) {
      avoidSelfTrade(world, taker, maker);
    } else {
      tradeWithMaker(world, taker, maker);
    }
  }
  return undefined;
}

/** Whether the order is stopped before it meets one at this price. */
function boundBefore(order: NaiveOrder, price: number): Reason | undefined {
  const { referencePrice, collarTicks, pauseTicks, pauseMs } = order.instrument;
  if (referencePrice === undefined) return undefined;
  const worse = order.side === Side.Bid ? price - referencePrice : referencePrice - price;
  const isBeyondCollar = isMarketOrder(order) && collarTicks > 0 && worse > collarTicks;
  const canPause = pauseTicks > 0 && pauseMs > 0;
  const isBeyondPause = canPause && Math.abs(price - referencePrice) > pauseTicks;
  if (isBeyondCollar && !(isBeyondPause && pauseTicks < collarTicks)) return Reason.CollarReached;
  return isBeyondPause ? Reason.VolatilityPause : undefined;
}

function tradeWithMaker(world: NaiveWorld, taker: NaiveOrder, maker: NaiveOrder): void {
  const { instrument, side } = taker;
  const quantity = Math.min(taker.open, maker.isHidden ? maker.open : maker.shown);
  if (maker.isHidden) world.saw('a hidden order trades');
  fill(taker, quantity);
  fill(maker, quantity);
  world.tellTrade(instrument, side, maker.price, quantity, maker.orderId);
  const tradeId = world.lastTradeId;
  const { price } = maker;
  const other = oppositeSide(side);
  world.report('filled', taker, tradeId, side, price, quantity, taker.open, true);
  world.report('filled', maker, tradeId, other, price, quantity, maker.open, false);
  endLinks(world, [maker, taker]);
  stayOrGo(world, maker);
  afterTrade(world, instrument, price, [taker, maker]);
  if (taker.open === 0) world.end(taker, undefined);
}

function fill(order: NaiveOrder, quantity: number): void {
  order.open -= quantity;
  order.filled += quantity;
  if (order.place === 'resting' && !order.isHidden) order.shown -= quantity;
}

/** What becomes of a resting order that has just filled. */
export function stayOrGo(world: NaiveWorld, order: NaiveOrder): void {
  if (!order.isHidden) {
    world.touch(order.instrument, order.side, order.price);
    world.tellStream('reduced', order.instrument, order.orderId, order.shown);
    if (order.open > 0 && order.shown === 0) {
      world.saw('an iceberg shows its next part');
      world.showNextPart(order);
    }
  }
  if (order.open === 0) world.end(order, undefined);
}

function avoidSelfTrade(world: NaiveWorld, taker: NaiveOrder, maker: NaiveOrder): void {
  world.sawOf('self-trade prevention:', SelfTrade, taker.selfTrade);
  const { SelfTradePrevented } = Reason;
  switch (taker.selfTrade) {
    case SelfTrade.CancelNewest:
      world.end(taker, SelfTradePrevented);
      break;
    case SelfTrade.CancelOldest:
      world.end(maker, SelfTradePrevented);
      break;
    case SelfTrade.CancelBoth:
      world.end(maker, SelfTradePrevented);
      world.end(taker, SelfTradePrevented);
      break;
    default: {
      const smaller = Math.min(taker.open, maker.open);
      for (const order of [maker, taker]) {
        if (order.open === smaller) world.end(order, SelfTradePrevented);
        else shrink(world, order, order.open - smaller);
      }
    }
  }
}

/** Less is open, in the same place; what is not shown goes first. */
export function shrink(world: NaiveWorld, order: NaiveOrder, open: number): void {
  order.open = open;
  // A pegged order is told with its limit.
  const price = order.orderType === Pegged ? order.limit : order.price;
  world.report('replaced', order, price, open, true);
  if (order.shown <= open) return;
  order.shown = open;
  world.tellStream('reduced', order.instrument, order.orderId, open);
  world.touch(order.instrument, order.side, order.price);
}

/** Whether a limit is further from the reference price than the collar allows. */
export function isOutsideCollar(instrument: NaiveInstrument, side: Side, price: number): boolean {
  const { referencePrice, collarTicks } = instrument;
  if (referencePrice === undefined || collarTicks === 0) return false;
  return side === Side.Bid
    ? price > referencePrice + collarTicks
    : price < referencePrice - collarTicks;
}
