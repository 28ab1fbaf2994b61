/** One instrument's book of orders: what the fast matcher and the naive oracle both are. */

import type { Side } from '../../feed/index.ts';
import type { OrderConditions, Reason, TimeInForce } from '../protocol/index.ts';

/**
 * Price-time priority. Every method answers `Reason.None` when done; anything else is a refusal
 * that changed nothing and caused no event. Order ids are 1 to 2^53 - 1, chosen by the caller,
 * unique among the open orders of all books that share their memory. Owners are 0 to 2^32 - 1.
 * Prices are ticks, quantities lots; an order's total (filled and open) and a level's quantity
 * stay within 2^53 - 1.
 *
 * Refusals are looked for in this order, so that every implementation gives the same one:
 * new orders: BadField (id, owner, side, time in force), BadQuantity, BadPrice, BadField, BadQuantity
 * and ConditionsConflict of the conditions, DuplicateOrderId, PostOnlyWouldTrade, then for what may rest TooManyOrders (the pool is full now, whatever the order would fill) and
 * LevelFull; changes: BadQuantity, BadPrice, UnknownOrder, QuantityAlreadyFilled (modify) or
 * BadQuantity (replace: filled and open together exceed 2^53 - 1), BadQuantity (an iceberg of more
 * than MAX_ICEBERG_PARTS parts), PostOnlyWouldTrade, LevelFull.
 */
export interface OrderBook {
  /**
   * Prices that the book chooses itself (for a post-only order that slides) stay within; those it
   * is given are its caller's to judge. Without a band at first.
   */
  setPriceBand(lowest: number, highest: number): void;
  /**
   * Matches, then rests what is left if `Gtc`; see `SelfTrade` for orders of one owner. `Fok`, and a minimum quantity, is asked for before
   * the first fill: what cannot be had is accepted and cancelled whole.
   */
  limit(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    timeInForce: TimeInForce,
    conditions?: OrderConditions,
  ): Reason;
  /** Matches at any price; what is left is cancelled. `Gtc` by default, which is `Ioc` here. */
  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce?: TimeInForce,
    conditions?: OrderConditions,
  ): Reason;
  cancel(orderId: number): Reason;
  /** New total quantity; see `ModifyOrder`. */
  modify(orderId: number, price: number, quantity: number): Reason;
  /** New open quantity; priority is lost; see `ReplaceOrder`. */
  replace(orderId: number, price: number, quantity: number): Reason;
}

/** One order of a book as it is now; `open` is all of it, shown or not. */
export interface BookOrder {
  readonly side: Side;
  readonly price: number;
  readonly open: number;
  readonly filled: number;
}

/**
 * Quantities of levels are what they show. What a book holds, for snapshots, proofs and tests: best price first, a level's orders in the
 * order in which they will fill. Not to be read while a command runs (from `BookEvents`).
 */
export interface BookContents {
  readonly orderCount: number;
  /** `undefined` when the book has no order of this id. */
  orderOf(orderId: number): BookOrder | undefined;
  bestPrice(side: Side): number | undefined;
  levelCount(side: Side): number;
  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void;
  /** `open` is what is shown, `hidden` the rest. Nothing is visited when there is no such level. */
  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number, hidden: number) => void,
  ): void;
}

/**
 * What a book tells while it works. Numbers only, so that nothing is allocated. One command tells,
 * in this order: `accepted` (and `replaced` where it slid) or `replaced`; `traded` per fill, and in
 * between, where an order of the same owner is met, `cancelled` or `replaced` of the resting order
 * before that of the other; `cancelled`; then `levelChanged` once per touched level with its final
 * state: first the level that a modify, replace or cancel left, then those met, best first, then the one where the order rests (unless told already).
 * `rested` and `reduced` tell by themselves, for every queue that may be seen, who stands in it, in
 * which order, and with how many lots shown. `reduced` follows at once what caused it (`traded`,
 * `cancelled` or `replaced` of the order that rests, nothing in between); `rested` follows that where
 * an iceberg shows its next part, and else precedes the `levelChanged` of the level that is joined.
 * A listener must not call the book.
 */
export interface BookEvents {
  /** `price` is 0 for a market order, here and when its remainder is cancelled. */
  accepted(orderId: number, owner: number, side: Side, price: number, quantity: number): void;
  /** `*Leaves` are open quantities after this fill. The price is the resting order's. */
  traded(
    aggressorSide: Side,
    price: number,
    quantity: number,
    makerOrderId: number,
    makerOwner: number,
    makerLeaves: number,
    takerOrderId: number,
    takerOwner: number,
    takerLeaves: number,
  ): void;
  cancelled(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    reason: Reason,
  ): void;
  /**
   * A modify or replace was taken, or a new order has slid to this price; `quantity` is open before
   * any fill the new price causes.
   */
  replaced(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    keptPriority: boolean,
  ): void;
  /** The order stands last in the queue of its level now, and shows so many lots. */
  rested(orderId: number, side: Side, price: number, shown: number): void;
  /** An order in a queue shows fewer lots now, in its place; 0: it has left the queue. */
  reduced(orderId: number, shown: number): void;
  /** A level's state after the command has done with it: told once per level and command. */
  levelChanged(side: Side, price: number, quantity: number, orderCount: number): void;
}
