/** Modify and replace of orders that wait or follow: waiting stops and pegged orders. */

import { MAX_INTEGER } from '../../feed/index.ts';
import { checkTerms } from '../book/order-checks.ts';
import type { ListedInstrument, MarketBook } from '../listed-instrument.ts';
import type { OrderDirectory } from '../order-directory.ts';
import type { OrderEvents } from '../order-events.ts';
import {
  CommandType,
  MAX_ICEBERG_PARTS,
  type ModifyOrder,
  OrderState,
  Reason,
  type ReplaceOrder,
} from '../protocol/index.ts';
import { type PegMoves, priceNow, shownBest } from './peg-moves.ts';
import { hasLimit, hasTrigger, isInBand } from './special-checks.ts';
import type { SpecialOrder } from './special-order.ts';
import type { SpecialOrders } from './special-orders.ts';
import { hasReached } from './stops.ts';

type Change = ModifyOrder | ReplaceOrder;

export interface SpecialChangesOptions {
  readonly directory: OrderDirectory;
  readonly events: OrderEvents;
  readonly pegMoves: PegMoves;
}

export class SpecialChanges {
  readonly #options: SpecialChangesOptions;

  constructor(options: SpecialChangesOptions) {
    this.#options = options;
  }

  /**
   * Answers as `Market.apply` does. `order` waits, was elected, or is pegged; the refusals that all
   * changes share have been looked for before.
   */
  change(order: SpecialOrder, book: MarketBook, command: Change): Reason {
    const { special } = order.instrument;
    if (special === undefined) return Reason.UnknownOrder;
    if (order.state === OrderState.Elected) return Reason.InstrumentNotTrading;
    const refusal = checkChange(order, command);
    if (refusal !== Reason.None) return refusal;
    this.#options.events.instrument = order.instrument;
    return order.isPegged
      ? this.#changePeg(order, special, book, command)
      : this.#changeStop(order, special, command);
  }

  #changeStop(order: SpecialOrder, special: SpecialOrders, command: Change): Reason {
    const { displayQuantity } = order.conditions;
    const { type, price, quantity, triggerPrice = order.trigger } = command;
    if (displayQuantity > 0 && quantity > displayQuantity * MAX_ICEBERG_PARTS) {
      return Reason.BadQuantity;
    }
    const isSame = price === order.price && triggerPrice === order.trigger;
    const keepsPlace = type === CommandType.Modify && isSame && quantity < order.open;
    if (keepsPlace) {
      order.open = quantity;
    } else {
      special.stops.remove(order);
      order.open = quantity;
      order.price = price + 0;
      order.triggerPrice = triggerPrice + 0;
      order.place = this.#options.directory.nextArrival();
    }
    this.#tell(order, keepsPlace);
    if (keepsPlace) return Reason.None;
    if (hasReached(order, order.instrument.lastTradePrice)) special.elect(order);
    else special.wait(order);
    return Reason.None;
  }

  #changePeg(
    order: SpecialOrder,
    special: SpecialOrders,
    book: MarketBook,
    command: Change,
  ): Reason {
    const inBook = order.state === OrderState.InBook ? book.orderOf(order.orderId) : undefined;
    const { open, filled } = inBook ?? order;
    const wanted =
      command.type === CommandType.Modify ? command.quantity - filled : command.quantity;
    if (wanted < 1) return Reason.QuantityAlreadyFilled;
    if (filled + wanted > MAX_INTEGER) return Reason.BadQuantity;
    const isSame = command.price === order.price;
    const keepsPlace = command.type === CommandType.Modify && isSame && wanted < open;
    if (keepsPlace) {
      if (inBook !== undefined) return book.modify(order.orderId, order.bookPrice, filled + wanted);
      order.open = wanted;
      this.#tell(order, true);
      return Reason.None;
    }
    return this.#replacePeg(order, special, book, command.price, wanted);
  }

  /** To a new place among the pegged, and to the price that is right now. */
  #replacePeg(
    order: SpecialOrder,
    special: SpecialOrders,
    book: MarketBook,
    limit: number,
    open: number,
  ): Reason {
    const { instrument, orderId } = order;
    const limitBefore = order.price;
    order.price = limit + 0;
    const price = priceNow(order, shownBest(instrument));
    if (order.state === OrderState.InBook && price !== undefined) {
      const refusal = book.replace(orderId, price, open);
      if (refusal !== Reason.None) {
        order.price = limitBefore;
        return refusal;
      }
      order.bookPrice = price;
      if (book.wasBounded) instrument.mustPause = true;
    } else {
      if (order.state === OrderState.InBook) this.#options.pegMoves.park(order);
      order.open = open;
      this.#tell(order, false);
      if (price !== undefined) this.#options.pegMoves.enter(order, price);
    }
    order.place = this.#options.directory.nextArrival();
    if (special.pegs.has(order)) special.pegs.moveBack(order);
    return Reason.None;
  }

  #tell({ orderId, owner, side, price, open }: SpecialOrder, keptPriority: boolean): void {
    this.#options.events.replaced(orderId, owner, side, price, open, keptPriority);
  }
}

/** The refusals of RULES.md that follow UnknownOrder, down to the book's first ones. */
function checkChange(order: SpecialOrder, command: Change): Reason {
  const { instrument, orderType, isPegged } = order;
  const { price, quantity, triggerPrice } = command;
  const mayChangeTrigger = !isPegged && hasTrigger(orderType);
  if (triggerPrice !== undefined && !mayChangeTrigger) return Reason.BadField;
  if (hasLimit(orderType) && !isInBand(instrument, price)) return Reason.PriceOutsideBand;
  if (isOutside(instrument, triggerPrice)) return Reason.PriceOutsideBand;
  if (!hasLimit(orderType) && price !== 0) return Reason.BadPrice;
  return checkTerms(price, quantity);
}

function isOutside(instrument: ListedInstrument, price: number | undefined): boolean {
  return price !== undefined && !isInBand(instrument, price);
}
