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
      const wrong = naive.waiting.find(({ order, trigger }) => order.trigger !== trigger);
      if (wrong !== undefined) expect(wrong.order.trigger, `seed ${seed}`).toBe(wrong.trigger);
    }
    expect(elections).toBeGreaterThan(100);
  });

  it('are moved together, and no more than once each as long as the market only rises', () => {
    const trailing = new TrailingStops(Ask);
    const orders: SpecialOrder[] = [];
    for (let id = 1; id <= 2_000; id += 1) {
      const terms = { side: Ask, orderType: OrderType.TrailingStop, trailBy: 1 + (id % 7) };
      const order = sampleOrder(terms, id);
      // The market falls while they come, so that each has seen another price.
      startTrailing(order, 10_000 - id);
      trailing.add(order);
      orders.push(order);
    }
    let moves = 0;
    for (const order of orders) {
      let group = order.group;
      Object.defineProperty(order, 'group', {
        get: () => group,
        set: (other: typeof group) => {
          group = other;
          moves += 1;
        },
      });
    }
    for (let price = 8_001; price <= 20_000; price += 1) trailing.traded(price);
    expect(new Set(orders.map(({ group }) => group)).size).toBe(1);
    expect(moves).toBeLessThan(2_000);
    expect(trailing.first).toBe(orders.find(({ trailBy }) => trailBy === 1));
    for (const order of orders) expect(order.trigger).toBe(20_000 - order.trailBy);
  });
});
