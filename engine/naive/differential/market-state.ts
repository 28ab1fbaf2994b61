/** The whole state of a market as rows, order by order: the same of both markets, or one is wrong. */

import { Side } from '../../../feed/index.ts';
import type { ListedInstrument } from '../../listed-instrument.ts';
import type { Market } from '../../market.ts';
import type { NaiveMarket } from '../naive-market.ts';
import type { NaiveInstrument } from '../naive-state.ts';

export type StateRow = readonly (string | number | boolean)[];

const SIDES = [Side.Bid, Side.Ask] as const;

export function naiveState(market: NaiveMarket): StateRow[] {
  const { world } = market;
  const rows: StateRow[] = [
    ['nextDueMs', market.nextDueMs],
    ['lastTradeId', world.lastTradeId],
    ['openOrders', world.orders.length],
  ];
  for (const instrument of world.instruments) {
    rows.push(['instrument', ...naiveDefinition(instrument)]);
    for (const side of SIDES) {
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
  }
  return rows;
}

function naiveDefinition(instrument: NaiveInstrument): StateRow {
  const { id, symbol, status, lowestPrice, highestPrice } = instrument;
  const { lastTradePrice = Number.NaN } = instrument;
  return [id, symbol, status, lowestPrice, highestPrice, lastTradePrice];
}

export function fastState(market: Market): StateRow[] {
  const rows: StateRow[] = [
    ['nextDueMs', market.nextDueMs],
    ['lastTradeId', market.lastTradeId],
    ['openOrders', market.openOrders],
  ];
  for (const instrument of market.instruments) {
    const { id, symbol, status, lowestPrice, highestPrice, lastTradePrice } = instrument;
    rows.push(['instrument', id, symbol, status, lowestPrice, highestPrice, lastTradePrice]);
    for (const side of SIDES) addSide(rows, instrument, side);
  }
  return rows;
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
