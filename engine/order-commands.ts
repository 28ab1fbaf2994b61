/** The commands that are about orders: new, cancel, modify, replace, and all of an owner's at once. */

import { TradingStatus } from '../feed/index.ts';
import type { ListedInstrument, MarketBook } from './listed-instrument.ts';
import type { ListedInstruments } from './listed-instruments.ts';
import type { ReportSink } from './market-output.ts';
import type { OrderCanceller } from './order-canceller.ts';
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
  OrderState,
  OrderType,
  PostOnly,
  Reason,
  type ReplaceOrder,
  SelfTrade,
  TimeInForce,
} from './protocol/index.ts';
import { assertUncrossed, collarPrice, isOutsideCollar } from './rules/protection.ts';
import type { Settlement } from './rules/settlement.ts';
import type { SpecialChanges } from './rules/special-changes.ts';
import { isInBand } from './rules/special-checks.ts';
import type { SpecialEntry } from './rules/special-entry.ts';
import { checkEntry, takesCancels, takesOrders } from './rules/status.ts';

/** Local, for an imported constant is read from memory at each use. */
const { None, ByRequest: BY_REQUEST } = Reason;
const { Continuous } = TradingStatus;
const { InBook } = OrderState;
const { Modify } = CommandType;
const { Limit: LIMIT, Market: MARKET } = OrderType;
const { Fok: FOK } = TimeInForce;
const { Off: POST_ONLY_OFF } = PostOnly;
const { Allow: ALLOW } = SelfTrade;

export interface OrderCommandsOptions {
  readonly instruments: ListedInstruments;
  readonly directory: OrderDirectory;
  readonly events: OrderEvents;
  readonly reports: ReportSink;
  readonly settlement: Settlement;
  readonly canceller: OrderCanceller;
  readonly entry: SpecialEntry;
  readonly changes: SpecialChanges;
  readonly blockedOwners: ReadonlySet<number>;
}

/** Every method answers as `Market.apply` does. */
export class OrderCommands {
  readonly #instruments: ListedInstruments;
  readonly #directory: OrderDirectory;
  readonly #events: OrderEvents;
  readonly #reports: ReportSink;
  readonly #settlement: Settlement;
  readonly #canceller: OrderCanceller;
  readonly #entry: SpecialEntry;
  readonly #changes: SpecialChanges;
  readonly #blockedOwners: ReadonlySet<number>;

  constructor(options: OrderCommandsOptions) {
    this.#instruments = options.instruments;
    this.#directory = options.directory;
    this.#events = options.events;
    this.#reports = options.reports;
    this.#settlement = options.settlement;
    this.#canceller = options.canceller;
    this.#entry = options.entry;
    this.#changes = options.changes;
    this.#blockedOwners = options.blockedOwners;
  }

