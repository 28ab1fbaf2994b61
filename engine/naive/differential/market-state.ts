/** The whole state of a market as rows, order by order: the same of both markets, or one is wrong. */

import { Side } from '../../../feed/index.ts';
import type { ListedInstrument } from '../../listed-instrument.ts';
import type { Market } from '../../market.ts';
import {
  ALL_INSTRUMENTS,
  OPEN_ORDERS_PER_PAGE,
  OrderState,
  OrderType,
} from '../../protocol/index.ts';
import type { SpecialOrders } from '../../rules/special-orders.ts';
import { slotOf } from '../naive-directory.ts';
import type { NaiveMarket } from '../naive-market.ts';
import type { NaiveInstrument, NaiveOrder } from '../naive-state.ts';
import type { NaiveWorld } from '../naive-world.ts';

export type StateRow = readonly (string | number | boolean)[];

/** In place of a price that there is not. */
const NONE = Number.NaN;
const STATES = {
  resting: OrderState.InBook,
  waiting: OrderState.Waiting,
  elected: OrderState.Elected,
  parked: OrderState.Parked,
} as const;
const SIDES = [Side.Bid, Side.Ask] as const;

export function naiveState(market: NaiveMarket): StateRow[] {
  const { world } = market;
  const rows: StateRow[] = [
    ['nextDueMs', market.nextDueMs],
    ['lastTradeId', world.lastTradeId],
    ['openOrders', world.orders.length],
  ];
  for (const instrument of world.instruments) {
    const { id, symbol, status, lowestPrice, highestPrice, pausedUntilMs } = instrument;
    const { lastTradePrice = NONE, referencePrice = NONE } = instrument;
    rows.push(['instrument', id, symbol, status, lowestPrice, highestPrice]);
    rows.push(['prices', lastTradePrice, referencePrice]);
    rows.push(['pause', pausedUntilMs ?? Number.POSITIVE_INFINITY]);
    rows.push(...naiveSpecials(world.ordersOf(instrument)));
    for (const side of SIDES) addNaiveSide(rows, world, instrument, side);
  }
  return rows;
}

/** Stops that wait, elected ones and pegs, each in the order of their turns; then who is linked. */
function naiveSpecials(orders: readonly NaiveOrder[]): StateRow[] {
  const byTurn = orders.toSorted((a, b) => a.waitsSince - b.waitsSince);
  const rows: StateRow[] = [];
  for (const { place, orderId, price, open, trigger } of byTurn) {
    if (place !== 'waiting') continue;
    rows.push(['waiting', orderId, price, open, trigger ?? NONE]);
  }
  for (const { place, orderId, price, open } of byTurn) {
    if (place === 'elected') rows.push(['elected', orderId, price, open]);
  }
  for (const { place, orderType, orderId, limit, price, open, filled } of byTurn) {
    if (orderType !== OrderType.Pegged) continue;
    if (place === 'parked') rows.push(['parked', orderId, limit, open, filled]);
    else rows.push(['peg', orderId, limit, price]);
  }
  for (const { orderId, linkedTo } of orders) {
    if (linkedTo !== undefined) rows.push(['link', orderId, linkedTo.orderId]);
  }
  return rows;
}

function addNaiveSide(
  rows: StateRow[],
  world: NaiveWorld,
  instrument: NaiveInstrument,
  side: Side,
): void {
  const queue = world.queue(instrument, side);
  const shown = queue.filter(({ isHidden }) => !isHidden);
  for (const price of new Set(shown.map((order) => order.price))) {
    const level = shown.filter((order) => order.price === price);
    const quantity = level.reduce((sum, order) => sum + order.shown, 0);
    rows.push(['level', side, price, quantity, level.length]);
    for (const { orderId, owner, shown: lots, filled, open } of level) {
      rows.push(['order', orderId, owner, lots, filled, open - lots]);
    }
  }
  for (const { orderId, owner, price, open, filled } of queue.filter((one) => one.isHidden)) {
    rows.push(['hidden', orderId, owner, price, open, filled]);
  }
  const venue = [...instrument.venueLevels[side]];
  venue.sort(([a], [b]) => (side === Side.Bid ? b - a : a - b));
  for (const [price, quantity] of venue) rows.push(['level', side, price, quantity, 0]);
}

