/** One instrument's book of orders: what the fast matcher and the naive oracle both are. */

import type { Side } from '../../feed/index.ts';
import type { OrderConditions, Reason, SelfTrade, TimeInForce } from '../protocol/index.ts';
import type { OpenSums } from './open-sums.ts';

/**
 * Price-time priority, at one price all that is shown before hidden orders; see RULES.md. Every
 * method that answers a reason answers `Reason.None` when done; anything else is a refusal that
 * changed nothing and caused no event. Order ids are 1 to 2^53 - 1, chosen by the caller, unique
 * among the open orders of all books that share their memory. Owners are 0 to 2^32 - 1. Prices are
 * ticks, quantities lots; an order's total (filled and open), a level's quantity and the open lots
 * of all hidden orders of a side and price stay within 2^53 - 1.
 *
 * Refusals are looked for in this order, so that every implementation gives the same one: new
 * orders: BadField (id, owner, side, time in force), BadQuantity, BadPrice, BadField, BadQuantity
 * and ConditionsConflict of the conditions, NotInAuction (matching is off), DuplicateOrderId,
 * PostOnlyWouldTrade, then for what may rest TooManyOrders (the pool is full now, whatever the
 * order would fill) and LevelFull; changes: BadQuantity, BadPrice, UnknownOrder, ConditionsConflict
 * (move and park: it is not hidden), QuantityAlreadyFilled (modify) or BadQuantity (replace: filled
 * and open together exceed 2^53 - 1), BadQuantity (an iceberg of more than MAX_ICEBERG_PARTS
 * parts), PostOnlyWouldTrade, LevelFull.
 */
export interface OrderBook {
  /**
   * The last limit, market, modify, replace, move or unpark was stopped by the trade bounds, though
   * the other side has what it would have met beyond. If something of it rests, the book is
   * crossed: the caller turns matching off before the next command. False at first, and after a
   * refusal.
   */
  readonly wasBounded: boolean;
  /**
   * Prices that the book chooses itself (for a post-only order that slides) stay within; those it
   * is given are its caller's to judge. Without a band at first.
   */
  setPriceBand(lowest: number, highest: number): void;
  /**
   * No order meets one that rests at a price outside, neither to trade nor to be kept from it by
   * self-trade prevention: it stops there. What is left rests if it may, else it is cancelled
   * (VolatilityPause). Fill-or-kill and a minimum quantity count only what it meets before. Without
   * bounds at first. Uncrossing knows none.
   */
  setTradeBounds(lowest: number, highest: number): void;
  /**
   * Off, an order that comes or is changed rests without meeting the other side: the book may
   * cross. New orders that may not rest, are post-only or have a minimum quantity are refused then
   * (NotInAuction); a post-only order that is changed is refused or slides as ever. To turn it on
   * where the book is crossed is a mistake that throws: `uncross` comes first. On at first.
   */
  setMatching(isOn: boolean): void;
  /**
   * Trades what crosses at this price, as RULES.md tells under "Uncross", whether matching is on or
   * not. At a price at which most lots trade, nothing crosses afterwards.
   */
  uncross(price: number): void;
  /**
   * Matches, then rests what is left if `Gtc`; see `SelfTrade` for orders of one owner. `Fok`, and
   * a minimum quantity, is asked for before the first fill: what cannot be had is accepted and
   * cancelled whole.
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
  /**
   * Matches at any price that is not beyond `worstPrice`; what is left is cancelled: CollarReached
   * where orders rest beyond `worstPrice` and that is not beyond the trade bound, VolatilityPause
   * where they rest beyond the bound, NoLiquidity where none rest. `Gtc` by default, which is `Ioc`
   * here.
   */
  market(
    orderId: number,
    owner: number,
    side: Side,
    quantity: number,
    timeInForce?: TimeInForce,
    conditions?: OrderConditions,
    worstPrice?: number,
  ): Reason;
  cancel(orderId: number): Reason;
  /** New total quantity; see `ModifyOrder`. */
  modify(orderId: number, price: number, quantity: number): Reason;
  /** New open quantity; priority is lost; see `ReplaceOrder`. */
  replace(orderId: number, price: number, quantity: number): Reason;
  /** Replaces a hidden order with what it has open, without telling that it was `replaced`. */
  move(orderId: number, price: number): Reason;
  /** Takes a hidden order out of the book, without telling; ask `orderOf` before. */
  park(orderId: number): Reason;
  /**
   * A hidden order that was parked, or accepted elsewhere, enters (again) as if it were new, `Gtc`,
   * with so much of it filled before; that it was `accepted` is not told. Refused as a new order
   * is.
   */
  unpark(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    filled: number,
    selfTrade: SelfTrade,
  ): Reason;
}

/** One order of a book as it is now; `open` is all of it, shown or not. */
export interface BookOrder {
  readonly side: Side;
  readonly price: number;
  readonly open: number;
  readonly filled: number;
}

/**
 * What a book holds, for snapshots, proofs and tests: best price first, a level's orders in the order
 * in which they will fill. Levels, and the best price, are of what is shown. Not to be read while a
 * command runs (from `BookEvents`).
 */
export interface BookContents {
  /** Shown or not. */
  readonly orderCount: number;
  /** Whether the best bid is at or above the best ask, hidden orders included. */
  readonly isCrossed: boolean;
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
  /** The hidden orders of a side, first those that fill first. */
  forEachHidden(
    side: Side,
    visit: (orderId: number, owner: number, price: number, open: number, filled: number) => void,
  ): void;
  /**
   * Every price at which something is open, with all open lots there, shown or not (2^53 - 1 where
   * it is more); ends where `visit` answers false.
   */
  forEachOpen(side: Side, visit: (price: number, open: number) => boolean): void;
  /**
   * While matching is off: the same as sums, which from the first call on the book keeps up to date.
   * By side; `undefined` where they cannot be told exactly. Absent: it keeps none.
   */
  openSums?(): readonly OpenSums[] | undefined;
}

/**
 * What a book tells while it works. Numbers only, so that nothing is allocated. One command tells,
 * in this order: `accepted` (and `replaced` where it slid) or `replaced`; `traded` per fill, and in
 * between, where an order of the same owner is met, `cancelled` or `replaced` of the resting order
 * before that of the other; `cancelled`; then `levelChanged` once per touched level with its final
 * state: first the level that a modify, replace or cancel left, then those met, best first, then
 * the one where the order rests (unless told already). `rested` and `reduced` tell by themselves,
 * for every queue that may be seen, who stands in it, in which order, and with how many lots shown.
 * `reduced` follows at once what caused it (`traded`, `cancelled` or `replaced` of the order that
 * rests, nothing in between); `rested` follows that where an iceberg shows its next part, and else
 * precedes the `levelChanged` of the level that is joined. Hidden orders are told of as all others
 * are, but in no `rested`, `reduced` or `levelChanged`. A listener must not call the book.
 *
 * An uncross tells `crossed` per trade, and after each what it does to the queue of the bid, then to
 * that of the ask; at the end `levelChanged` of the bid levels it met, best first, then of the ask
 * levels.
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
  /** A trade of an uncross; `*Leaves` are open quantities after it. */
  crossed(
    price: number,
    quantity: number,
    bidOrderId: number,
    bidOwner: number,
    bidLeaves: number,
    askOrderId: number,
    askOwner: number,
    askLeaves: number,
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
