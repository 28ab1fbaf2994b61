/** The order book order by order: the queue of every level, proved by the hash of orders. */

import { OrderBook, type QueuedOrder, type Side } from '../../../feed/index.ts';
import type { Book, BookOptions, TouchlineClient } from '../api.ts';
import { BookHandle } from '../handles.ts';
import { type BookContent, LiveBook } from '../live-book.ts';
import type { ChannelHost } from '../subscription.ts';
import { keyOf, served } from '../wish.ts';

export type { QueuedOrder };

/** A book whose levels have queues. */
export interface Orders extends Book {
  /** The orders at a price in the order in which they fill; empty when there is no such level. */
  queue(side: Side, price: number): readonly QueuedOrder[];
}

export type OrdersOptions = Pick<BookOptions, 'depth' | 'interval'>;

/** An order that the queue has shows other lots, in its place; one that it has not stands last. */
const ORDERS: BookContent = {
  create: (instrument) => new OrderBook(instrument),
  apply(levels, side, price, orderId, shown) {
    const book = levels as OrderBook;
    const row = book.findRow(orderId);
    const isThere = row !== 0 && book.sideOf(row) === side && book.priceOf(row) === price;
    if (isThere) book.show(row, shown);
    else if (shown > 0) {
      // One that is elsewhere has been taken away before; else the hash will tell.
      if (row !== 0) book.show(row, 0);
      book.add(side, price, orderId, shown);
    }
  },
};

class OrdersHandle extends BookHandle implements Orders {
  queue(side: Side, price: number): readonly QueuedOrder[] {
    return (this.live.levels as OrderBook).queue(side, price);
  }
}

/** Order by order, where the venue tells orders; else the client's event `error` says why not. */
export function openOrders(
  client: TouchlineClient,
  symbol: string,
  options: OrdersOptions = {},
): Orders {
  const host = client as unknown as ChannelHost;
  const wanted = served('orders', options);
  const make = () => new LiveBook(host, 'orders', symbol, wanted, ORDERS);
  return new OrdersHandle(host.share(keyOf('orders', symbol, wanted), make), host.list, host);
}
