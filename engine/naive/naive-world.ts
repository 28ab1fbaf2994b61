/** The whole state of the naive market in one object, and the two streams of what it tells. */

import { type Aggressor, Side } from '../../feed/index.ts';
import type { Reason } from '../protocol/index.ts';
import { NaiveDirectory } from './naive-directory.ts';
import type { NaiveInstrument, NaiveOrder, NaiveTrade } from './naive-state.ts';

/** The name of a call of `StreamOutput` or `ReportSink` and its values; instruments by their ids. */
export type ToldRow = readonly (string | number | boolean)[];

export interface NaiveLimits {
  readonly massCancel: number;
  readonly ended: number;
  readonly waiting: number;
  readonly keptTrades: number;
  readonly duplicateWindow: number;
}

const MAX = Number.MAX_SAFE_INTEGER;

export class NaiveWorld {
  readonly instruments: NaiveInstrument[] = [];
  /** Every open order of the market, in order of arrival. */
  orders: NaiveOrder[] = [];
  /** The newest trades between orders, oldest first. */
  trades: NaiveTrade[] = [];
  readonly directory: NaiveDirectory;
  readonly blockedOwners = new Set<number>();
  /** Linked orders whose turn to be cancelled has come. */
  partners: NaiveOrder[] = [];
  /** Levels that the running step has touched, in order of first touch. */
  private touched: { instrument: NaiveInstrument; side: Side; price: number }[] = [];
  stream: ToldRow[] = [];
  reports: ToldRow[] = [];
  /** How often each rule has acted. */
  readonly seen = new Map<string, number>();
  nowMs = 0;
  lastTradeId = 0;
  private lastTurn = 0;
  readonly limits: NaiveLimits;

  constructor(limits: NaiveLimits) {
    this.limits = limits;
    this.directory = new NaiveDirectory(limits.duplicateWindow);
  }

  /** A later one than all before: whoever takes it stands behind them. */
  nextTurn(): number {
    this.lastTurn += 1;
    return this.lastTurn;
  }

  saw(rule: string): void {
    this.seen.set(rule, (this.seen.get(rule) ?? 0) + 1);
  }

  /** A rule that there are several of: of which order type, status or mode. */
  sawOf(rule: string, names: Readonly<Record<string, number>>, value: number): void {
    const name = Object.keys(names).find((key) => names[key] === value);
    this.saw(`${rule} ${name}`);
  }

  ordersOf(instrument: NaiveInstrument): NaiveOrder[] {
    return this.orders.filter((order) => order.instrument === instrument);
  }

  /** The orders in the book, first in priority first: by price, shown before hidden, by time. */
  queue(instrument: NaiveInstrument, side: Side): NaiveOrder[] {
    return this.ordersOf(instrument)
      .filter((order) => order.place === 'resting' && order.side === side)
      .sort(
        (a, b) =>
          (side === Side.Bid ? b.price - a.price : a.price - b.price) ||
          Number(a.isHidden) - Number(b.isHidden) ||
          a.queuedAt - b.queuedAt,
      );
  }

  best(instrument: NaiveInstrument, side: Side): number | undefined {
    return this.queue(instrument, side)[0]?.price;
  }

  bestShown(instrument: NaiveInstrument, side: Side): number | undefined {
    return this.queue(instrument, side).find((order) => !order.isHidden)?.price;
  }

  shownOrders(instrument: NaiveInstrument, side: Side, price: number): NaiveOrder[] {
    return this.queue(instrument, side).filter((order) => order.price === price && !order.isHidden);
  }

  /** Whether the level, or the hidden orders at the price, cannot take so many lots more. */
  isFull(order: NaiveOrder, price: number, lots: number): boolean {
    const there = this.queue(order.instrument, order.side).filter(
      (other) => other !== order && other.price === price && other.isHidden === order.isHidden,
    );
    const sum = there.reduce((total, other) => total + BigInt(lotsThere(other)), BigInt(lots));
    return sum > BigInt(MAX);
  }

  /** The order stands last in its queue, and shows what it may. */
  rest(order: NaiveOrder): void {
    order.place = 'resting';
    order.queuedAt = this.nextTurn();
    order.shown = 0;
    if (order.isHidden) return;
    const part = order.displayQuantity === 0 ? order.open : order.displayQuantity;
    order.shown = Math.min(part, order.open);
    this.touch(order.instrument, order.side, order.price);
  }

