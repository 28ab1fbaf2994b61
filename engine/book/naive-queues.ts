/** What the naive book holds: the orders of each side in order of priority, and what is told of them. */

import { Side } from '../../feed/index.ts';
import type { PostOnly, SelfTrade } from '../protocol/index.ts';
import type { BookContents, BookEvents, BookOrder } from './book.ts';

export interface NaiveOrder {
  readonly orderId: number;
  readonly owner: number;
  readonly side: Side;
  readonly postOnly: PostOnly;
  readonly selfTrade: SelfTrade;
  /** Lots that an iceberg shows at a time; 0 for every other order. */
  readonly display: number;
  readonly isHidden: boolean;
  price: number;
  open: number;
  /** Lots that are shown while it rests. */
  shown: number;
  filled: number;
}

/** What naive books of one market share: who is open anywhere, and how many may be. */
export class NaiveMemory {
  readonly openIds = new Set<number>();
  readonly maxOrders: number;

  constructor(maxOrders: number) {
    this.maxOrders = maxOrders;
  }
}

const MAX = Number.MAX_SAFE_INTEGER;

export class NaiveQueues implements BookContents {
  /** First by price, then what is shown before what is hidden, then by arrival. */
  protected readonly queues: [bids: NaiveOrder[], asks: NaiveOrder[]] = [[], []];
  /** Levels that the running command touched, in order of first touch. */
  protected touched: { side: Side; price: number }[] = [];
  protected readonly memory: NaiveMemory;
  protected readonly events: BookEvents;

  constructor(memory: NaiveMemory, events: BookEvents) {
    this.memory = memory;
    this.events = events;
  }

  get orderCount(): number {
    return this.queues[Side.Bid].length + this.queues[Side.Ask].length;
  }

  get isCrossed(): boolean {
    const bid = this.queues[Side.Bid][0];
    const ask = this.queues[Side.Ask][0];
    return bid !== undefined && ask !== undefined && bid.price >= ask.price;
  }

  bestPrice(side: Side): number | undefined {
    return this.prices(side)[0];
  }

  levelCount(side: Side): number {
    return this.prices(side).length;
  }

  forEachLevel(
    side: Side,
    visit: (price: number, quantity: number, orderCount: number) => void,
  ): void {
    for (const price of this.prices(side)) {
      visit(price, this.shownAt(side, price), this.ordersAt(side, price).length);
    }
  }

  orderOf(orderId: number): BookOrder | undefined {
    const order = this.findOrder(orderId);
    if (order === undefined) return undefined;
    const { side, price, open, filled } = order;
    return { side, price, open, filled };
  }

  forEachOrder(
    side: Side,
    price: number,
    visit: (orderId: number, owner: number, open: number, filled: number, hidden: number) => void,
  ): void {
    for (const order of this.ordersAt(side, price)) {
      const { orderId, owner, open, shown, filled } = order;
      visit(orderId, owner, shown, filled, open - shown);
    }
  }

  forEachHidden(
    side: Side,
    visit: (orderId: number, owner: number, price: number, open: number, filled: number) => void,
  ): void {
    for (const order of this.queues[side].filter(({ isHidden }) => isHidden)) {
      visit(order.orderId, order.owner, order.price, order.open, order.filled);
    }
  }

  forEachOpen(side: Side, visit: (price: number, open: number) => boolean): void {
    for (const price of new Set(this.queues[side].map((order) => order.price))) {
      const orders = this.queues[side].filter((order) => order.price === price);
      const open = orders.reduce((sum, order) => sum + BigInt(order.open), 0n);
      if (!visit(price, Number(open > BigInt(MAX) ? MAX : open))) return;
    }
  }

  protected findOrder(orderId: number): NaiveOrder | undefined {
    return this.queues.flat().find((order) => order.orderId === orderId);
  }

  /** The shown orders of a level. */
  protected ordersAt(side: Side, price: number): NaiveOrder[] {
    return this.queues[side].filter((order) => order.price === price && !order.isHidden);
  }

  protected shownAt(side: Side, price: number): number {
    return this.ordersAt(side, price).reduce((sum, order) => sum + order.shown, 0);
  }

