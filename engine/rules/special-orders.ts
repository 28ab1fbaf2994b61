/** The special orders of one instrument: where each is, and what a trade or an end means for it. */

import { OrderState, OrderType, TimeInForce } from '../protocol/index.ts';
import { ElectionQueue } from './election-queue.ts';
import type { Expiries } from './expiries.ts';
import type { Links } from './links.ts';
import { Pegs } from './pegs.ts';
import type { SpecialOrder } from './special-order.ts';
import { Stops } from './stops.ts';

/**
 * ```
 *  Waiting --a trade reaches it--> Elected --its turn--> InBook     stops
 *  Parked <--nothing to follow / something to follow--> InBook      pegs
 *  InBook                                                           linked orders, GTD orders
 * ```
 * An instrument has one from its first special order on. It is told of every trade and every end in
 * the book (by `OrderEvents`), and only notes what they mean: nothing here calls the book.
 */
export class SpecialOrders {
  readonly stops = new Stops();
  readonly pegs = new Pegs();
  readonly #orders = new Map<number, SpecialOrder>();
  readonly #elected = new ElectionQueue();
  readonly #links: Links;
  readonly #expiries: Expiries;

  constructor(links: Links, expiries: Expiries) {
    this.#links = links;
    this.#expiries = expiries;
  }

  get size(): number {
    return this.#orders.size;
  }

  /** Stops and pegs. */
  get waitingCount(): number {
    return this.stops.size + this.#elected.size + this.pegs.size;
  }

  get hasElected(): boolean {
    return this.#elected.size > 0;
  }

  all(): IterableIterator<SpecialOrder> {
    return this.#orders.values();
  }

  /** Stops that were reached, in the order of their election. */
  elected(): Iterable<SpecialOrder> {
    return this.#elected;
  }

  find(orderId: number): SpecialOrder | undefined {
    return this.#orders.get(orderId);
  }

  /** Takes an order that has just been accepted, wherever it is going to be. */
  add(order: SpecialOrder): void {
    this.#orders.set(order.orderId, order);
    if (order.timeInForce === TimeInForce.Gtd) this.#expiries.add(order);
  }

  /** The order was refused after all, or asks for nothing special any more. */
  drop(order: SpecialOrder): void {
    this.#orders.delete(order.orderId);
    if (order.timeInForce === TimeInForce.Gtd) this.#expiries.remove(order);
  }

  /** A stop whose trigger has not been reached. */
  wait(order: SpecialOrder): void {
    order.state = OrderState.Waiting;
    this.stops.add(order);
  }

  /** The order is not among the waiting any more. */
  readonly elect = (order: SpecialOrder): void => {
    order.state = OrderState.Elected;
    this.#elected.add(order);
    this.#links.happened(order);
  };

  /** At a restart: where it stood, without telling anybody again. */
  restore(order: SpecialOrder): void {
    if (order.isPegged) this.pegs.restore(order);
    else if (order.state === OrderState.Waiting) this.stops.add(order);
    else if (order.state === OrderState.Elected) this.#elected.add(order);
  }

  /** The first of the elected orders, which enters the book now. */
  takeElected(): SpecialOrder | undefined {
    const order = this.#elected.take();
    if (order === undefined) return undefined;
    order.state = OrderState.InBook;
    this.dropIfPlain(order);
    return order;
  }

  /** `first` is the fill that comes first: the resting order's; in an uncross, the bid's. */
  traded(price: number, first: number, second: number): void {
    this.#filled(first);
    this.#filled(second);
    this.stops.traded(price, this.elect);
  }

  /** The order has filled whole, or was cancelled, and leaves all that it is in. */
  ended(orderId: number): void {
    const order = this.#orders.get(orderId);
    if (order === undefined) return;
    order.isOpen = false;
    this.#links.happened(order);
    this.drop(order);
    if (order.isPegged) this.pegs.remove(order);
    else if (order.state === OrderState.Waiting) this.stops.remove(order);
    else if (order.state === OrderState.Elected) this.#elected.ended();
  }

  #filled(orderId: number): void {
    const order = this.#orders.get(orderId);
    if (order?.partner === undefined) return;
    this.#links.happened(order);
    this.dropIfPlain(order);
  }

  /** One in the book that no longer asks for anything that the book does not know. */
  dropIfPlain(order: SpecialOrder): void {
    const { state, orderType, timeInForce, partner } = order;
    const isPlain = state === OrderState.InBook && orderType !== OrderType.Pegged;
    if (isPlain && partner === undefined && timeInForce !== TimeInForce.Gtd) this.drop(order);
  }
}
