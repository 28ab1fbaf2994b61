/** The gateway's further channels, as the page opens them; a client without a gateway has fewer. */

import type {
  openCandles,
  openHistory,
  openLatency,
  openOrders,
  openStatistics,
} from '../browser/channels/index.ts';

export interface Channels {
  readonly openCandles?: typeof openCandles;
  readonly openHistory?: typeof openHistory;
  readonly openLatency?: typeof openLatency;
  readonly openOrders?: typeof openOrders;
  readonly openStatistics?: typeof openStatistics;
}
