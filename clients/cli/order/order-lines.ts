/** Orders as the order commands print them. */

import { type Order, Side } from '../../orders/index.ts';
import type { Said } from './order-session.ts';

export function orderSaid(order: Order): Said {
  return { text: orderText(order), json: orderObject(order) };
}

function orderText(order: Order): string {
  const { clientOrderId, symbol, open, filled, status, reason, fills } = order;
  const now = order.isWaiting ? 'waiting' : status;
  const end = status === 'cancelled' ? `cancelled (${reason})` : now;
  const lines = [
    `${clientOrderId}  ${symbol} ${sideName(order.side)} ${priceText(order)}  ${end}  open ${open}  filled ${filled}`,
  ];
  for (const fill of fills) lines.push(`  filled ${fill.quantity} at ${fill.price}`);
  return lines.join('\n');
}

function orderObject(order: Order): object {
  const { clientOrderId, orderId, symbol, side, price, open, filled, status, reason } = order;
  const { transaction, fills } = order;
  return {
    type: 'order',
    clientOrderId,
    orderId,
    symbol,
    side: sideName(side),
    price,
    open,
    filled,
    status,
    isWaiting: order.isWaiting,
    reason,
    transaction,
    fills,
  };
}

export function sideName(side: Side): 'buy' | 'sell' {
  return side === Side.Bid ? 'buy' : 'sell';
}

/** A market order has no price. */
function priceText({ price }: Order): string {
  return /^0(\.0*)?$/.test(price) ? 'market' : `@${price}`;
}