export function fastState(market: Market): StateRow[] {
  const rows: StateRow[] = [
    ['nextDueMs', market.nextDueMs],
    ['lastTradeId', market.lastTradeId],
    ['openOrders', market.openOrders],
  ];
  for (const instrument of market.instruments) {
    const { id, symbol, status, lowestPrice, highestPrice, session, special } = instrument;
    // Where nothing looks at it after each command, it is taken when somebody asks: not here.
    const { hasTraded, lastTradePrice } = instrument;
    const referencePrice = hasTraded ? lastTradePrice : session.referencePrice;
    rows.push(['instrument', id, symbol, status, lowestPrice, highestPrice]);
    rows.push(['prices', lastTradePrice, referencePrice]);
    rows.push(['pause', session.pauseEndsMs]);
    if (special !== undefined) rows.push(...fastSpecials(special));
    for (const side of SIDES) addSide(rows, instrument, side);
  }
  return rows;
}

/** What an owner that asks is told of its open orders: the first page. */
export function fastOpenOrders(market: Market, owner: number): StateRow[] {
  const { orders } = market.findOpenOrders(owner, ALL_INSTRUMENTS, 0);
  return orders.map(({ clientOrderId, orderId, instrument, side, state, price, open, filled }) => [
    ...[clientOrderId, orderId, instrument, side, state, price, open, filled],
  ]);
}

export function naiveOpenOrders({ world }: NaiveMarket, owner: number): StateRow[] {
  return world.orders
    .filter((order) => order.owner === owner)
    .sort((a, b) => slotOf(a.orderId) - slotOf(b.orderId))
    .slice(0, OPEN_ORDERS_PER_PAGE)
    .map((order) => {
      const { clientOrderId, orderId, instrument, side, orderType, limit, open, filled } = order;
      const price = orderType === OrderType.Pegged ? limit : order.price;
      const state = STATES[order.place as keyof typeof STATES];
      return [clientOrderId, orderId, instrument.id, side, state, price, open, filled];
    });
}

function fastSpecials(special: SpecialOrders): StateRow[] {
  const all = [...special.all()];
  const waiting = all
    .filter(({ state }) => state === OrderState.Waiting)
    .sort((a, b) => a.place - b.place)
    .map(({ orderId, price, open, trigger: at }): StateRow => {
      const trigger = Number.isFinite(at) ? at : NONE;
      return ['waiting', orderId, price, open, trigger];
    });
  const elected = [...special.elected()].map(
    ({ orderId, price, open }): StateRow => ['elected', orderId, price, open],
  );
  const pegs = [...special.pegs].map(
    ({ state, orderId, price, bookPrice, open, filled }): StateRow =>
      state === OrderState.Parked
        ? ['parked', orderId, price, open, filled]
        : ['peg', orderId, price, bookPrice],
  );
  const links = all
    .toSorted((a, b) => a.arrival - b.arrival)
    .flatMap(({ orderId, partner }): StateRow[] =>
      partner === undefined ? [] : [['link', orderId, partner.orderId]],
    );
  return [...waiting, ...elected, ...pegs, ...links];
}

function addSide(rows: StateRow[], { orders, levels }: ListedInstrument, side: Side): void {
  orders?.forEachLevel(side, (price, quantity, orderCount) => {
    rows.push(['level', side, price, quantity, orderCount]);
    orders.forEachOrder(side, price, (orderId, owner, shown, filled, hidden) => {
      rows.push(['order', orderId, owner, shown, filled, hidden]);
    });
  });
  orders?.forEachHidden(side, (orderId, owner, price, open, filled) => {
    rows.push(['hidden', orderId, owner, price, open, filled]);
  });
  for (let index = 0; index < (levels?.levelCount(side) ?? 0); index += 1) {
    if (levels === undefined) break;
    const price = levels.priceAt(side, index);
    const quantity = levels.quantityAt(side, index);
    rows.push(['level', side, price, quantity, levels.orderCountAt(side, index)]);
  }
}
