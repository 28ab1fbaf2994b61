/** How an order that has come meets those that rest on the other side. */

import type { Side } from '../../feed/index.ts';
import { Reason } from '../protocol/index.ts';
import { BookQueues } from './book-queues.ts';
import { ROW } from './book-rows.ts';
import { packOwner, unpackOwner } from './order-instructions.ts';
import type { PriceLevels } from './price-levels.ts';

const { COUNT, FILLED, NEXT, NONE, OPEN, ORDER_ID, OWNER, PREVIOUS, PRICE, QUANTITY, SHIFT } = ROW;
const { ImmediateRemainder } = Reason;

export class CrossingBook extends BookQueues {
  /** A limit order that was accepted meets the other side; what is left rests or is cancelled. */
  protected enter(
    bucket: number,
    orderId: number,
    owner: number,
    instructions: number,
    side: Side,
    key: number,
    level: number,
    quantity: number,
    crosses: boolean,
    rests: boolean,
  ): void {
    const own = this.sides[side]!;
    const other = this.sides[1 - side]!;
    let left = quantity;
    if (crosses) left = this.match(other, side, key, quantity, orderId, owner);
    if (!rests && left > 0) {
      this.events.cancelled(orderId, owner, side, own.sign * key + 0, left, ImmediateRemainder);
    }
    if (crosses) this.tellTouched(other, side);
    if (rests && left > 0) {
      const packed = packOwner(owner, instructions);
      const order = this.remember(bucket, orderId, packed, left, quantity - left);
      const at = level === NONE ? own.add(key) : level;
      this.append(order, at);
      this.tellLevel(side, at);
    }
  }

  /** Fills against the other side, best price and oldest order first; returns what is left. */
  protected match(
    other: PriceLevels,
    side: Side,
    key: number,
    quantity: number,
    takerId: number,
    takerOwner: number,
  ): number {
    let left = quantity;
    this.startTouching();
    while (left > 0 && key + other.bestKey >= 0) {
      const level = other.best;
      this.touch(this.memory.values[(level << SHIFT) + PRICE]!);
      left = this.matchLevel(level, side, left, takerId, takerOwner);
      if (this.memory.links[(level << SHIFT) + COUNT] === 0) other.remove(level);
    }
    return left;
  }

  private matchLevel(
    level: number,
    side: Side,
    quantity: number,
    takerId: number,
    takerOwner: number,
  ): number {
    const { links, values } = this.memory;
    const levelAt = level << SHIFT;
    const price = values[levelAt + PRICE]!;
    let left = quantity;
    let filledOrders = 0;
    let maker = links[levelAt + NEXT]!;
    while (maker !== level && left > 0) {
      const at = maker << SHIFT;
      const makerId = values[at + ORDER_ID]!;
      const owner = unpackOwner(values[at + OWNER]!);
      const open = values[at + OPEN]!;
      const fill = open < left ? open : left;
      const leaves = open - fill;
      left -= fill;
      this.events.traded(side, price, fill, makerId, owner, leaves, takerId, takerOwner, left);
      if (leaves > 0) {
        values[at + OPEN] = leaves;
        values[at + FILLED] = values[at + FILLED]! + fill;
      } else {
        const next = links[at + NEXT]!;
        this.forget(this.index.bucketOf(makerId), maker);
        filledOrders += 1;
        maker = next;
      }
    }
    links[levelAt + NEXT] = maker;
    links[(maker << SHIFT) + PREVIOUS] = level;
    links[levelAt + COUNT]! -= filledOrders;
    values[levelAt + QUANTITY]! -= quantity - left;
    return left;
  }
}
