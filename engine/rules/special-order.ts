/** An order that asks for more than a book knows: a trigger, a peg, a link, an end. */

import type { Side } from '../../feed/index.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import {
  type NewOrder,
  type OrderConditions,
  OrderState,
  OrderType,
  PegTo as PegTarget,
  type PegTo,
  PostOnly,
  SelfTrade,
  type TimeInForce,
} from '../protocol/index.ts';
import type { TrailingGroup } from './trailing.ts';

/** The conditions of an order, all of them. */
export type WholeConditions = Readonly<Required<Omit<OrderConditions, 'linkedTo'>>>;

/**
 * Plain data, from when the order is accepted until it ends or asks for nothing special any more.
 * While it is in the book, the book knows best what is open of it.
 */
export class SpecialOrder {
  readonly instrument: ListedInstrument;
  readonly orderId: number;
  readonly owner: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly conditions: WholeConditions;
  readonly trailBy: number;
  readonly pegTo: PegTo;
  readonly pegOffset: number;
  readonly expiresAtMs: number;
  /** When it came: see `OrderDirectory.arrivalOf`. */
  readonly arrival: number;
  state: OrderState = OrderState.InBook;
  /** Its place among those that wait, or among the pegged: lower is earlier. */
  place: number;
  /** Its limit; 0 without one. */
  price: number;
  /** Of one that is not in the book. */
  open: number;
  filled = 0;
  /** Of a stop; of a trailing one while it is in no group: ask for `trigger`. */
  triggerPrice: number;
  /** The best price that a trailing stop has seen, while it is in no group. */
  extreme: number;
  /** With which other trailing stops it follows the market. */
  group: TrailingGroup | undefined;
  /** Of a pegged order in the book: its price there. */
  bookPrice = 0;
  partner: SpecialOrder | undefined;
  isOpen = true;
  /** Its places in the heaps it may be in; -1: not in it. */
  readonly heapPlaces = { trigger: -1, expiry: -1 };

  constructor(
    instrument: ListedInstrument,
    orderId: number,
    owner: number,
    arrival: number,
    order: NewOrder,
  ) {
    this.instrument = instrument;
    this.orderId = orderId;
    this.owner = owner;
    this.arrival = arrival;
    this.place = arrival;
    this.side = order.side;
    this.orderType = order.orderType;
    this.timeInForce = order.timeInForce;
    this.conditions = wholeConditions(order);
    this.trailBy = order.trailBy ?? 0;
    this.pegTo = order.pegTo ?? PegTarget.None;
    this.pegOffset = order.pegOffset ?? 0;
    this.expiresAtMs = order.expiresAtMs ?? 0;
    this.price = order.price;
    this.open = order.quantity;
    this.triggerPrice = order.triggerPrice ?? 0;
    this.extreme = 0;
  }

  /** Where a stop is elected; infinitely far away for a trailing one that has seen no trade. */
  get trigger(): number {
    return this.group === undefined ? this.triggerPrice : this.group.triggerOf(this);
  }

  get isStop(): boolean {
    return isStop(this.orderType);
  }

  get isPegged(): boolean {
    return this.orderType === OrderType.Pegged;
  }
}

export type HeapName = keyof SpecialOrder['heapPlaces'];

export function isStop(orderType: OrderType): boolean {
  return orderType >= OrderType.Stop && orderType <= OrderType.TrailingStop;
}

function wholeConditions(order: OrderConditions): WholeConditions {
  const { minimumQuantity = 0, displayQuantity = 0, isHidden = false } = order;
  const { postOnly = PostOnly.Off, selfTrade = SelfTrade.Allow } = order;
  return { minimumQuantity, displayQuantity, isHidden, postOnly, selfTrade };
}
