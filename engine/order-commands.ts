/** The commands that are about orders: new, cancel, modify, replace, and all of an owner's at once. */

import { TradingStatus } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { ListedInstruments } from './listed-instruments.ts';
import type { ReportSink } from './market-output.ts';
import type { OrderDirectory } from './order-directory.ts';
import type { OrderEvents } from './order-events.ts';
import { cancelAll } from './owner-orders.ts';
import {
  ALL_INSTRUMENTS,
  type CancelOrder,
  CommandType,
  type MassCancel,
  MassCancelSide,
  type ModifyOrder,
  type NewOrder,
  type OrderConditions,
  OrderType,
  PostOnly,
  Reason,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from './protocol/index.ts';
import type { Settlement } from './rules/settlement.ts';

export interface OrderCommandsOptions {
  readonly instruments: ListedInstruments;
  readonly directory: OrderDirectory;
  readonly events: OrderEvents;
  readonly reports: ReportSink;
  readonly settlement: Settlement;
}

/** Every method answers as `Market.apply` does. */
export class OrderCommands {
  readonly #instruments: ListedInstruments;
  readonly #directory: OrderDirectory;
  readonly #events: OrderEvents;
  readonly #reports: ReportSink;
  readonly #settlement: Settlement;

  constructor(options: OrderCommandsOptions) {
    this.#instruments = options.instruments;
    this.#directory = options.directory;
    this.#events = options.events;
    this.#reports = options.reports;
    this.#settlement = options.settlement;
  }

  newOrder(owner: number, order: NewOrder): Reason {
    const instrument = this.#instruments.get(order.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const book = instrument.orders;
    if (book === undefined) return Reason.WrongBookKind;
    if (order.clientOrderId < 1) return Reason.BadField;
    if (instrument.status !== TradingStatus.Continuous) return Reason.InstrumentNotTrading;
    if (order.orderType > OrderType.Market || order.timeInForce > TimeInForce.Fok) {
      return Reason.BadField;
    }
    const isLimit = order.orderType === OrderType.Limit;
    if (isLimit && !isInBand(instrument, order.price)) return Reason.PriceOutsideBand;
    if (!isLimit && order.price !== 0) return Reason.BadPrice;
    if (this.#directory.isTaken(owner, order.clientOrderId)) return Reason.DuplicateOrderId;
    const orderId = this.#directory.open(owner, order.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.TooManyOrders;
    this.#call(instrument);
    const { side, price, quantity, timeInForce } = order;
    const conditions = conditionsOf(order);
    const reason = isLimit
      ? book.limit(orderId, owner, side, price, quantity, timeInForce, conditions)
      : book.market(orderId, owner, side, quantity, timeInForce, conditions);
    if (reason !== Reason.None) this.#directory.discard(orderId);
    return reason;
  }

  /** Possible in every status: an owner may always take an order back. */
  cancel(owner: number, command: CancelOrder): Reason {
    const instrument = this.#instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.orders === undefined) return Reason.WrongBookKind;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    this.#call(instrument);
    return instrument.orders.cancel(orderId);
  }

  /** Possible in every status, as a single cancel is. */
  massCancel(owner: number, command: MassCancel): Reason {
    const named = command.instrument;
    if (named !== ALL_INSTRUMENTS) {
      const instrument = this.#instruments.get(named);
      if (instrument === undefined) return Reason.UnknownInstrument;
      if (instrument.orders === undefined) return Reason.WrongBookKind;
    }
    this.#cancelAll(owner, owner, command);
    return Reason.None;
  }

  /** Also of an owner without orders, so that a journal may be played whatever it holds. */
  ownerGone(owner: number): Reason {
    this.#endAll(owner, owner, Reason.Disconnected);
    return Reason.None;
  }

  /** All orders of `target`; `owner` asked for it and is told how many they were. */
  killOrders(owner: number, target: number): void {
    this.#endAll(owner, target, Reason.KillSwitch);
  }

  change(owner: number, command: ModifyOrder | ReplaceOrder): Reason {
    const instrument = this.#instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const book = instrument.orders;
    if (book === undefined) return Reason.WrongBookKind;
    if (instrument.status !== TradingStatus.Continuous) return Reason.InstrumentNotTrading;
    const { price, quantity } = command;
    if (!isInBand(instrument, price)) return Reason.PriceOutsideBand;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    this.#call(instrument);
    return command.type === CommandType.Modify
      ? book.modify(orderId, price, quantity)
      : book.replace(orderId, price, quantity);
  }

  /** Ends an open order, wherever it is. */
  end(instrument: ListedInstrument, orderId: number, reason: Reason): void {
    this.#events.cancelReason = reason;
    this.#call(instrument);
    instrument.orders?.cancel(orderId);
    this.#events.cancelReason = Reason.ByRequest;
  }

  #endAll(asker: number, owner: number, reason: Reason): void {
    this.#events.cancelReason = reason;
    this.#cancelAll(asker, owner, { instrument: ALL_INSTRUMENTS, side: MassCancelSide.Both });
    this.#events.cancelReason = Reason.ByRequest;
  }

  #cancelAll(asker: number, owner: number, named: Pick<MassCancel, 'instrument' | 'side'>): void {
    const { count, isComplete } = cancelAll(
      this.#directory,
      (id) => this.#instruments.get(id),
      owner,
      named,
      (instrument, orderId) => {
        this.#call(instrument);
        instrument.orders?.cancel(orderId);
      },
    );
    this.#reports.massCancelled(asker, named.instrument, count, isComplete);
  }

  /** Before every call of an instrument's book. */
  #call(instrument: ListedInstrument): void {
    this.#events.instrument = instrument;
    if (instrument.needsSettling) this.#settlement.touch(instrument);
  }
}

/** The order itself when it asks for something special; a plain one goes the short way. */
function conditionsOf(order: NewOrder): OrderConditions | undefined {
  const { minimumQuantity = 0, postOnly = PostOnly.Off, selfTrade = SelfTrade.Allow } = order;
  const { displayQuantity = 0 } = order;
  const isPlain = minimumQuantity === 0 && displayQuantity === 0 && postOnly === PostOnly.Off;
  return isPlain && selfTrade === SelfTrade.Allow ? undefined : order;
}

function isInBand(instrument: ListedInstrument, price: number): boolean {
  return price >= instrument.lowestPrice && price <= instrument.highestPrice;
}