  newOrder(owner: number, order: NewOrder): Reason {
    const instrument = this.#instruments.get(order.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    const book = instrument.orders;
    if (book === undefined) return Reason.WrongBookKind;
    if (order.clientOrderId < 1) return Reason.BadField;
    if (this.#isBlocked(owner)) return Reason.OwnerBlocked;
    if (instrument.status !== Continuous) {
      const refusal = checkEntry(instrument.status, order);
      if (refusal !== None) return refusal;
    }
    const reason = isSpecial(order)
      ? this.#entry.newOrder(owner, instrument, book, order)
      : this.#newPlainOrder(owner, instrument, book, order);
    if (reason === None) this.#called(instrument, book);
    return reason;
  }

  /** One that a book can take alone. */
  #newPlainOrder(
    owner: number,
    instrument: ListedInstrument,
    book: MarketBook,
    order: NewOrder,
  ): Reason {
    const { side, price, quantity, timeInForce } = order;
    const isLimit = order.orderType === LIMIT;
    if (isLimit && !isInBand(instrument, price)) return Reason.PriceOutsideBand;
    if (isLimit && isCollared(instrument, side, price)) return Reason.PriceOutsideCollar;
    if (!isLimit && price !== 0) return Reason.BadPrice;
    if (this.#directory.isTaken(owner, order.clientOrderId)) return Reason.DuplicateOrderId;
    const orderId = this.#directory.open(owner, order.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.TooManyOrders;
    this.#events.instrument = instrument;
    const conditions = conditionsOf(order);
    let reason: Reason;
    if (isLimit) {
      reason = book.limit(orderId, owner, side, price, quantity, timeInForce, conditions);
    } else {
      const worst = instrument.needsSettling ? collarPrice(instrument, side) : undefined;
      reason = book.market(orderId, owner, side, quantity, timeInForce, conditions, worst);
    }
    if (reason !== None) this.#directory.discard(orderId);
    return reason;
  }

  /** Possible in every status but Delisted: an owner may always take an order back. */
  cancel(owner: number, command: CancelOrder): Reason {
    const instrument = this.#instruments.get(command.instrument);
    if (instrument === undefined) return Reason.UnknownInstrument;
    if (instrument.orders === undefined) return Reason.WrongBookKind;
    if (!takesCancels(instrument.status)) return Reason.InstrumentNotTrading;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    this.end(instrument, orderId, BY_REQUEST);
    return None;
  }

  /** Takes what is open in every status. */
  massCancel(owner: number, command: MassCancel): Reason {
    const named = command.instrument;
    if (named !== ALL_INSTRUMENTS) {
      const instrument = this.#instruments.get(named);
      if (instrument === undefined) return Reason.UnknownInstrument;
      if (instrument.orders === undefined) return Reason.WrongBookKind;
    }
    this.#cancelAll(owner, owner, command, BY_REQUEST);
    return None;
  }

  /** Also of an owner without orders, so that a journal may be played whatever it holds. */
  ownerGone(owner: number): Reason {
    this.#endAll(owner, owner, Reason.Disconnected);
    return None;
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
    if (this.#isBlocked(owner)) return Reason.OwnerBlocked;
    if (!takesOrders(instrument.status)) return Reason.InstrumentNotTrading;
    const orderId = this.#directory.find(owner, command.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.UnknownOrder;
    const special = instrument.special?.find(orderId);
    const isBookMatter = special === undefined || (special.state === InBook && !special.isPegged);
    const reason = isBookMatter
      ? this.#changeInBook(instrument, book, orderId, command)
      : this.#changes.change(special, book, command);
    if (reason === None) this.#called(instrument, book);
    return reason;
  }

  #changeInBook(
    instrument: ListedInstrument,
    book: MarketBook,
    orderId: number,
    command: ModifyOrder | ReplaceOrder,
  ): Reason {
    const { price, quantity } = command;
    if (command.triggerPrice !== undefined) return Reason.BadField;
    if (!isInBand(instrument, price)) return Reason.PriceOutsideBand;
    if (instrument.session.collarTicks > 0) {
      const side = book.orderOf(orderId)?.side;
      if (side !== undefined && isCollared(instrument, side, price)) {
        return Reason.PriceOutsideCollar;
      }
    }
    this.#events.instrument = instrument;
    return command.type === Modify
      ? book.modify(orderId, price, quantity)
      : book.replace(orderId, price, quantity);
  }

  /** Ends an open order, wherever it is. */
  end(instrument: ListedInstrument, orderId: number, reason: Reason): void {
    this.#canceller.cancel(instrument, orderId, reason);
    if (instrument.needsSettling) this.#settlement.touch(instrument);
  }

  #endAll(asker: number, owner: number, reason: Reason): void {
    const all = { instrument: ALL_INSTRUMENTS, side: MassCancelSide.Both };
    this.#cancelAll(asker, owner, all, reason);
  }

  #cancelAll(
    asker: number,
    owner: number,
    named: Pick<MassCancel, 'instrument' | 'side'>,
    reason: Reason,
  ): void {
    const { count, isComplete } = cancelAll(
      this.#directory,
      (id) => this.#instruments.get(id),
      owner,
      named,
      (instrument, orderId) => this.end(instrument, orderId, reason),
    );
    this.#reports.massCancelled(asker, named.instrument, count, isComplete);
  }

  #isBlocked(owner: number): boolean {
    return this.#blockedOwners.size > 0 && this.#blockedOwners.has(owner);
  }

  /** After a call of its book that was not refused. What is settled is looked at when that is done. */
  #called(instrument: ListedInstrument, book: MarketBook): void {
    if (!instrument.needsSettling) {
      if (book.isCrossed) assertUncrossed(instrument);
      return;
    }
    if (book.wasBounded) instrument.mustPause = true;
    this.#settlement.touch(instrument);
  }
}

/** What no book can do alone, or is nothing that it should do. */
function isSpecial(order: NewOrder): boolean {
  return (
    order.orderType > MARKET ||
    order.timeInForce > FOK ||
    isThere(order.linkedTo) ||
    isThere(order.triggerPrice) ||
    isThere(order.trailBy) ||
    isThere(order.pegTo) ||
    isThere(order.pegOffset) ||
    isThere(order.expiresAtMs)
  );
}

function isThere(field: number | undefined): boolean {
  return field !== undefined && field !== 0;
}

/** The order itself when it asks for something special; a plain one goes the short way. */
function conditionsOf(order: NewOrder): OrderConditions | undefined {
  const { minimumQuantity = 0, postOnly = POST_ONLY_OFF, selfTrade = ALLOW } = order;
  const { displayQuantity = 0, isHidden = false } = order;
  const isPlain = minimumQuantity === 0 && displayQuantity === 0 && postOnly === POST_ONLY_OFF;
  return isPlain && selfTrade === ALLOW && !isHidden ? undefined : order;
}

/** Where there is no collar, and no session to ask, it takes one look. */
function isCollared(instrument: ListedInstrument, side: NewOrder['side'], price: number): boolean {
  return instrument.needsSettling && isOutsideCollar(instrument, side, price);
}
