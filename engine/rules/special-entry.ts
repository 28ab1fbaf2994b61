/** New orders that no book can take alone: stops, pegs, linked ones, those that end by themselves. */

import { TradingStatus } from '../../feed/index.ts';
import { MAX_WAITING_ORDERS } from '../limits.ts';
import type { ListedInstrument, MarketBook } from '../listed-instrument.ts';
import type { MarketTime } from '../market-time.ts';
import type { OrderDirectory } from '../order-directory.ts';
import type { OrderEvents } from '../order-events.ts';
import {
  CommandType,
  type NewOrder,
  OrderState,
  OrderType,
  Reason,
  TimeInForce,
} from '../protocol/index.ts';
import type { Expiries } from './expiries.ts';
import type { Links } from './links.ts';
import { type PegMoves, priceNow, shownBest } from './peg-moves.ts';
import { checkTerms, checkWaiting, mayRest } from './special-checks.ts';
import { SpecialOrder } from './special-order.ts';
import { SpecialOrders } from './special-orders.ts';
import { hasReached } from './stops.ts';
import { startTrailing } from './trailing.ts';

export interface SpecialEntryOptions {
  readonly directory: OrderDirectory;
  readonly events: OrderEvents;
  readonly expiries: Expiries;
  readonly links: Links;
  readonly pegMoves: PegMoves;
  readonly time: MarketTime;
  /** Stops and pegs that one instrument holds. */
  readonly waitingLimit?: number | undefined;
}

export class SpecialEntry {
  readonly #options: SpecialEntryOptions;
  readonly #waitingLimit: number;

  constructor(options: SpecialEntryOptions) {
    this.#options = options;
    this.#waitingLimit = options.waitingLimit ?? MAX_WAITING_ORDERS;
  }

  /** The special orders of an instrument, which from now on has some. */
  specialOf(instrument: ListedInstrument): SpecialOrders {
    const { links, expiries } = this.#options;
    instrument.special ??= new SpecialOrders(links, expiries);
    instrument.watch();
    return instrument.special;
  }

  /**
   * Answers as `Market.apply` does. Whatever is refused for the instrument's kind and status, the
   * owner or the client order id's value has been looked for before.
   */
  newOrder(owner: number, instrument: ListedInstrument, book: MarketBook, order: NewOrder): Reason {
    const { directory, events, time } = this.#options;
    const refusal = checkTerms(instrument, order, time.ms);
    if (refusal !== Reason.None) return refusal;
    if (directory.isTaken(owner, order.clientOrderId)) return Reason.DuplicateOrderId;
    const notLinked = this.#checkLink(owner, instrument, order);
    if (notLinked !== Reason.None) return notLinked;
    const orderId = directory.open(owner, order.clientOrderId, instrument.id);
    if (orderId === 0) return Reason.TooManyOrders;
    events.instrument = instrument;
    const arrival = directory.arrivalOf(orderId);
    const special = new SpecialOrder(instrument, orderId, owner, arrival, order);
    const answer =
      order.orderType === OrderType.Limit
        ? this.#enterLimit(special, book, order)
        : this.#enterWaiting(special, order);
    if (answer !== Reason.None) directory.discard(orderId);
    return answer;
  }

  /** In the order of RULES.md: of the order itself, then of the one that it names. */
  #checkLink(owner: number, instrument: ListedInstrument, order: NewOrder): Reason {
    const { orderType, timeInForce, linkedTo = 0 } = order;
    if (linkedTo === 0) return Reason.None;
    if (orderType === OrderType.Market || !mayRest(timeInForce)) return Reason.ConditionsConflict;
    const otherId = this.#options.directory.find(owner, linkedTo, instrument.id);
    if (otherId === 0) return Reason.UnknownOrder;
    const other = instrument.special?.find(otherId);
    return other?.partner === undefined ? Reason.None : Reason.ConditionsConflict;
  }

  /** Registered first, so that what it meets on arrival finds it; a refusal takes all of it back. */
  #enterLimit(order: SpecialOrder, book: MarketBook, asked: NewOrder): Reason {
    const { instrument, orderId, owner, side, price, open } = order;
    this.#register(order, asked);
    const { Gtc } = TimeInForce;
    const inBook = mayRest(order.timeInForce) ? Gtc : order.timeInForce;
    const refusal = book.limit(orderId, owner, side, price, open, inBook, order.conditions);
    if (refusal === Reason.None) return Reason.None;
    const { special, session } = instrument;
    const { partner } = order;
    this.#options.links.unlink(order);
    special?.drop(order);
    if (partner !== undefined) special?.dropIfPlain(partner);
    session.dayOrders.delete(orderId);
    return refusal;
  }

  #enterWaiting(order: SpecialOrder, asked: NewOrder): Reason {
    const { events, pegMoves } = this.#options;
    const { instrument, orderId, owner } = order;
    const refusal = checkWaiting(orderId, owner, asked);
    if (refusal !== Reason.None) return refusal;
    const special = this.specialOf(instrument);
    if (special.waitingCount >= this.#waitingLimit) return Reason.TooManyWaiting;
    events.accepted(orderId, owner);
    this.#register(order, asked);
    if (order.isPegged) {
      const best = shownBest(instrument);
      const isContinuous = instrument.status === TradingStatus.Continuous;
      order.state = OrderState.Parked;
      special.pegs.add(order, isContinuous ? best : undefined);
      const bookPrice = priceNow(order, best);
      if (bookPrice !== undefined) pegMoves.enter(order, bookPrice);
      return Reason.None;
    }
    if (order.orderType === OrderType.TrailingStop) startTrailing(order, instrument.lastTradePrice);
    if (hasReached(order, instrument.lastTradePrice)) special.elect(order);
    else special.wait(order);
    return Reason.None;
  }

  #register(order: SpecialOrder, { linkedTo = 0 }: NewOrder): void {
    const { instrument, owner, timeInForce, orderId } = order;
    if (timeInForce === TimeInForce.Day) instrument.session.dayOrders.add(orderId);
    // One that is good for the day, and asks for nothing else, is plain from now on.
    const isSpecial = order.isStop || order.isPegged || timeInForce === TimeInForce.Gtd;
    if (!isSpecial && linkedTo === 0) return;
    const special = this.specialOf(instrument);
    special.add(order);
    if (linkedTo === 0) return;
    const otherId = this.#options.directory.find(owner, linkedTo, instrument.id);
    const other = special.find(otherId) ?? this.#adopt(special, instrument, otherId, owner);
    this.#options.links.link(order, other);
  }

  /** A plain order of the book becomes a special one: it is linked. */
  #adopt(
    special: SpecialOrders,
    instrument: ListedInstrument,
    orderId: number,
    owner: number,
  ): SpecialOrder {
    const inBook = instrument.orders?.orderOf(orderId);
    if (inBook === undefined) throw new Error(`SpecialEntry: order ${orderId} is nowhere`);
    const { directory } = this.#options;
    const isDay = instrument.session.dayOrders.has(orderId);
    const order = new SpecialOrder(instrument, orderId, owner, directory.arrivalOf(orderId), {
      type: CommandType.NewOrder,
      instrument: instrument.id,
      clientOrderId: directory.clientOrderIdOf(orderId),
      side: inBook.side,
      orderType: OrderType.Limit,
      timeInForce: isDay ? TimeInForce.Day : TimeInForce.Gtc,
      price: inBook.price,
      quantity: inBook.open,
    });
    special.add(order);
    return order;
  }
}
