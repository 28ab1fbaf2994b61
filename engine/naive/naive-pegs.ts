/** Pegged orders: where they stand, and how they follow the best shown prices. */

import { Side, TradingStatus } from '../../feed/index.ts';
import { OrderType, PegTo } from '../protocol/index.ts';
import { matchAndRest } from './naive-matching.ts';
import type { NaiveInstrument, NaiveOrder } from './naive-state.ts';
import type { NaiveWorld } from './naive-world.ts';

interface Best {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

export function bestShown(world: NaiveWorld, instrument: NaiveInstrument): Best {
  return {
    bid: world.bestShown(instrument, Side.Bid),
    ask: world.bestShown(instrument, Side.Ask),
  };
}

/** Where the order belongs; undefined: it is parked. */
export function pegPrice(
  { instrument, side, pegTo, pegOffset, limit }: NaiveOrder,
  { bid, ask }: Best,
): number | undefined {
  if (instrument.status !== TradingStatus.Continuous) return undefined;
  const own = side === Side.Bid ? bid : ask;
  if (own === undefined) return undefined;
  const toWorse = side === Side.Bid ? -1 : 1;
  let price = own + toWorse * pegOffset;
  if (pegTo === PegTo.Mid) {
    if (bid === undefined || ask === undefined) return undefined;
    const half = Math.floor((ask - bid) / 2);
    price = own - toWorse * half + toWorse * pegOffset;
  }
  price = side === Side.Bid ? Math.min(price, limit) : Math.max(price, limit);
  return price >= instrument.lowestPrice && price <= instrument.highestPrice ? price : undefined;
}

/** A new peg, or one that changes its place: it comes to the price that is right now. */
export function placePeg(world: NaiveWorld, order: NaiveOrder, best: Best): void {
  const price = pegPrice(order, best);
  world.leaveQueue(order);
  if (price === undefined || world.isFull(order, price, order.open)) {
    order.place = 'parked';
    return;
  }
  order.place = 'coming';
  order.price = price;
  matchAndRest(world, order);
}

function pegsOf(world: NaiveWorld, instrument: NaiveInstrument): NaiveOrder[] {
  return world
    .ordersOf(instrument)
    .filter(({ orderType }) => orderType === OrderType.Pegged)
    .sort((a, b) => a.waitsSince - b.waitsSince);
}

/** All pegs that are to follow now, in their order; none where nothing has changed. */
export function pegsToFollow(
  world: NaiveWorld,
  instrument: NaiveInstrument,
): { best: Best; pegs: NaiveOrder[] } | undefined {
  if (instrument.status !== TradingStatus.Continuous) return undefined;
  const best = bestShown(world, instrument);
  const before = instrument.pegsPricedBy;
  if (before !== undefined && before.bid === best.bid && before.ask === best.ask) return undefined;
  instrument.pegsPricedBy = best;
  return { best, pegs: pegsOf(world, instrument) };
}

export function followPeg(world: NaiveWorld, order: NaiveOrder, best: Best): void {
  if (order.place === 'ended') return;
  const price = pegPrice(order, best);
  const isThere = order.place === 'resting' ? price === order.price : price === undefined;
  if (isThere) {
    if (price !== undefined) world.saw('a peg keeps its place');
    return;
  }
  if (price === undefined) world.saw('a peg is parked');
  else world.saw(order.place === 'parked' ? 'a peg returns' : 'a peg moves');
  const { filled } = order;
  placePeg(world, order, best);
  if (order.filled > filled) world.saw('a peg trades where it moves to');
}

/** The market is not continuous any more. */
export function parkPegs(world: NaiveWorld, instrument: NaiveInstrument): void {
  for (const order of pegsOf(world, instrument)) order.place = 'parked';
  instrument.pegsPricedBy = undefined;
}
