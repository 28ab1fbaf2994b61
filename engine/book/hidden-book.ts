/** Orders that are hidden, and every change of an order in a book that is not plain. */

import type { Side } from '../../feed/index.ts';
import { MAX_ICEBERG_PARTS, PostOnly, Reason, type SelfTrade } from '../protocol/index.ts';
import { ROW, TAG_BITS } from './book-rows.ts';
import { ConditionalBook } from './conditional-book.ts';
import { checkFields, checkTerms, isFilled, isPrice, isSelfTrade } from './order-checks.ts';
import {
  FIRST_ICEBERG,
  postOnlyOf,
  unpackInstructions,
  unpackOwner,
} from './order-instructions.ts';

const { COUNT, FILLED, LEVEL, NONE, OPEN, ORDER_ID, OWNER, PRICE, QUANTITY, SHIFT, TAG } = ROW;
const { HIDDEN, SIDE } = TAG_BITS;
const { Off } = PostOnly;
const {
  BadField,
  BadPrice,
  BadQuantity,
  ByRequest,
  ConditionsConflict,
  DuplicateOrderId,
  LevelFull,
  None,
  PostOnlyWouldTrade,
  UnknownOrder,
} = Reason;

export class HiddenBook extends ConditionalBook {
  move(orderId: number, price: number): Reason {
    this.wasBounded = false;
    if (!isPrice(price)) return BadPrice;
    const order = this.findOwn(this.index.bucketOf(orderId), orderId);
    if (order === NONE) return UnknownOrder;
    if (!this.isHiddenOrder(order)) return ConditionsConflict;
    const open = this.memory.values[(order << SHIFT) + OPEN]!;
    return this.reenterGuarded(order, price, open, false);
  }

  park(orderId: number): Reason {
    const order = this.findOwn(this.index.bucketOf(orderId), orderId);
    if (order === NONE) return UnknownOrder;
    if (!this.isHiddenOrder(order)) return ConditionsConflict;
    this.takeOut(order);
    this.judgePlain();
    return None;
  }

  unpark(
    orderId: number,
    owner: number,
    side: Side,
    price: number,
    quantity: number,
    filled: number,
    selfTrade: SelfTrade,
  ): Reason {
    this.wasBounded = false;
    let refusal = checkFields(orderId, owner, side);
    if (refusal !== None) return refusal;
    refusal = checkTerms(price, quantity);
    if (refusal !== None) return refusal;
    if (!isSelfTrade(selfTrade)) return BadField;
    if (!isFilled(filled, quantity)) return BadQuantity;
    this.memory.reserve();
    if (this.index.find(this.index.bucketOf(orderId), orderId) !== NONE) return DuplicateOrderId;
    const own = this.hiddenSides[side]!;
    const ticks = price + 0;
    const key = own.sign * ticks;
    const meets = this.isMatching && this.crosses(side, key);
    refusal = this.findNoRoom(meets ? NONE : own.find(key), quantity);
    if (refusal !== None) return refusal;
    // Self-trade prevention is all that it asks for.
    this.enterGuarded(orderId, owner, selfTrade, own, side, key, quantity, filled, true, ticks);
    return None;
  }

  protected cancelHidden(order: number): Reason {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const levelAt = links[at + LEVEL]! << SHIFT;
    const side = (links[levelAt + TAG]! & SIDE) as Side;
    const owner = unpackOwner(values[at + OWNER]!);
    const open = values[at + OPEN]!;
    const price = values[levelAt + PRICE]!;
    this.events.cancelled(values[at + ORDER_ID]!, owner, side, price, open, ByRequest);
    this.takeOut(order);
    this.judgePlain();
    return None;
  }

  /** Lets an order in again as if it were new, with its own id, in any book. */
  protected reenterGuarded(
    order: number,
    newPrice: number,
    quantity: number,
    isTold: boolean,
  ): Reason {
    const { memory } = this;
    memory.reserve();
    const { links, values } = memory;
    const at = order << SHIFT;
    const oldLevelAt = links[at + LEVEL]! << SHIFT;
    const tag = links[oldLevelAt + TAG]!;
    const side = (tag & SIDE) as Side;
    const isHidden = (tag & HIDDEN) !== 0;
    const own = this.levelsOf(links[at + LEVEL]!);
    const packed = values[at + OWNER]!;
    const instructions = unpackInstructions(packed);
    const part = packed >= FIRST_ICEBERG ? memory.parts[order]! : quantity;
    if (quantity > part * MAX_ICEBERG_PARTS) return BadQuantity;
    let key = own.sign * (newPrice + 0);
    if (postOnlyOf(instructions) !== Off && this.crosses(side, key)) {
      key = this.slidKey(side, instructions);
      if (Number.isNaN(key)) return PostOnlyWouldTrade;
    }
    const meets = this.isMatching && this.crosses(side, key);
    const price = own.sign * key + 0;
    const oldPrice = values[oldLevelAt + PRICE]!;
    const level = meets ? NONE : own.find(key);
    const leaving = price === oldPrice ? values[at + OPEN]! : 0;
    if (level !== NONE && !this.hasRoom(level, Math.min(quantity, part) - leaving)) {
      return LevelFull;
    }
    const orderId = values[at + ORDER_ID]!;
    const filled = values[at + FILLED]!;
    const owner = unpackOwner(packed);
    if (isTold) this.events.replaced(orderId, owner, side, price, quantity, false);
    if (!isHidden) this.events.reduced(orderId, 0);
    this.takeOut(order);
    this.comingPart = part;
    this.enterGuarded(
      orderId,
      owner,
      instructions,
      own,
      side,
      key,
      quantity,
      filled,
      true,
      oldPrice,
    );
    return None;
  }

  protected isHiddenOrder(order: number): boolean {
    return this.isHiddenLevel(this.memory.links[(order << SHIFT) + LEVEL]!);
  }

  /** Takes an order out of its queue and out of the book; the level goes with its last one. */
  private takeOut(order: number): void {
    const { links, values } = this.memory;
    const at = order << SHIFT;
    const level = links[at + LEVEL]!;
    const levelAt = level << SHIFT;
    if (this.sums !== undefined) {
      const side = (links[levelAt + TAG]! & SIDE) as Side;
      this.noteOpen(side, values[levelAt + PRICE]!, -values[at + OPEN]! - this.hiddenOf(order));
    }
    values[levelAt + QUANTITY]! -= values[at + OPEN]!;
    links[levelAt + COUNT]! -= 1;
    this.unlink(order);
    this.forget(this.index.bucketOf(values[at + ORDER_ID]!), order);
    if (links[levelAt + COUNT] === 0) this.levelsOf(level).remove(level);
  }
}
