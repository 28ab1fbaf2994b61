/** "Uncross": at which price most lots trade, and how they do. */

import { Aggressor, Side } from '../../feed/index.ts';
import { stayOrGo } from './naive-matching.ts';
import type { NaiveCrossing, NaiveInstrument, NaiveOrder } from './naive-state.ts';
import { afterTrade, endLinks } from './naive-triggers.ts';
import type { NaiveWorld } from './naive-world.ts';

const MAX = BigInt(Number.MAX_SAFE_INTEGER);

export const NOTHING_CROSSES: NaiveCrossing = {
  price: 0,
  volume: 0,
  imbalance: 0,
  side: Side.Bid,
};

/** What would be bought and sold at a price. */
interface Candidate {
  readonly price: number;
  readonly buys: bigint;
  readonly sells: bigint;
  readonly volume: bigint;
  readonly imbalance: bigint;
}

/** What an uncross would do now. */
export function findCrossing(world: NaiveWorld, instrument: NaiveInstrument): NaiveCrossing {
  const bids = world.queue(instrument, Side.Bid);
  const asks = world.queue(instrument, Side.Ask);
  // What is bought and sold changes at the prices of orders only: just before one, at it, or just
  // behind it. So the first and the last of the best prices are among these.
  const prices = [...bids, ...asks].flatMap(({ price }) => [price - 1, price, price + 1]);
  let best: Candidate[] = [];
  for (const price of new Set(prices)) {
    const candidate = candidateAt(price, bids, asks);
    const order = best[0] === undefined ? -1 : compare(candidate, best[0]);
    if (order < 0) best = [candidate];
    else if (order === 0) best.push(candidate);
  }
  if (best[0] === undefined || best[0].volume === 0n) return NOTHING_CROSSES;
  const lowest = Math.min(...best.map(({ price }) => price));
  const highest = Math.max(...best.map(({ price }) => price));
  if (lowest < highest) world.saw('an uncross has several best prices');
  const price = nearest(instrument.referencePrice, lowest, highest);
  const { buys, sells, volume, imbalance } = candidateAt(price, bids, asks);
  const side = sells > buys ? Side.Ask : Side.Bid;
  return { price, volume: Number(volume), imbalance: Number(imbalance), side };
}

function candidateAt(
  price: number,
  bids: readonly NaiveOrder[],
  asks: readonly NaiveOrder[],
): Candidate {
  const buys = sumOf(bids.filter((bid) => bid.price >= price));
  const sells = sumOf(asks.filter((ask) => ask.price <= price));
  const volume = buys < sells ? buys : sells;
  const imbalance = buys < sells ? sells - buys : buys - sells;
  return { price, buys, sells, volume, imbalance };
}

/** Below 0 where the first is the better price. */
function compare(a: Candidate, b: Candidate): number {
  if (a.volume !== b.volume) return a.volume > b.volume ? -1 : 1;
  if (a.imbalance !== b.imbalance) return a.imbalance < b.imbalance ? -1 : 1;
  return 0;
}

function nearest(reference: number | undefined, lowest: number, highest: number): number {
  if (reference !== undefined) return Math.max(lowest, Math.min(highest, reference));
  const sum = BigInt(lowest) + BigInt(highest);
  // Half, rounded down, below 0 as well.
  return Number((sum - (((sum % 2n) + 2n) % 2n)) / 2n);
}

function sumOf(orders: readonly NaiveOrder[]): bigint {
  const sum = orders.reduce((total, { open }) => total + BigInt(open), 0n);
  return sum < MAX ? sum : MAX;
}

/** Trades all that crosses; again where sums that were cut have hidden some of it. */
export function uncross(world: NaiveWorld, instrument: NaiveInstrument): void {
  for (;;) {
    const { price, volume } = findCrossing(world, instrument);
    if (volume === 0) return;
    world.saw('an uncross');
    uncrossAt(world, instrument, price);
  }
}

function uncrossAt(world: NaiveWorld, instrument: NaiveInstrument, price: number): void {
  for (;;) {
    const bid = world.queue(instrument, Side.Bid)[0];
    const ask = world.queue(instrument, Side.Ask)[0];
    if (bid === undefined || bid.price < price) break;
    if (ask === undefined || ask.price > price) break;
    if (bid.owner === ask.owner) world.saw('an owner meets itself in an uncross');
    tradeCrossed(world, price, bid, ask);
  }
  world.tellTouched();
}

function tradeCrossed(world: NaiveWorld, price: number, bid: NaiveOrder, ask: NaiveOrder): void {
  const { instrument } = bid;
  const quantity = Math.min(offered(bid), offered(ask));
  for (const order of [bid, ask]) {
    order.open -= quantity;
    order.filled += quantity;
    if (!order.isHidden) order.shown -= quantity;
  }
  world.tellTrade(instrument, Aggressor.None, price, quantity, bid.orderId);
  const tradeId = world.lastTradeId;
  world.report('filled', bid, tradeId, Side.Bid, price, quantity, bid.open, false);
  world.report('filled', ask, tradeId, Side.Ask, price, quantity, ask.open, false);
  endLinks(world, [bid, ask]);
  stayOrGo(world, bid);
  stayOrGo(world, ask);
  afterTrade(world, instrument, price, [bid, ask]);
}

/** What it shows, or all of a hidden order. */
function offered(order: NaiveOrder): number {
  return order.isHidden ? order.open : order.shown;
}
