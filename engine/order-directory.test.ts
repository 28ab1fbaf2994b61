/** The order directory against a naive twin made of Maps and arrays. */

import { describe, expect, it } from 'vitest';
import { OrderDirectory } from './order-directory.ts';
import { seededRandom, testSeed } from './testing/seeded.ts';

/** The same promises, written from the words of the docstrings. */
class NaiveDirectory {
  readonly #window: number;
  readonly #taken = new Map<string, { orderId: number; instrument: number }>();
  readonly #closed: string[] = [];
  readonly #names = new Map<number, string>();
  #hasSpare = false;

  constructor(window: number) {
    this.#window = window;
  }

  isTaken(owner: number, id: number): boolean {
    return this.#taken.has(`${owner}/${id}`);
  }

  /** Makes room first, as an `open` does; the order id is the other's, for this one has none. */
  open(owner: number, id: number, instrument: number, orderId: number): void {
    // The place of an order that was taken back is used first, and needs no room.
    if (this.#hasSpare) this.#hasSpare = false;
    else if (this.#closed.length > this.#window) this.#taken.delete(this.#closed.shift() as string);
    this.#taken.set(`${owner}/${id}`, { orderId, instrument });
    this.#names.set(orderId, `${owner}/${id}`);
  }

  discard(orderId: number): void {
    this.#taken.delete(this.#names.get(orderId) as string);
    this.#names.delete(orderId);
    this.#hasSpare = true;
  }

  close(orderId: number): void {
    const name = this.#names.get(orderId) as string;
    this.#names.delete(orderId);
    this.#taken.set(name, { orderId, instrument: 0 });
    this.#closed.push(name);
  }

  find(owner: number, id: number, instrument: number): number {
    const found = this.#taken.get(`${owner}/${id}`);
    return found?.instrument === instrument ? found.orderId : 0;
  }
}

describe('OrderDirectory', () => {
  it('agrees with the naive directory over random orders', () => {
    const seed = testSeed();
    const random = seededRandom(seed);
    const window = 50;
    const directory = new OrderDirectory({ openOrders: 4000, closedOrders: window });
    const naive = new NaiveDirectory(window);
    const open: { orderId: number; owner: number; id: number }[] = [];
    const everGiven = new Set<number>();
    // Ids collide often, and lie where only their high halves differ.
    const randomId = () => 1 + random(400) * (random(2) === 0 ? 1 : 2 ** 32);
    for (let step = 0; step < 60_000; step++) {
      const owner = 1 + random(3);
      const id = randomId();
      const instrument = 1 + random(3);
      expect(directory.isTaken(owner, id), `seed ${seed}`).toBe(naive.isTaken(owner, id));
      expect(directory.find(owner, id, instrument)).toBe(naive.find(owner, id, instrument));
      if (random(2) === 0 && !directory.isTaken(owner, id)) {
        const orderId = directory.open(owner, id, instrument);
        expect(everGiven.has(orderId), `order id ${orderId}, seed ${seed}`).toBe(false);
        naive.open(owner, id, instrument, orderId);
        if (random(10) === 0) {
          directory.discard(orderId);
          naive.discard(orderId);
        } else {
          everGiven.add(orderId);
          open.push({ orderId, owner, id });
        }
      } else if (open.length > 0 && random(3) > 0) {
        const [order] = open.splice(random(open.length), 1);
        if (order === undefined) continue;
        expect(directory.clientOrderIdOf(order.orderId)).toBe(order.id);
        directory.close(order.orderId);
        naive.close(order.orderId);
      }
    }
    expect(directory.openCount).toBe(open.length);
    expect(directory.closedCount).toBeGreaterThanOrEqual(window);
  });

  it('numbers the first orders 1, 2, 3, and grows to its limit and no further', () => {
    const directory = new OrderDirectory({ openOrders: 5000, closedOrders: 10 });
    for (let id = 1; id <= 5012; id++) expect(directory.open(7, id, 1)).toBe(id);
    expect(directory.open(7, 5013, 1)).toBe(0);
    expect(directory.find(7, 5012, 1)).toBe(5012);
  });

  it('refuses an id until a whole window of orders has ended behind its own', () => {
    const directory = new OrderDirectory({ openOrders: 10, closedOrders: 3 });
    for (let id = 1; id <= 4; id++) directory.close(directory.open(7, id, 1));
    expect(directory.isTaken(7, 1)).toBe(true);
    // The fourth order has ended, so the first has three behind it: the next one may forget it.
    directory.open(7, 5, 1);
    expect(directory.isTaken(7, 1)).toBe(false);
    expect(directory.isTaken(7, 2)).toBe(true);
  });

  it('holds ids up to 2^53 - 1, and tells apart ids that are equal in their low half', () => {
    const directory = new OrderDirectory();
    const id = Number.MAX_SAFE_INTEGER;
    const orderId = directory.open(1, id, 1);
    expect(directory.clientOrderIdOf(orderId)).toBe(id);
    expect(directory.isTaken(1, id % 2 ** 32)).toBe(false);
    expect(directory.isTaken(2, id)).toBe(false);
  });

  it('gives ids beyond 2^31, which lead back to their slot, once slots have been used often', () => {
    const directory = new OrderDirectory({ openOrders: 2, closedOrders: 1 });
    let orderId = 0;
    for (let i = 1; i <= 3000; i++) {
      orderId = directory.open(1, i, 1);
      expect(directory.find(1, i, 1)).toBe(orderId);
      expect(directory.clientOrderIdOf(orderId)).toBe(i);
      expect(directory.isOpen(orderId)).toBe(true);
      directory.close(orderId);
      expect(directory.isOpen(orderId)).toBe(false);
    }
    expect(orderId).toBeGreaterThan(2 ** 32);
  });

  it('numbers arrivals in their order, whatever slots the orders get, and none that was discarded', () => {
    const directory = new OrderDirectory({ openOrders: 5, closedOrders: 1 });
    const first = directory.open(1, 1, 1);
    const second = directory.open(1, 2, 1);
    directory.close(first);
    directory.close(second);
    const refused = directory.open(1, 3, 1);
    directory.discard(refused);
    const third = directory.open(1, 4, 1);
    const moved = directory.nextArrival();
    const fourth = directory.open(1, 5, 1);
    expect(third % 2 ** 22).toBeLessThan(fourth % 2 ** 22);
    const arrivals = [directory.arrivalOf(third), moved, directory.arrivalOf(fourth)];
    expect(arrivals).toEqual([3, 4, 5]);
  });
});