  /** Prices of the levels that are shown, each once, best first. */
  private prices(side: Side): number[] {
    const shown = this.queues[side].filter(({ isHidden }) => !isHidden);
    return [...new Set(shown.map((order) => order.price))];
  }

  /** Whether so many lots more would be more than a level, or the hidden orders at a price, hold. */
  protected isFull(order: NaiveOrder, price: number, lots: number): boolean {
    const others = this.queues[order.side].filter(
      (other) => other !== order && other.price === price && other.isHidden === order.isHidden,
    );
    const sizes = others.map(({ isHidden, open, shown }) => BigInt(isHidden ? open : shown));
    // A sum of quantities may pass 2^53, where only a BigInt is exact.
    return sizes.reduce((sum, size) => sum + size, BigInt(lots)) > BigInt(MAX);
  }

  /** Behind every order that is as good or better. */
  protected enqueue(order: NaiveOrder): void {
    const queue = this.queues[order.side];
    const later = queue.findIndex((other) => {
      if (other.price === order.price) return other.isHidden && !order.isHidden;
      return !isAtLeastAsGood(order.side, other.price, order.price);
    });
    queue.splice(later < 0 ? queue.length : later, 0, order);
  }

  protected rest(order: NaiveOrder): void {
    const part = order.display > 0 ? order.display : order.open;
    order.shown = order.isHidden ? 0 : Math.min(part, order.open);
    this.memory.openIds.add(order.orderId);
    this.enqueue(order);
    this.touch(order);
  }

  /** Takes the order out of its queue; what causes it has been told. */
  protected leave(order: NaiveOrder): void {
    const queue = this.queues[order.side];
    queue.splice(queue.indexOf(order), 1);
    this.memory.openIds.delete(order.orderId);
    if (!order.isHidden) this.events.reduced(order.orderId, 0);
    this.touch(order);
  }

  /** What becomes of a resting order of which some lots have just filled. */
  protected afterFill(order: NaiveOrder, quantity: number): void {
    order.open -= quantity;
    order.filled += quantity;
    if (!order.isHidden) order.shown -= quantity;
    this.touch(order);
    if (order.open === 0) {
      this.leave(order);
    } else if (!order.isHidden) {
      this.events.reduced(order.orderId, order.shown);
      if (order.shown === 0) this.showNextPart(order);
    }
  }

  /** Of an iceberg whose shown part has filled: behind the orders that are shown at its price. */
  private showNextPart(order: NaiveOrder): void {
    const room = MAX - this.shownAt(order.side, order.price);
    order.shown = Math.min(order.display, order.open, room);
    const queue = this.queues[order.side];
    queue.splice(queue.indexOf(order), 1);
    this.enqueue(order);
    this.events.rested(order.orderId, order.side, order.price, order.shown);
  }

  /** Less is open; what is not shown goes first. */
  protected reduce(order: NaiveOrder, open: number): void {
    const isResting = this.queues[order.side].includes(order);
    order.open = open;
    if (order.shown <= open) return;
    order.shown = open;
    if (!isResting) return;
    this.events.reduced(order.orderId, open);
    this.touch(order);
  }

  protected touch({ side, price, isHidden }: NaiveOrder): void {
    if (isHidden) return;
    if (!this.touched.some((level) => level.side === side && level.price === price)) {
      this.touched.push({ side, price });
    }
  }

  /** `came` is the order that may have come to rest. */
  protected tellTouched(came?: NaiveOrder): void {
    for (const { side, price } of this.touched) {
      if (
        came?.side === side &&
        came.price === price &&
        this.ordersAt(side, price).includes(came)
      ) {
        this.events.rested(came.orderId, side, price, came.shown);
      }
      const orderCount = this.ordersAt(side, price).length;
      this.events.levelChanged(side, price, this.shownAt(side, price), orderCount);
    }
    this.touched = [];
  }
}

/** As seen from this side: a higher bid and a lower ask are better. */
export function isAtLeastAsGood(side: Side, price: number, than: number): boolean {
  return side === Side.Bid ? price >= than : price <= than;
}
