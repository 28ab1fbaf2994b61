/** The gateway's further channels, as the page opens them; a client without a gateway has none. */

import type { Latency, Orders, OrdersOptions } from '../browser/channels/index.ts';
import type { TouchlineClient } from '../browser/index.ts';

export interface Channels {
  openLatency(client: TouchlineClient): Latency;
  openOrders(client: TouchlineClient, symbol: string, options?: OrdersOptions): Orders;
}
