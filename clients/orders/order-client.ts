/** Places and changes orders over one order-entry connection, and keeps them up to date. */

import {
  ALL_INSTRUMENTS,
  COMMAND_WINDOW,
  type Command,
  CommandType,
  type MassCancel,
  type MassCancelled,
  MassCancelSide,
  type OpenOrder,
  OrderEntryError,
  type Report,
  ReportType,
  type TradeBusted,
  type TradeCorrected,
} from '../../engine/protocol/index.ts';
import {
  connectOrderEntry,
  type OrderEntryConnection,
  type SessionMemory,
} from '../../engine/protocol/node.ts';
import { DEFAULT_ENDPOINTS, type Instrument, type InstrumentId } from '../../feed/index.ts';
import type {
  ChangeRequest,
  ConnectOptions,
  MassCancelRequest,
  MissedEvent,
  NewOrderRequest,
  Order,
  OrderClient,
  OrderEvents,
  OrderStatus,
} from './api.ts';
import { OrderRejected, UnknownSymbol } from './errors.ts';
import { InstrumentScales } from './instrument-scales.ts';
import { MissedReports } from './missed-reports.ts';
import { isStop, newOrder } from './new-order.ts';
import { type OrderActions, TrackedOrder } from './tracked-order.ts';

/** Ids per millisecond: the first id is taken from the clock, so that a restarted service repeats none. */
const IDS_PER_MS = 1000;

/** Resolves when logged on. Rejects with `OrderEntryError`. */
export async function connectOrders(options: ConnectOptions): Promise<OrderClient> {
  const { endpoint = DEFAULT_ENDPOINTS.entry, ...rest } = options;
  const early: Report[] = [];
  let client: LiveOrderClient | undefined;
  const onReport = (report: Report) => {
    if (client === undefined) early.push(report);
    else client.report(report);
  };
  const connection = await connectOrderEntry({ endpoint, onReport, ...rest });
  client = new LiveOrderClient(connection);
  for (const report of early) client.report(report);
  return client;
}

/** A command that waits for its answer. */
interface Pending {
  readonly order: TrackedOrder;
  resolve(order: Order): void;
  reject(error: Error): void;
}

interface PendingMassCancel {
  resolve(done: MassCancelled): void;
  reject(error: Error): void;
}

type Listeners = { [Name in keyof OrderEvents]: Set<OrderEvents[Name]> };

