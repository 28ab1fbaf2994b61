/** The heap gives the same first order as a sorted list, whatever is added, removed and moved. */

import { describe, expect, it } from 'vitest';
import { seededRandom, testSeed } from '../testing/seeded.ts';
import { sampleOrder } from '../testing/special-orders.ts';
import { OrderHeap } from './order-heap.ts';
import type { SpecialOrder } from './special-order.ts';

const isBefore = (a: SpecialOrder, b: SpecialOrder) =>
  a.price === b.price ? a.place < b.place : a.price < b.price;

describe('a heap of orders', () => {
  it('has the first order first, after any of 20,000 random changes', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const heap = new OrderHeap('trigger', isBefore);
    const orders: SpecialOrder[] = [];
    for (let id = 1; id <= 20_000; id += 1) {
      const some = orders[random(Math.max(1, orders.length))];
      switch (random(5)) {
        case 0:
          if (some === undefined) break;
          some.price = random(50);
          heap.moved(some);
          break;
        case 1:
          if (some === undefined) break;
          heap.remove(some);
          orders.splice(orders.indexOf(some), 1);
          // Once more does no harm.
          heap.remove(some);
          expect(heap.has(some)).toBe(false);
          break;
        default: {
          if (orders.length > 300) break;
          const order = sampleOrder({ price: random(50) }, id);
          orders.push(order);
          heap.add(order);
        }
      }
      const first = orders.reduce<SpecialOrder | undefined>(
        (best, order) => (best === undefined || isBefore(order, best) ? order : best),
        undefined,
      );
      expect(heap.first, `seed ${seed}, change ${id}`).toBe(first);
      expect(heap.size).toBe(orders.length);
    }
  });
});
