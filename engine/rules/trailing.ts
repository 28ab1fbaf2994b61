/** The trailing stops of one side: their triggers follow the market together, and never turn back. */

import { Side } from '../../feed/index.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';

/**
 * Those that have seen the same best price: a trade that is better moves all their triggers at once.
 * Prices are kept as keys, which rise where triggers do: the price for a sell, its negative for a
 * buy. So a trigger's key is `seen - trailBy`, and the highest one is reached first.
 */
export class TrailingGroup {
  /** Key of the best price; -Infinity before any trade. */
  seen: number;
  readonly sign: 1 | -1;
  /** The shortest distance first, which is the highest trigger. */
  readonly orders = new OrderHeap('trigger', (a, b) =>
    a.trailBy === b.trailBy ? a.place < b.place : a.trailBy < b.trailBy,
  );
  /** The first to be reached of this group and of all below. */
  first: SpecialOrder | undefined;

  constructor(sign: 1 | -1, seen: number) {
    this.sign = sign;
    this.seen = seen;
  }

  /** The best price that they have seen. */
  get best(): number {
    return this.sign * this.seen + 0;
  }

  triggerOf({ trailBy }: SpecialOrder): number {
    return this.sign * (this.seen - trailBy) + 0;
  }
}

/**
 * ```
 *  groups, by what they have seen:   107: a b   105: c   104: d e    <- the top sees new prices first
 *                a trade at 106 --->  107: a b   106: c d e
 * ```
 * An order that waits longer has seen no less than a later one; so a trade moves groups from the top
 * only, and those that it moves become one. Each order changes its group O(log n) times, into the
 * larger one; a trade that moves none looks at one group, and one that moves all of them costs the
 * same when it is one group already.
 */
export class TrailingStops {
  size = 0;
  readonly #sign: 1 | -1;
  readonly #groups: TrailingGroup[] = [];

  constructor(side: Side) {
    this.#sign = side === Side.Ask ? 1 : -1;
  }

  /** The one that is reached first. */
  get first(): SpecialOrder | undefined {
    return this.#groups.at(-1)?.first;
  }

  /** With the price in `order.extreme` as the best that it has seen; infinitely bad: none. */
  add(order: SpecialOrder): void {
    const seen = this.#sign * order.extreme;
    const at = this.#placeOf(seen);
    let group = this.#groups[at];
    if (group?.seen !== seen) {
      group = new TrailingGroup(this.#sign, seen);
      this.#groups.splice(at, 0, group);
    }
    this.#put(order, group);
    this.size += 1;
    this.#findFirst(at);
  }

  /** Nothing happens to an order that does not wait here; else it keeps its trigger. */
  remove(order: SpecialOrder): void {
    const { group } = order;
    if (group === undefined) return;
    order.triggerPrice = group.triggerOf(order);
    order.extreme = group.best;
    order.group = undefined;
    group.orders.remove(order);
    this.size -= 1;
    const at = this.#placeOf(group.seen);
    if (group.orders.size === 0) this.#groups.splice(at, 1);
    this.#findFirst(at);
  }

  /** A trade has happened: the triggers that are further away than they may be follow. */
  traded(price: number): void {
    const groups = this.#groups;
    const seen = this.#sign * price;
    let top = groups.at(-1);
    if (top === undefined || top.seen >= seen) return;
    for (
      let below = groups.at(-2);
      below !== undefined && below.seen <= seen;
      below = groups.at(-2)
    ) {
      groups.length -= 2;
      top = this.#merged(below, top);
      groups.push(top);
    }
    top.seen = seen;
    this.#findFirst(groups.length - 1);
  }

  #merged(a: TrailingGroup, b: TrailingGroup): TrailingGroup {
    const [small, large] = a.orders.size < b.orders.size ? [a, b] : [b, a];
    for (let order = small.orders.first; order !== undefined; order = small.orders.first) {
      small.orders.remove(order);
      this.#put(order, large);
    }
    return large;
  }

  #put(order: SpecialOrder, group: TrailingGroup): void {
    order.group = group;
    group.orders.add(order);
  }

  /** The index of the group that has seen this, or of the first one that has seen less. */
  #placeOf(seen: number): number {
    let [from, to] = [0, this.#groups.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#groups[middle] as TrailingGroup).seen > seen) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** From this group up, after it has changed; those below have not. */
  #findFirst(from: number): void {
    for (let at = from; at < this.#groups.length; at += 1) {
      const group = this.#groups[at] as TrailingGroup;
      const below = this.#groups[at - 1]?.first;
      const own = group.orders.first;
      group.first = below === undefined || (own !== undefined && isFirst(own, below)) ? own : below;
    }
  }
}

/** Whether a stop is elected before another one of its side by a trade that reaches both. */
export function isFirst(a: SpecialOrder, b: SpecialOrder): boolean {
  const [ours, other] = [a.trigger, b.trigger];
  if (ours === other) return a.place < b.place;
  return a.side === Side.Bid ? ours < other : ours > other;
}

/** A trailing stop begins at the last trade price, or, with NaN, before any trade. */
export function startTrailing(order: SpecialOrder, lastTradePrice: number): void {
  const worst = order.side === Side.Bid ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const away = order.side === Side.Bid ? order.trailBy : -order.trailBy;
  order.extreme = Number.isNaN(lastTradePrice) ? worst : lastTradePrice;
  order.triggerPrice = order.extreme + away;
}
