/** The simulation's own open orders of one instrument, as its reports tell of them. */

import { Side } from '../../feed/index.ts';
import type { Random } from './random.ts';

export interface SimulatedOrder {
  readonly clientOrderId: number;
  readonly side: Side;
  price: number;
  /** As the engine counts: open and filled together. */
  total: number;
  filled: number;
  /** A change of it has not been answered yet. */
  isBusy: boolean;
  isAccepted: boolean;
  /** Where it is among its side's orders; -1: nowhere. */
  place: number;
}

export function openLots(order: SimulatedOrder): number {
  return order.total - order.filled;
}

/**
 * An order counts from the moment it is sent: what is on its way must be seen when the next one is
 * priced, or the flow would trade with itself by accident.
 */
export class SimulatedOrders {
  readonly #byId = new Map<number, SimulatedOrder>();
  readonly #sides: readonly [SideOrders, SideOrders] = [
    new SideOrders(Side.Bid),
    new SideOrders(Side.Ask),
  ];

  add(order: SimulatedOrder): void {
    this.#byId.set(order.clientOrderId, order);
    this.#sides[order.side].add(order);
  }

  get(clientOrderId: number): SimulatedOrder | undefined {
    return this.#byId.get(clientOrderId);
  }

  remove(order: SimulatedOrder): void {
    if (this.#byId.delete(order.clientOrderId)) this.#sides[order.side].remove(order);
  }

  /** Changes an order in place, and drops it when nothing of it is open. */
  change(order: SimulatedOrder, price: number, total: number, filled: number): void {
    const side = this.#sides[order.side];
    side.remove(order);
    order.price = price;
    order.total = total;
    order.filled = filled;
    if (openLots(order) > 0) side.add(order);
    else this.#byId.delete(order.clientOrderId);
  }

  count(side: Side): number {
    return this.#sides[side].orders.length;
  }

  levelCount(side: Side): number {
    return this.#sides[side].lots.size;
  }

  best(side: Side): number | undefined {
    return this.#sides[side].best();
  }

  lotsAt(side: Side, price: number): number {
    return this.#sides[side].lots.get(price) ?? 0;
  }

  /** One of the side's orders that no unanswered change is about, each as likely as any other. */
  pick(side: Side, random: Random): SimulatedOrder | undefined {
    const { orders } = this.#sides[side];
    for (let attempt = 0; attempt < 4 && orders.length > 0; attempt++) {
      const order = orders[random.below(orders.length)];
      if (order !== undefined && !order.isBusy) return order;
    }
    return undefined;
  }

  /** One of the best orders that no unanswered change is about. */
  atTouch(side: Side): SimulatedOrder | undefined {
    const best = this.best(side);
    return this.#sides[side].orders.find((order) => order.price === best && !order.isBusy);
  }
}

class SideOrders {
  readonly orders: SimulatedOrder[] = [];
  readonly lots = new Map<number, number>();
  readonly #side: Side;
  /** Undefined when it must be looked for again, or there is none. */
  #best: number | undefined;

  constructor(side: Side) {
    this.#side = side;
  }

  add(order: SimulatedOrder): void {
    const best = this.best();
    order.place = this.orders.length;
    this.orders.push(order);
    this.lots.set(order.price, (this.lots.get(order.price) ?? 0) + openLots(order));
    if (best === undefined || this.#isBetter(order.price, best)) this.#best = order.price;
  }

  remove(order: SimulatedOrder): void {
    const { place } = order;
    const last = this.orders.at(-1);
    if (place < 0 || last === undefined) return;
    // The last order takes the place, so that picking one at random stays a single look-up.
    this.orders[place] = last;
    last.place = place;
    this.orders.pop();
    order.place = -1;
    const left = (this.lots.get(order.price) ?? 0) - openLots(order);
    if (left > 0) {
      this.lots.set(order.price, left);
      return;
    }
    this.lots.delete(order.price);
    if (this.#best === order.price) this.#best = undefined;
  }

  best(): number | undefined {
    if (this.#best !== undefined) return this.#best;
    for (const price of this.lots.keys()) {
      if (this.#best === undefined || this.#isBetter(price, this.#best)) this.#best = price;
    }
    return this.#best;
  }

  #isBetter(price: number, than: number): boolean {
    return this.#side === Side.Bid ? price > than : price < than;
  }
}
