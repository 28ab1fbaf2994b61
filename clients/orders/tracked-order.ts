/** One order of this client, as the engine's reports tell it. */

import {
  type Accepted,
  type Cancelled,
  type Filled,
  type OpenOrder,
  OrderState,
  Reason,
  type Replaced,
  reasonCode,
  type Triggered,
} from '../../engine/protocol/index.ts';
import type { Instrument, Side } from '../../feed/index.ts';
import type { ChangeRequest, Fill, Order, OrderStatus } from './api.ts';
import type { InstrumentScales } from './instrument-scales.ts';

/** What an order asks of the client it belongs to. */
export interface OrderActions {
  cancel(order: TrackedOrder): Promise<Order>;
  modify(order: TrackedOrder, change: ChangeRequest): Promise<Order>;
  replace(order: TrackedOrder, change: ChangeRequest): Promise<Order>;
}

export class TrackedOrder implements Order {
  readonly clientOrderId: number;
  readonly side: Side;
  readonly instrument: Instrument;
  readonly scales: InstrumentScales;
  readonly fills: Fill[] = [];
  readonly ended: Promise<Order>;
  orderId = 0;
  status: OrderStatus = 'open';
  reason = reasonCode(Reason.None);
  isWaiting = false;
  isTriggered = false;
  transaction = 0;
  /** Ticks and lots. */
  priceTicks: number;
  openLots: number;
  filledLots = 0;
  readonly #actions: OrderActions;
  #end: (order: Order) => void = () => {};

  constructor(
    clientOrderId: number,
    side: Side,
    priceTicks: number,
    openLots: number,
    scales: InstrumentScales,
    actions: OrderActions,
  ) {
    this.clientOrderId = clientOrderId;
    this.side = side;
    this.priceTicks = priceTicks;
    this.openLots = openLots;
    this.scales = scales;
    this.instrument = scales.instrument;
    this.#actions = actions;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get symbol(): string {
    return this.instrument.symbol;
  }

  get price(): string {
    return this.scales.price.format(this.priceTicks);
  }

  get open(): string {
    return this.scales.quantity.format(this.openLots);
  }

  get filled(): string {
    return this.scales.quantity.format(this.filledLots);
  }

  cancel(): Promise<Order> {
    return this.#actions.cancel(this);
  }

  modify(change: ChangeRequest): Promise<Order> {
    return this.#actions.modify(this, change);
  }

  replace(change: ChangeRequest): Promise<Order> {
    return this.#actions.replace(this, change);
  }

  /** As the engine says that it is. */
  found({ orderId, price, open, filled, state }: OpenOrder, transaction: number): void {
    this.isWaiting = state === OrderState.Waiting;
    this.isTriggered ||= state === OrderState.Elected;
    this.orderId = orderId;
    this.priceTicks = price;
    this.openLots = open;
    this.filledLots = filled;
    this.transaction = transaction;
  }

  // What the reports say.

  accepted(report: Accepted): void {
    this.orderId = report.orderId;
    this.transaction = report.transaction;
  }

  addFill(report: Filled): Fill {
    const { tradeId, isAggressor, transaction } = report;
    this.transaction = transaction;
    this.filledLots += report.quantity;
    this.openLots = report.leaves;
    const fill: Fill = {
      tradeId,
      price: this.scales.price.format(report.price),
      quantity: this.scales.quantity.format(report.quantity),
      open: this.scales.quantity.format(report.leaves),
      isAggressor,
      transaction,
    };
    this.fills.push(fill);
    return fill;
  }

  triggered(report: Triggered): void {
    this.transaction = report.transaction;
    this.isWaiting = false;
    this.isTriggered = true;
  }

  replaced(report: Replaced): void {
    this.transaction = report.transaction;
    this.priceTicks = report.price;
    this.openLots = report.quantity;
  }

  cancelled(report: Cancelled): void {
    this.transaction = report.transaction;
    this.openLots = 0;
    this.reason = reasonCode(report.reason);
  }

  end(status: Exclude<OrderStatus, 'open'>): void {
    this.status = status;
    this.isWaiting = false;
    this.openLots = 0;
    this.#end(this);
  }
}
