/**
 * The orders that a class's members were last shown: the queues of the best `depth` levels of each
 * side. Moving it to the book as it is now yields what a client must do to have the same queues, in
 * this order: take orders away, and then show another quantity, or put an order at the end of its
 * queue.
 *
 * Within a queue those who stay keep their order and newcomers stand behind them, so one walk over
 * both lists finds everything; an order that went to the end of its queue is taken away and put
 * there again. Should a queue ever change in another way, the same walk still leads to it exactly.
 */

import { Side } from '../../feed/index.ts';
import type { QueueView } from './order-source.ts';

/** Flat threes as in frames: price minus anchor, order id, quantity (0 = gone). */
export interface OrderChanges {
  readonly bids: number[];
  readonly asks: number[];
}

interface Queue {
  readonly price: number;
  readonly ids: number[];
  readonly quantities: number[];
}

interface Parts {
  readonly gone: number[];
  readonly here: number[];
}

const EMPTY: Queue = { price: 0, ids: [], quantities: [] };

export class OrderWindow {
  readonly #depth: number;
  /** By side, best first. */
  #shown: readonly [readonly Queue[], readonly Queue[]] = [[], []];

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** How many orders are shown. */
  get size(): number {
    return this.#shown.flat().reduce((sum, { ids }) => sum + ids.length, 0);
  }

  clear(): void {
    this.#shown = [[], []];
  }

  /** Moves to the best levels of `book`, and says what that changed. */
  moveTo(book: QueueView, anchor: number): OrderChanges {
    const bids: number[] = [];
    const asks: number[] = [];
    this.#shown = [
      this.#moveSide(Side.Bid, book, anchor, bids),
      this.#moveSide(Side.Ask, book, anchor, asks),
    ];
    return { bids, asks };
  }

  /** All of one side as changes from nothing. */
  flat(side: Side, anchor: number): number[] {
    const flat: number[] = [];
    for (const queue of this.#shown[side]) {
      changeQueue(EMPTY, queue, queue.price - anchor, { gone: flat, here: flat });
    }
    return flat;
  }

  /** The queues of one side, best first: for hashing. */
  queues(side: Side): Iterable<Queue> {
    return this.#shown[side];
  }

  #moveSide(side: Side, book: QueueView, anchor: number, changes: number[]): readonly Queue[] {
    const next = queuesOf(book, side, this.#depth);
    const prices = new Set(next.map(({ price }) => price));
    const before = new Map<number, Queue>();
    // An order that has gone to another price must be away before it is put there.
    const parts: Parts = { gone: changes, here: [] };
    for (const queue of this.#shown[side]) {
      before.set(queue.price, queue);
      if (!prices.has(queue.price)) changeQueue(queue, EMPTY, queue.price - anchor, parts);
    }
    for (const queue of next) {
      changeQueue(before.get(queue.price) ?? EMPTY, queue, queue.price - anchor, parts);
    }
    for (const value of parts.here) changes.push(value);
    return next;
  }
}

export function queuesOf(book: QueueView, side: Side, depth: number): Queue[] {
  const count = Math.min(depth, book.levelCount(side));
  return Array.from({ length: count }, (_, i) => {
    const price = book.priceAt(side, i);
    const orders = book.queue(side, price);
    return {
      price,
      ids: orders.map(({ orderId }) => orderId),
      quantities: orders.map(({ quantity }) => quantity),
    };
  });
}

function changeQueue(old: Queue, next: Queue, price: number, { gone, here }: Parts): void {
  let stays = 0;
  for (const [i, id] of old.ids.entries()) {
    if (next.ids[stays] !== id) {
      gone.push(price, id, 0);
      continue;
    }
    const quantity = next.quantities[stays] as number;
    if (quantity !== old.quantities[i]) here.push(price, id, quantity);
    stays += 1;
  }
  for (let i = stays; i < next.ids.length; i += 1) {
    here.push(price, next.ids[i] as number, next.quantities[i] as number);
  }
}
