/** Stops and linked orders: what a trade brings about, and how elected orders enter the book. */

import { Side } from '../../feed/index.ts';
import { OrderType, Reason } from '../protocol/index.ts';
import { enter, isMarketOrder, isOutsideCollar, refusalToEnter } from './naive-matching.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import type { NaiveWorld } from './naive-world.ts';

/** Orders have filled, in this order: those that they are linked to are to be cancelled. */
export function endLinks(world: NaiveWorld, orders: readonly NaiveOrder[]): void {
  for (const order of orders) {
    if (order.linkedTo !== undefined) world.saw('a fill ends a link');
    world.endLink(order);
  }
}

/** A trade has happened: `told` as its owners heard of it. */
export function afterTrade(
  world: NaiveWorld,
  instrument: NaiveInstrument,
  price: number,
  told: readonly NaiveOrder[],
): void {
  instrument.lastTradePrice = price;
  instrument.hasTraded = true;
  const orders = told.map(({ owner, clientOrderId, orderId }) => ({
    owner,
    clientOrderId,
    orderId,
  }));
  world.trades.push({ tradeId: world.lastTradeId, instrument, orders, isBusted: false });
  world.trades = world.trades.slice(-world.limits.keptTrades);
  electReached(world, instrument, price);
  moveTrailingStops(world, instrument, price);
}

export function hasReached(side: Side, price: number, trigger: number | undefined): boolean {
  if (trigger === undefined) return false;
  return side === Side.Bid ? trigger <= price : trigger >= price;
}

function waitingStops(world: NaiveWorld, instrument: NaiveInstrument): NaiveOrder[] {
  return world.ordersOf(instrument).filter((order) => order.place === 'waiting');
}

/** Buys first, lowest trigger first; then sells, highest trigger first; oldest first. */
function electReached(world: NaiveWorld, instrument: NaiveInstrument, price: number): void {
  const reached = waitingStops(world, instrument)
    .filter((order) => hasReached(order.side, price, order.trigger))
    .sort(
      (a, b) =>
        a.side - b.side ||
        (a.side === Side.Bid ? triggerOf(a) - triggerOf(b) : triggerOf(b) - triggerOf(a)) ||
        a.waitsSince - b.waitsSince,
    );
  if (reached.length > 1) world.saw('a trade elects several stops');
  for (const order of reached) {
    world.sawOf('a trade elects a', OrderType, order.orderType);
    elect(world, order);
  }
}

function triggerOf({ trigger = 0 }: NaiveOrder): number {
  return trigger;
}

export function elect(world: NaiveWorld, order: NaiveOrder): void {
  order.place = 'elected';
  order.waitsSince = world.nextTurn();
  if (order.linkedTo !== undefined) world.saw('election ends a link');
  world.endLink(order);
}

/** Of a sell up, of a buy down, never back. */
function moveTrailingStops(world: NaiveWorld, instrument: NaiveInstrument, price: number): void {
  for (const order of waitingStops(world, instrument)) {
    if (order.orderType !== OrderType.TrailingStop) continue;
    const { side, trailBy, trigger } = order;
    const wanted = side === Side.Bid ? price + trailBy : price - trailBy;
    if (trigger === undefined) world.saw('the first trade gives a trigger');
    else if (side === Side.Bid ? wanted >= trigger : wanted <= trigger) continue;
    else world.saw('a trailing stop moves');
    order.trigger = wanted;
  }
}

/** A stop comes, new or changed: it waits, unless the last trade has reached its trigger already. */
export function wait(world: NaiveWorld, order: NaiveOrder): void {
  order.place = 'waiting';
  order.waitsSince = world.nextTurn();
  const last = order.instrument.lastTradePrice;
  if (last === undefined || !hasReached(order.side, last, order.trigger)) return;
  world.saw('a stop is elected when it comes');
  elect(world, order);
}

/** The order has been elected first of those that still wait to enter. */
export function nextElected(
  world: NaiveWorld,
  instrument: NaiveInstrument,
): NaiveOrder | undefined {
  return world
    .ordersOf(instrument)
    .filter((order) => order.place === 'elected')
    .sort((a, b) => a.waitsSince - b.waitsSince)[0];
}

/** An elected order enters the book as a market or a limit order. */
export function enterElected(world: NaiveWorld, order: NaiveOrder): void {
  order.place = 'coming';
  order.displayQuantity = Math.min(order.displayQuantity, order.open);
  world.report('triggered', order);
  const { instrument, side, price } = order;
  const isOutside = !isMarketOrder(order) && isOutsideCollar(instrument, side, price);
  const reason = isOutside ? Reason.PriceOutsideCollar : refusalToEnter(world, order);
  if (reason === Reason.None) {
    enter(world, order);
  } else {
    world.sawOf('an elected order is refused:', Reason, reason);
    world.end(order, reason);
  }
}

/** Cancels linked orders whose turn has come, in the order in which it came. */
export function cancelPartners(world: NaiveWorld): void {
  for (;;) {
    const partner = world.partners.shift();
    if (partner === undefined) return;
    if (partner.place === 'ended') {
      world.saw('a linked order ended before its turn');
      continue;
    }
    world.saw(`a linked order is cancelled while ${partner.place}`);
    world.end(partner, Reason.LinkedOrder);
    world.tellTouched();
  }
}
