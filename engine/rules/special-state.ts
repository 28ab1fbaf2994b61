/** The special orders of the whole market as saved state. */

import { MAX_INTEGER, Side, TradingStatus } from '../../feed/index.ts';
import { MAX_OPEN_ORDERS } from '../limits.ts';
import type { ListedInstrument } from '../listed-instrument.ts';
import {
  CommandType,
  OrderState,
  OrderType,
  PegTo,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../protocol/index.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Links } from './links.ts';
import { shownBest } from './peg-moves.ts';
import { SpecialOrder } from './special-order.ts';
import type { SpecialOrders } from './special-orders.ts';

/** What an order takes in the saved state: its numbers, choices and conditions. */
const ORDER_BYTES = 8 + 4 + 8 * 13 + 9;

/** What is due of a link or an election has been done before a state is saved. */
export function saveSpecial(instruments: readonly ListedInstrument[], writer: StateWriter): void {
  writer.part('spec', () => {
    const some = instruments.filter(({ special }) => special !== undefined);
    writer.count(some.length);
    for (const { id, special } of some) {
      if (special === undefined) continue;
      const orders = [...special.all()].sort((a, b) => a.arrival - b.arrival);
      writer.u32(id);
      writer.count(orders.length);
      for (const order of orders) saveOrder(order, writer);
      const elected = [...special.elected()];
      writer.count(elected.length);
      for (const { orderId } of elected) writer.int(orderId);
    }
  });
}

export interface SpecialStateOptions {
  readonly find: (instrument: number) => ListedInstrument | undefined;
  /** The special orders of an instrument, which has none yet. */
  readonly specialOf: (instrument: ListedInstrument) => SpecialOrders;
  readonly isOpen: (orderId: number) => boolean;
  readonly links: Links;
}

/** After the books and the directory. */
export function loadSpecial(options: SpecialStateOptions, reader: StateReader): void {
  reader.part('spec', () => {
    for (let left = reader.count(MAX_OPEN_ORDERS, 12); left > 0; left -= 1) {
      const instrument = options.find(reader.u32());
      if (instrument?.orders === undefined || instrument.special !== undefined) {
        return reader.refuse('There are no special orders of this instrument.');
      }
      loadInstrument(instrument, options, reader);
    }
  });
}

function loadInstrument(
  instrument: ListedInstrument,
  options: SpecialStateOptions,
  reader: StateReader,
): void {
  const special = options.specialOf(instrument);
  const orders = new Map<number, SpecialOrder>();
  const partners = new Map<SpecialOrder, number>();
  for (let left = reader.count(MAX_OPEN_ORDERS, ORDER_BYTES); left > 0; left -= 1) {
    const [order, partner] = loadOrder(instrument, reader);
    const { orderId, state } = order;
    const isInBook = instrument.orders?.orderOf(orderId) !== undefined;
    const isRight = options.isOpen(orderId) && isInBook === (state === OrderState.InBook);
    if (!isRight || !mayBe(order) || orders.has(orderId))
      reader.refuse(`Order ${orderId} cannot be there.`);
    orders.set(orderId, order);
    special.add(order);
    if (partner > 0) partners.set(order, partner);
  }
  for (const [order, partnerId] of partners) {
    const partner = orders.get(partnerId);
    if (partner === undefined || partners.get(partner) !== order.orderId || partner === order) {
      reader.refuse(`Order ${order.orderId} is linked to nothing.`);
    } else {
      options.links.link(order, partner);
    }
  }
  for (let left = reader.count(orders.size, 8); left > 0; left -= 1) {
    const order = orders.get(reader.int(1));
    if (order?.state !== OrderState.Elected) reader.refuse('It was not elected.');
    special.restore(order);
  }
  for (const order of [...orders.values()].sort((a, b) => a.place - b.place)) {
    if (order.state !== OrderState.Elected) special.restore(order);
  }
  if (instrument.status === TradingStatus.Continuous) special.pegs.follow(shownBest(instrument));
}

/** Whether orders of this type come into this state. */
function mayBe({ state, isStop, isPegged }: SpecialOrder): boolean {
  if (state === OrderState.Parked) return isPegged;
  return state === OrderState.InBook || isStop;
}

function saveOrder(order: SpecialOrder, writer: StateWriter): void {
  const { conditions } = order;
  writer.int(order.orderId);
  writer.u32(order.owner);
  writer.u8(order.side);
  writer.u8(order.orderType);
  writer.u8(order.timeInForce);
  writer.u8(order.state);
  writer.u8(order.pegTo);
  writer.u8(conditions.postOnly);
  writer.u8(conditions.selfTrade);
  writer.bool(conditions.isHidden);
  writer.int(conditions.minimumQuantity);
  writer.int(conditions.displayQuantity);
  writer.int(order.arrival);
  writer.int(order.place);
  writer.int(order.price);
  writer.int(order.open);
  writer.int(order.filled);
  writer.f64(order.trigger);
  writer.f64(order.group?.best ?? order.extreme);
  writer.int(order.trailBy);
  writer.int(order.pegOffset);
  writer.int(order.expiresAtMs);
  writer.int(order.bookPrice);
  writer.int(order.partner?.orderId ?? 0);
}

/** The order, and the id of the one that it is linked to, or 0. */
function loadOrder(instrument: ListedInstrument, reader: StateReader): [SpecialOrder, number] {
  const orderId = reader.int(1);
  const owner = reader.u32();
  const side = reader.choice(Side.Ask) as Side;
  const orderType = reader.choice(OrderType.Pegged) as OrderType;
  const timeInForce = reader.choice(TimeInForce.Gtd) as TimeInForce;
  const state = reader.choice(OrderState.Parked) as OrderState;
  const pegTo = reader.choice(PegTo.Mid) as PegTo;
  const postOnly = reader.choice(PostOnly.Slide) as PostOnly;
  const selfTrade = reader.choice(SelfTrade.Decrement) as SelfTrade;
  const isHidden = reader.bool();
  const minimumQuantity = reader.int(0);
  const displayQuantity = reader.int(0);
  const arrival = reader.int(1);
  const place = reader.int(1);
  const price = reader.int();
  const open = reader.int(1);
  const filled = reader.int(0, MAX_INTEGER - open);
  const triggerPrice = priceOrInfinite(reader);
  const extreme = priceOrInfinite(reader);
  const trailBy = reader.int(0);
  const pegOffset = reader.int(0);
  const expiresAtMs = reader.int(0);
  const order = new SpecialOrder(instrument, orderId, owner, arrival, {
    type: CommandType.NewOrder,
    instrument: instrument.id,
    clientOrderId: 1,
    ...{ side, orderType, timeInForce, price, quantity: open, pegTo, pegOffset, expiresAtMs },
    ...{ postOnly, selfTrade, isHidden, minimumQuantity, displayQuantity, triggerPrice, trailBy },
  });
  order.state = state;
  order.place = place;
  order.filled = filled;
  order.extreme = extreme;
  order.bookPrice = reader.int();
  return [order, reader.int(0)];
}

/** A trailing stop that has seen no trade is infinitely far away; its trigger may be beyond 2^53. */
function priceOrInfinite(reader: StateReader): number {
  const price = reader.f64();
  if (Number.isNaN(price)) reader.refuse('It is no price.');
  return price;
}