class LiveOrderClient implements OrderClient, OrderActions {
  readonly #connection: OrderEntryConnection;
  readonly #scales = new Map<string | InstrumentId, Promise<InstrumentScales>>();
  readonly #orders = new Map<number, TrackedOrder>();
  readonly #pending = new Map<number, Pending>();
  readonly #massCancels = new Map<number, PendingMassCancel>();
  readonly #missed = new MissedReports();
  readonly #listeners: Listeners = {
    fill: new Set(),
    triggered: new Set(),
    tradeChanged: new Set(),
    ended: new Set(),
    reportsLost: new Set(),
    disconnected: new Set(),
    connected: new Set(),
  };
  #lastId = Date.now() * IDS_PER_MS;

  constructor(connection: OrderEntryConnection) {
    this.#connection = connection;
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
          this.#lookUp(event.first, event.last).catch(() => {});
          break;
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

  async findOpenOrders(symbol?: string): Promise<readonly Order[]> {
    const id = symbol === undefined ? undefined : (await this.instrument(symbol)).id;
    const { orders, transaction } = await this.#connection.openOrders(id);
    const found: Order[] = [];
    for (const open of orders) found.push(await this.#adopt(open, transaction));
    return found.filter(({ status }) => status === 'open');
  }

  async massCancel(request: MassCancelRequest = {}): Promise<number> {
    const { symbol, side = MassCancelSide.Both } = request;
    const instrument = symbol === undefined ? ALL_INSTRUMENTS : (await this.instrument(symbol)).id;
    let count = 0;
    for (;;) {
      const done = await this.#sendMassCancel({ type: CommandType.MassCancel, instrument, side });
      count += done.count;
      if (done.isComplete) return count;
    }
  }

  takeMissed(): Promise<readonly MissedEvent[]> {
    return this.#missed.take((id) => this.#scalesOf(id));
  }

  async place(request: NewOrderRequest): Promise<Order> {
    const scales = await this.#scalesOf(request.symbol);
    const command = newOrder(request, this.#lastId + 1, scales);
    this.#lastId += 1;
    const { clientOrderId, price, quantity } = command;
    const order = new TrackedOrder(clientOrderId, request.side, price, quantity, scales, this);
    order.isWaiting = isStop(command);
    this.#orders.set(clientOrderId, order);
    return this.#send(order, command);
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
    const { price: text, triggerPrice: trigger } = change;
    const price = text === undefined ? order.priceTicks : scales.price.parse(text);
    const quantity = scales.quantity.parse(change.quantity);
    return this.#send(order, {
      type,
      instrument: instrument.id,
      clientOrderId,
      price,
      quantity,
      ...(trigger === undefined ? {} : { triggerPrice: scales.price.parse(trigger) }),
    });
  }

  async #adopt(open: OpenOrder, transaction: number): Promise<Order> {
    const known = this.#orders.get(open.clientOrderId);
    if (known !== undefined) return known;
    const scales = await this.#scalesOf(open.instrument);
    const order = new TrackedOrder(
      open.clientOrderId,
      open.side,
      open.price,
      open.open,
      scales,
      this,
    );
    order.found(open, transaction);
    this.#orders.set(order.clientOrderId, order);
    return order;
  }

  /** Reports are lost: brings the orders that they may have been about up to date. */
  async #lookUp(first: number, last: number): Promise<void> {
    const { orders, transaction } = await this.#connection.openOrders();
    const open = new Map(orders.map((order) => [order.clientOrderId, order]));
    for (const order of [...this.#orders.values()]) {
      const found = open.get(order.clientOrderId);
      // What a later report, or none yet, has told of is not what was lost.
      if (order.orderId === 0 || order.transaction > transaction) continue;
      if (found === undefined) this.#ended(order, 'unknown');
      else order.found(found, transaction);
    }
    this.#tell('reportsLost', first, last);
  }

  async #sendMassCancel(command: MassCancel): Promise<MassCancelled> {
    const number = this.#connection.send(command);
    return new Promise((resolve, reject) => {
      this.#massCancels.set(number, { resolve, reject });
    });
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

  #scalesOf(key: string | InstrumentId): Promise<InstrumentScales> {
    let scales = this.#scales.get(key);
    if (scales === undefined) {
      scales = this.#findScales(key);
      this.#scales.set(key, scales);
      // What was not found may be listed later.
      scales.catch(() => this.#scales.delete(key));
    }
    return scales;
  }

  async #findScales(key: string | InstrumentId): Promise<InstrumentScales> {
    const instrument = await this.#connection.findInstrument(key);
    if (instrument === undefined) throw new UnknownSymbol(String(key));
    return new InstrumentScales(instrument);
  }

  // Reports

  /** Takes what the engine tells. */
  report(report: Report): void {
    if (report.type === ReportType.Rejected) {
      const error = new OrderRejected(report.reason, report.clientOrderId, report.retryAfterMs);
      this.#take(report.command)?.reject(error);
      this.#massCancels.get(report.command)?.reject(error);
      this.#massCancels.delete(report.command);
      return;
    }
    if (report.type === ReportType.InstrumentListed || report.type === ReportType.Done) return;
    if (report.type === ReportType.MassCancelled) {
      this.#massCancels.get(report.command)?.resolve(report);
      this.#massCancels.delete(report.command);
      return;
    }
    if (report.type === ReportType.TradeBusted || report.type === ReportType.TradeCorrected) {
      // An instrument that has just traded can be found, unless this client is being closed.
      this.#tradeChanged(report).catch(() => {});
      return;
    }
    const order = this.#orders.get(report.clientOrderId);
    if (order === undefined) {
      if (!this.#massCancels.has(report.command)) this.#missed.add(report);
      return;
    }
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
      case ReportType.Triggered:
        order.triggered(report);
        this.#tell('triggered', order);
        break;
      default:
        report satisfies never;
    }
    // A command may touch other orders of this client, too: they do not answer it.
    if (this.#pending.get(report.command)?.order === order) {
      this.#take(report.command)?.resolve(order);
    }
  }

  async #tradeChanged(report: TradeBusted | TradeCorrected): Promise<void> {
    const { clientOrderId, tradeId, transaction, instrument } = report;
    const { price, quantity, instrument: of } = await this.#scalesOf(instrument);
    const base = { tradeId, clientOrderId, symbol: of.symbol, transaction };
    if (report.type === ReportType.TradeBusted) {
      this.#tell('tradeChanged', { ...base, type: 'busted' });
      return;
    }
    this.#tell('tradeChanged', {
      ...base,
      type: 'corrected',
      price: price.format(report.price),
      quantity: quantity.format(report.quantity),
    });
  }

  #filled(order: TrackedOrder, report: Parameters<TrackedOrder['addFill']>[0]): void {
    const fill = order.addFill(report);
    this.#tell('fill', order, fill);
    if (report.leaves === 0) this.#ended(order, 'filled');
  }

  #ended(order: TrackedOrder, status: Exclude<OrderStatus, 'open'>): void {
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
    const pending = [...this.#pending.values(), ...this.#massCancels.values()];
    this.#pending.clear();
    this.#massCancels.clear();
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
