/** Random orders near the market, so that they meet: what is new, and what is changed. */

import { type InstrumentId, MAX_INTEGER, Side } from '../../../feed/index.ts';
import {
  type Command,
  CommandType,
  type ModifyOrder,
  type NewOrder,
  OrderType,
  PegTo,
  PostOnly,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from '../../protocol/index.ts';
import type { NaiveInstrument, NaiveOrder } from '../naive-state.ts';
import type { NaiveWorld } from '../naive-world.ts';
import type { RandomSource } from './random-source.ts';
import type { Taste } from './tastes.ts';

const { Limit, Market, Stop, StopLimit, TrailingStop, Pegged } = OrderType;
const { Gtc, Ioc, Fok, Day, Gtd } = TimeInForce;
const { Off, Reject, Slide } = PostOnly;

const ORDER_TYPES = {
  limit: Limit,
  market: Market,
  stop: Stop,
  stopLimit: StopLimit,
  trailing: TrailingStop,
  pegged: Pegged,
};

export class RandomOrders {
  readonly #random: RandomSource;
  readonly #world: NaiveWorld;
  readonly #taste: Taste;
  /** Where prices begin. */
  readonly #center: number;
  #lastClientOrderId = 0;

  constructor(random: RandomSource, world: NaiveWorld, taste: Taste) {
    this.#random = random;
    this.#world = world;
    this.#taste = taste;
    this.#center = random.of(taste.centers);
  }

  /** A few ticks from where the market is. */
  price(instrument: NaiveInstrument): number {
    const random = this.#random;
    const { spread } = this.#taste;
    const bid = this.#world.best(instrument, Side.Bid);
    const ask = this.#world.best(instrument, Side.Ask);
    const near = [instrument.lastTradePrice, instrument.referencePrice, bid, ask, this.#center];
    const known = near.filter((price) => price !== undefined);
    const away = random.between(-spread, spread);
    const price = random.of(known) + (random.percent(5) ? 4 * away : away);
    return within(price);
  }

  quantity(): number {
    const random = this.#random;
    if (random.percent(this.#taste.huge)) return MAX_INTEGER - random.below(20);
    return random.percent(4) ? random.between(30, 200) : random.between(1, 10);
  }

  newOrder(owner: number, instrument: NaiveInstrument): NewOrder {
    const random = this.#random;
    const kind = random.weighted(this.#taste.orderTypes);
    const orderType = ORDER_TYPES[kind];
    const timeInForce = this.#timeInForce(orderType);
    const order: NewOrder = {
      type: CommandType.NewOrder,
      instrument: instrument.id,
      clientOrderId: this.#nextClientOrderId(),
      side: random.of([Side.Bid, Side.Ask]),
      orderType,
      timeInForce,
      price: kind === 'limit' || kind === 'stopLimit' ? this.price(instrument) : 0,
      quantity: this.quantity(),
      ...(timeInForce === Gtd ? { expiresAtMs: this.#soon() } : {}),
      ...(kind === 'stop' || kind === 'stopLimit' ? this.#trigger(instrument) : {}),
      ...(kind === 'trailing' ? { trailBy: random.between(1, 1 + this.#taste.spread) } : {}),
      ...(kind === 'pegged' ? this.#peg(instrument) : {}),
    };
    const asked = { ...order, ...this.#conditions(order), ...this.#link(owner, instrument) };
    return random.percent(this.#taste.spoiled) ? this.#spoiled(asked) : asked;
  }

  #timeInForce(orderType: OrderType): TimeInForce {
    const random = this.#random;
    if (orderType === Market) return random.of([Gtc, Gtc, Ioc, Fok]);
    if (random.percent(this.#taste.timed)) return random.of([Day, Gtd]);
    const waits = orderType === TrailingStop || orderType === Pegged;
    return waits || random.percent(80) ? Gtc : random.of([Ioc, Fok]);
  }

  #nextClientOrderId(): number {
    if (this.#random.percent(this.#taste.spoiled / 4))
      return this.#random.between(0, this.#lastClientOrderId);
    this.#lastClientOrderId += 1;
    return this.#lastClientOrderId;
  }

  #soon(): number {
    return this.#world.nowMs + (this.#random.percent(3) ? 0 : this.#random.between(1, 60));
  }

  /** Mostly where the market has still to come to. */
  #trigger(instrument: NaiveInstrument): Pick<NewOrder, 'triggerPrice'> {
    return { triggerPrice: this.price(instrument) };
  }

  #peg(instrument: NaiveInstrument): Pick<NewOrder, 'pegTo' | 'pegOffset' | 'price'> {
    const random = this.#random;
    return {
      pegTo: random.of([PegTo.Primary, PegTo.Mid]),
      pegOffset: random.percent(60) ? 0 : random.between(0, 3),
      price: this.price(instrument),
    };
  }

  #conditions(order: NewOrder): Partial<NewOrder> {
    const random = this.#random;
    const { quantity, orderType, timeInForce } = order;
    const isAtLimit = orderType === Limit || orderType === StopLimit;
    const restsAtLimit = isAtLimit && timeInForce !== Ioc && timeInForce !== Fok;
    const selfTrade = random.percent(this.#taste.selfTrade)
      ? { selfTrade: random.of(Object.values(SelfTrade)) }
      : {};
    if (!random.percent(this.#taste.conditions)) return selfTrade;
    const minimumQuantity = random.between(1, quantity);
    const displayQuantity = random.between(Math.ceil(quantity / 1024), Math.ceil(quantity / 2));
    if (!restsAtLimit) {
      const canHaveMinimum = orderType !== TrailingStop && orderType !== Pegged;
      return canHaveMinimum ? { ...selfTrade, minimumQuantity } : selfTrade;
    }
    const postOnly = random.of([Reject, Slide]);
    const conditions = random.of<Partial<NewOrder>>([
      { minimumQuantity },
      { minimumQuantity, displayQuantity },
      { minimumQuantity, isHidden: true },
      { postOnly },
      { postOnly, displayQuantity },
      { postOnly, isHidden: true },
      { displayQuantity },
      { displayQuantity },
      { isHidden: true },
      { isHidden: true },
    ]);
    return { ...selfTrade, ...conditions };
  }

  #link(owner: number, instrument: NaiveInstrument): Partial<NewOrder> {
    if (!this.#random.percent(this.#taste.linked)) return {};
    const own = this.#world.ordersOf(instrument).filter((order) => order.owner === owner);
    return own.length === 0 ? {} : { linkedTo: this.#random.of(own).clientOrderId };
  }

  /** With one field that does not belong there, or holds a wrong value. */
  #spoiled(order: NewOrder): NewOrder {
    const random = this.#random;
    return {
      ...order,
      ...random.of<Partial<NewOrder>>([
        { quantity: 0 },
        { price: random.of([0, 10_000, -10_000]) },
        { triggerPrice: random.of([5, 10_000]) },
        { trailBy: random.of([0, 2]) },
        { pegTo: random.of(Object.values(PegTo)) },
        { pegOffset: 1 },
        { expiresAtMs: random.of([0, 1, this.#world.nowMs + 5]) },
        { timeInForce: random.of(Object.values(TimeInForce)) },
        { orderType: random.of(Object.values(OrderType)) },
        { minimumQuantity: order.quantity + random.between(-1, 1) },
        { displayQuantity: order.quantity + random.between(-1, 1) },
        { postOnly: random.of([Off, Reject, Slide]) },
        { isHidden: true },
        { linkedTo: random.between(1, this.#lastClientOrderId) },
        { quantity: 5000, displayQuantity: 1 },
        { quantity: MAX_INTEGER },
        { instrument: random.between(0, this.#world.instruments.length + 1) as InstrumentId },
      ]),
    };
  }

  /** An open order, most often of the owner. */
  openOrder(owner: number): NaiveOrder | undefined {
    const { orders } = this.#world;
    const own = orders.filter((order) => order.owner === owner);
    if (orders.length === 0) return undefined;
    return this.#random.of(own.length === 0 || this.#random.percent(2) ? orders : own);
  }

  change(order: NaiveOrder): ModifyOrder | ReplaceOrder {
    const random = this.#random;
    const { spoiled } = this.#taste;
    const { instrument, orderType, clientOrderId } = order;
    const isPriced = orderType === Limit || orderType === StopLimit || orderType === Pegged;
    const now = orderType === Pegged ? order.limit : order.price;
    const price = random.percent(50) ? now : this.price(instrument);
    const total = order.filled + order.open;
    const quantity = random.percent(50)
      ? Math.max(random.percent(spoiled) ? 0 : 1, total - random.between(0, 4))
      : this.quantity();
    const canTrigger = order.place === 'waiting' && orderType !== TrailingStop;
    const wantsTrigger = canTrigger ? random.percent(40) : random.percent(spoiled / 2);
    return {
      type: random.of([CommandType.Modify, CommandType.Modify, CommandType.Replace]),
      instrument: instrument.id,
      clientOrderId,
      price: isPriced || random.percent(spoiled) ? price : 0,
      quantity,
      ...(wantsTrigger ? { triggerPrice: this.price(instrument) } : {}),
    };
  }

  cancel(order: NaiveOrder): Command {
    const { instrument, clientOrderId } = order;
    return { type: CommandType.Cancel, instrument: instrument.id, clientOrderId };
  }
}

/** Prices that there are. */
export function within(price: number): number {
  return Math.min(Math.max(price, -MAX_INTEGER), MAX_INTEGER);
}
