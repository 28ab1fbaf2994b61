/** Places and changes orders over one order-entry connection, and keeps them up to date. */

import {
  COMMAND_WINDOW,
  type Command,
  CommandType,
  OrderEntryError,
  OrderType,
  type Report,
  ReportType,
  TimeInForce,
} from '../../engine/protocol/index.ts';
import {
  connectOrderEntry,
  type OrderEntryConnection,
  type SessionMemory,
} from '../../engine/protocol/node.ts';
import { DEFAULT_ENDPOINTS, type Instrument } from '../../feed/index.ts';
import type {
  ChangeRequest,
  ConnectOptions,
  NewOrderRequest,
  Order,
  OrderClient,
  OrderEvents,
} from './api.ts';
import { OrderRejected, UnknownSymbol } from './errors.ts';
import { InstrumentScales } from './instrument-scales.ts';
import { type OrderActions, TrackedOrder } from './tracked-order.ts';

/** Ids per millisecond: the first id is taken from the clock, so that a restarted service repeats none. */
const IDS_PER_MS = 1000;

/** Resolves when logged on. Rejects with `OrderEntryError`. */
export async function connectOrders(options: ConnectOptions): Promise<OrderClient> {
  const { endpoint = DEFAULT_ENDPOINTS.entry, ...rest } = options;
  return new LiveOrderClient(await connectOrderEntry({ endpoint, ...rest }));
}

/** A command that waits for its answer. */
interface Pending {
  readonly order: TrackedOrder;
  resolve(order: Order): void;
  reject(error: Error): void;
}

type Listeners = { [Name in keyof OrderEvents]: Set<OrderEvents[Name]> };

