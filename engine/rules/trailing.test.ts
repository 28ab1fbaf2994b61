/** Trailing stops among others: the same elections as a list in which every trigger is moved by hand. */

import { describe, expect, it } from 'vitest';
import { Side } from '../../feed/index.ts';
import { OrderType } from '../protocol/index.ts';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { sampleOrder } from '../testing/special-orders.ts';
import type { SpecialOrder } from './special-order.ts';
import { hasReached, Stops } from './stops.ts';
import { startTrailing, TrailingStops } from './trailing.ts';

const { Bid, Ask } = Side;

/** A trigger and its place, moved as RULES.md says. */
interface NaiveStop {
  readonly order: SpecialOrder;
  trigger: number;
}

class NaiveStops {
  waiting: NaiveStop[] = [];

  traded(price: number): SpecialOrder[] {
    const reached = this.waiting.filter(({ order, trigger }) =>
      order.side === Bid ? trigger <= price : trigger >= price,
    );
    this.waiting = this.waiting.filter((one) => !reached.includes(one));
    for (const one of this.waiting) {
      const { side, trailBy } = one.order;
      if (trailBy === 0) continue;
      if (side === Bid) one.trigger = Math.min(one.trigger, price + trailBy);
      else one.trigger = Math.max(one.trigger, price - trailBy);
    }
    const inOrder = (a: NaiveStop, b: NaiveStop) =>
      a.order.side - b.order.side ||
      (a.order.side === Bid ? a.trigger - b.trigger : b.trigger - a.trigger) ||
      a.order.place - b.order.place;
    return reached.sort(inOrder).map(({ order }) => order);
  }
}

describe('stops and trailing stops', () => {
  it('are elected by 5,000 random trades in the order of a naive list', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const stops = new Stops();
    const naive = new NaiveStops();
    let last = Number.NaN;
    let elections = 0;
    for (let id = 1; id <= 5_000; id += 1) {
      const kind = random(10);
      if (kind < 4) {
        const side = random(2) as Side;
        const isTrailing = random(2) === 0;
        const order = isTrailing
          ? sampleOrder({ side, orderType: OrderType.TrailingStop, trailBy: 1 + random(12) }, id)
          : sampleOrder({ side, orderType: OrderType.Stop, triggerPrice: 80 + random(40) }, id);
        if (isTrailing) startTrailing(order, last);
        if (!isTrailing && hasReached(order, last)) continue;
        stops.add(order);
        naive.waiting.push({ order, trigger: order.triggerPrice });
      } else if (kind < 5 && naive.waiting.length > 0) {
        const [gone] = naive.waiting.splice(random(naive.waiting.length), 1);
        if (gone !== undefined) stops.remove(gone.order);
      } else {
        last = Number.isNaN(last) ? 100 : Math.min(120, Math.max(80, last + random(7) - 3));
        const elected: SpecialOrder[] = [];
        stops.traded(last, (order) => elected.push(order));
        elections += elected.length;
        expect(elected, `seed ${seed}, step ${id}`).toEqual(naive.traded(last));
      }
      expect(stops.size).toBe(naive.waiting.length);
      for (const { order, trigger } of naive.waiting) expect(order.triggerPrice).toBe(trigger);
    }
    expect(elections).toBeGreaterThan(100);
  });

  it('are moved only by a trade that is better than all that they have seen', () => {
    const moved: number[] = [];
    const trailing = new TrailingStops(({ orderId }) => moved.push(orderId));
    for (let id = 1; id <= 3; id += 1) {
      const terms = { side: Ask, orderType: OrderType.TrailingStop, trailBy: id };
      const order = sampleOrder(terms, id);
      startTrailing(order, 100 + id);
      trailing.add(order);
    }
    trailing.traded(101);
    expect(moved).toEqual([]);
    trailing.traded(102);
    expect(moved).toEqual([1]);
    trailing.traded(50);
    expect(moved).toEqual([1]);
    trailing.traded(110);
    expect(moved.slice(1).sort()).toEqual([1, 2, 3]);
  });
});