  /** An iceberg's shown part has filled. */
  showNextPart(order: NaiveOrder): void {
    const others = this.shownOrders(order.instrument, order.side, order.price);
    const taken = others.reduce((sum, other) => sum + other.shown, 0);
    order.shown = Math.min(order.displayQuantity, order.open, MAX - taken);
    order.queuedAt = this.nextTurn();
    this.tellStream(
      'rested',
      order.instrument,
      order.orderId,
      order.side,
      order.price,
      order.shown,
    );
  }

  /** The order stands in no queue any more; what caused that has been told. */
  leaveQueue(order: NaiveOrder): void {
    if (order.place !== 'resting') return;
    order.place = 'coming';
    order.shown = 0;
    if (order.isHidden) return;
    this.tellStream('reduced', order.instrument, order.orderId, 0);
    this.touch(order.instrument, order.side, order.price);
  }

  /** The order is over, wherever it was; `undefined`: it has filled. */
  end(order: NaiveOrder, reason: Reason | undefined): void {
    if (reason !== undefined) {
      this.report('cancelled', order, order.open, reason);
      this.leaveQueue(order);
    }
    order.place = 'ended';
    order.open = 0;
    this.orders = this.orders.filter((other) => other !== order);
    this.directory.end(nameOf(order), order.orderId);
    this.endLink(order);
  }

  /** Something has happened to the order: the one that it is linked to is to be cancelled. */
  endLink(order: NaiveOrder): void {
    const partner = order.linkedTo;
    if (partner === undefined) return;
    order.linkedTo = undefined;
    partner.linkedTo = undefined;
    this.partners.push(partner);
  }

  touch(instrument: NaiveInstrument, side: Side, price: number): void {
    const isNew = !this.touched.some(
      (level) => level.instrument === instrument && level.side === side && level.price === price,
    );
    if (isNew) this.touched.push({ instrument, side, price });
  }

  /** A step is done: each level that it touched is told once; `came` may stand in one of them. */
  tellTouched(came?: NaiveOrder): void {
    // Bids before asks where an uncross has touched both.
    const touched = this.touched.toSorted(came === undefined ? (a, b) => a.side - b.side : () => 0);
    for (const { instrument, side, price } of touched) {
      if (came?.place === 'resting' && came.side === side && came.price === price) {
        this.tellStream('rested', instrument, came.orderId, side, price, came.shown);
      }
      const orders = this.shownOrders(instrument, side, price);
      const quantity = orders.reduce((sum, order) => sum + order.shown, 0);
      this.tellStream('levelChanged', instrument, side, price, quantity, orders.length);
    }
    this.touched = [];
  }

  tellStream(call: string, instrument: NaiveInstrument, ...values: (number | string)[]): void {
    this.stream.push([call, instrument.id, ...values]);
  }

  tellTrade(
    instrument: NaiveInstrument,
    aggressor: Aggressor,
    price: number,
    quantity: number,
    restingOrderId: number,
  ): void {
    this.lastTradeId += 1;
    const tradeId = this.lastTradeId;
    this.tellStream('traded', instrument, aggressor, price, quantity, tradeId, restingOrderId);
  }

  /** A report about an order, to its owner. */
  report(call: string, order: NaiveOrder, ...values: (number | boolean)[]): void {
    const { owner, instrument, clientOrderId, orderId } = order;
    this.reports.push([call, owner, instrument.id, clientOrderId, orderId, ...values]);
  }

  /** A copy in which an order can be tried, and nobody hears of it. */
  onPaper(order: NaiveOrder): { world: NaiveWorld; order: NaiveOrder } {
    const world = new NaiveWorld(this.limits);
    const instrument = { ...order.instrument };
    world.lastTurn = this.lastTurn;
    world.orders = this.ordersOf(order.instrument).map((other) => ({
      ...other,
      instrument,
      linkedTo: undefined,
    }));
    const copy = world.orders.find(({ orderId }) => orderId === order.orderId);
    if (copy === undefined) throw new Error(`Order ${order.orderId} is not open.`);
    return { world, order: copy };
  }
}

/** What an owner calls an order is its own. */
export function nameOf({
  owner,
  clientOrderId,
}: Pick<NaiveOrder, 'owner' | 'clientOrderId'>): string {
  return `${owner}/${clientOrderId}`;
}

function lotsThere(order: NaiveOrder): number {
  return order.isHidden ? order.open : order.shown;
}
