/** The open orders of one owner over all books: told in pages, and cancelled together. */

import type { InstrumentId } from '../feed/index.ts';
import type { ListedInstrument } from './listed-instrument.ts';
import type { OrderDirectory } from './order-directory.ts';
import {
  ALL_INSTRUMENTS,
  MAX_MASS_CANCEL,
  type MassCancel,
  MassCancelSide,
  OPEN_ORDERS_PER_PAGE,
  OPEN_ORDERS_SCAN,
  type OpenOrder,
} from './protocol/index.ts';

/** The instrument of an id that has been listed. */
type FindInstrument = (id: number) => ListedInstrument | undefined;

export interface OrdersFound {
  readonly orders: readonly OpenOrder[];
  /** See `OpenOrdersPage`. */
  readonly next: number;
}

/** As much as fits a page and may be looked at at once; `instrument` 0 means all. */
export function findOpenOrders(
  directory: OrderDirectory,
  find: FindInstrument,
  owner: number,
  instrument: number,
  after: number,
): OrdersFound {
  const orders: OpenOrder[] = [];
  const next = directory.scanOpen(owner, after, OPEN_ORDERS_SCAN, (orderId, id) => {
    const order = find(id)?.openOrder(orderId);
    if (order === undefined || (instrument !== ALL_INSTRUMENTS && instrument !== id)) return true;
    const clientOrderId = directory.clientOrderIdOf(orderId);
    const { side, state, price, open, filled } = order;
    orders.push({
      clientOrderId,
      orderId,
      instrument: id as InstrumentId,
      side,
      state,
      price,
      open,
      filled,
    });
    return orders.length < OPEN_ORDERS_PER_PAGE;
  });
  return { orders, next };
}

export interface MassCancelDone {
  readonly count: number;
  readonly isComplete: boolean;
}

/** `cancel` ends one order; the order of the calls depends on nothing but the commands before. */
export function cancelAll(
  directory: OrderDirectory,
  find: FindInstrument,
  owner: number,
  { instrument, side }: Pick<MassCancel, 'instrument' | 'side'>,
  cancel: (instrument: ListedInstrument, orderId: number) => void,
  limit: number = MAX_MASS_CANCEL,
): MassCancelDone {
  let count = 0;
  const next = directory.scanOpen(owner, 0, Number.POSITIVE_INFINITY, (orderId, id) => {
    const listed = find(id);
    if (listed === undefined || (instrument !== ALL_INSTRUMENTS && instrument !== id)) return true;
    if (side !== MassCancelSide.Both && listed.openOrder(orderId)?.side !== side) return true;
    if (count === limit) return false;
    cancel(listed, orderId);
    count += 1;
    return true;
  });
  return { count, isComplete: next === 0 };
}