class LiveOrderClient implements OrderClient, OrderActions {
  readonly #connection: OrderEntryConnection;
  readonly #scales = new Map<string, Promise<InstrumentScales>>();
  readonly #orders = new Map<number, TrackedOrder>();
  readonly #pending = new Map<number, Pending>();
  readonly #listeners: Listeners = {
    fill: new Set(),
    ended: new Set(),
    disconnected: new Set(),
    connected: new Set(),
  };
  #lastId = Date.now() * IDS_PER_MS;

  constructor(connection: OrderEntryConnection) {
    this.#connection = connection;
    connection.onReport((report) => this.#report(report));
    connection.onEvent((event) => {
      switch (event.type) {
        case 'logged-on':
          this.#tell('connected');
          break;
        case 'disconnected':
          this.#tell('disconnected', event.unanswered);
          break;
        case 'commands-lost':
          this.#rejectPending(
            new OrderEntryError('CONNECTION_LOST', `There were ${event.unanswered}.`),
          );
          // Who waited has been told: the next command starts afresh.
          connection.whenDrained().catch(() => {});
          break;
        case 'reports-lost':
        case 'bad-message':
          break;
        default:
          event satisfies never;
      }
    });
  }

  get owner(): number {
    return this.#connection.owner;
  }

  get memory(): SessionMemory {
    return this.#connection.memory;
  }

  get openOrders(): readonly Order[] {
    return [...this.#orders.values()].filter(({ orderId }) => orderId !== 0);
  }

  async instrument(symbol: string): Promise<Instrument> {
    return (await this.#scalesOf(symbol)).instrument;
  }

  async place(request: NewOrderRequest): Promise<Order> {
    const scales = await this.#scalesOf(request.symbol);
    const price = request.price === undefined ? 0 : scales.price.parse(request.price);
    const quantity = scales.quantity.parse(request.quantity);
    this.#lastId += 1;
    const order = new TrackedOrder(this.#lastId, request.side, price, quantity, scales, this);
    this.#orders.set(order.clientOrderId, order);
    const isImmediate = request.timeInForce === 'ioc';
    return this.#send(order, {
      type: CommandType.NewOrder,
      instrument: scales.instrument.id,
      clientOrderId: order.clientOrderId,
      side: request.side,
      orderType: request.price === undefined ? OrderType.Market : OrderType.Limit,
      timeInForce: isImmediate ? TimeInForce.Ioc : TimeInForce.Gtc,
      price,
      quantity,
    });
  }

  cancel(order: TrackedOrder): Promise<Order> {
    const { instrument, clientOrderId } = order;
    return this.#send(order, {
      type: CommandType.Cancel,
      instrument: instrument.id,
      clientOrderId,
    });
  }

  modify(order: TrackedOrder, change: ChangeRequest): Promise<Order> {
    return this.#change(order, CommandType.Modify, change);
  }

  replace(order: TrackedOrder, change: ChangeRequest): Promise<Order> {
    return this.#change(order, CommandType.Replace, change);
  }

  on<Name extends keyof OrderEvents>(event: Name, listener: OrderEvents[Name]): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  async close(): Promise<void> {
    await this.#connection.close();
    this.#rejectPending(new OrderEntryError('CLOSED'));
  }

  async #change(
    order: TrackedOrder,
    type: typeof CommandType.Modify | typeof CommandType.Replace,
    change: ChangeRequest,
  ): Promise<Order> {
    const { scales, clientOrderId, instrument } = order;
    const { price: text } = change;
    const price = text === undefined ? order.priceTicks : scales.price.parse(text);
    const quantity = scales.quantity.parse(change.quantity);
    return this.#send(order, { type, instrument: instrument.id, clientOrderId, price, quantity });
  }

  /** Resolves with the engine's answer. */
  async #send(order: TrackedOrder, command: Command): Promise<Order> {
    let isSent = false;
    try {
      // Asked again after waiting: many may have waited for the same room.
      while (this.#connection.unanswered >= COMMAND_WINDOW) await this.#connection.whenDrained();
      const number = this.#connection.send(command);
      isSent = true;
      return await new Promise((resolve, reject) => {
        this.#pending.set(number, { order, resolve, reject });
      });
    } catch (error) {
      // An order that never came to be is not kept; one that may have come to be is.
      const mayBeDone = isSent && error instanceof OrderEntryError;
      if (order.orderId === 0 && !mayBeDone) this.#orders.delete(order.clientOrderId);
      throw error;
    }
  }

  #scalesOf(symbol: string): Promise<InstrumentScales> {
    let scales = this.#scales.get(symbol);
    if (scales === undefined) {
      scales = this.#findScales(symbol);
      this.#scales.set(symbol, scales);
      // What was not found may be listed later.
      scales.catch(() => this.#scales.delete(symbol));
    }
    return scales;
  }

  async #findScales(symbol: string): Promise<InstrumentScales> {
    const instrument = await this.#connection.findInstrument(symbol);
    if (instrument === undefined) throw new UnknownSymbol(symbol);
    return new InstrumentScales(instrument);
  }

  // Reports

  #report(report: Report): void {
    if (report.type === ReportType.Rejected) {
      this.#take(report.command)?.reject(new OrderRejected(report.reason, report.clientOrderId));
      return;
    }
    if (report.type === ReportType.InstrumentListed || report.type === ReportType.Done) return;
    if (report.type === ReportType.MassCancelled) return;
    const order = this.#orders.get(report.clientOrderId);
    if (order === undefined) return;
    switch (report.type) {
      case ReportType.Accepted:
        order.accepted(report);
        break;
      case ReportType.Filled:
        this.#filled(order, report);
        break;
      case ReportType.Replaced:
        order.replaced(report);
        break;
      case ReportType.Cancelled:
        order.cancelled(report);
        this.#ended(order, 'cancelled');
        break;
      default:
        report satisfies never;
    }
    this.#take(report.command)?.resolve(order);
  }

  #filled(order: TrackedOrder, report: Parameters<TrackedOrder['addFill']>[0]): void {
    const fill = order.addFill(report);
    this.#tell('fill', order, fill);
    if (report.leaves === 0) this.#ended(order, 'filled');
  }

  #ended(order: TrackedOrder, status: 'filled' | 'cancelled'): void {
    this.#orders.delete(order.clientOrderId);
    order.end(status);
    this.#tell('ended', order);
  }

  #take(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    return pending;
  }

  #rejectPending(error: Error): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(error);
  }

  #tell<Name extends keyof OrderEvents>(
    event: Name,
    ...values: Parameters<OrderEvents[Name]>
  ): void {
    for (const listener of this.#listeners[event]) {
      try {
        (listener as (...all: Parameters<OrderEvents[Name]>) => void)(...values);
      } catch (error) {
        // A listener's mistake is the process's to report, and must not cost anybody an answer.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
